"""Every write of cases."""

from guanxi.cases.actions import issues
from guanxi.cases.actions.corrections import retitle, set_language
from guanxi.cases.actions.frame import WORK_KIND, looked_at_by, promised
from guanxi.cases.actions.intake import Opened, open_case
from guanxi.cases.actions.issues import Brought, NewIssue
from guanxi.cases.actions.moving import move_team, take_back
from guanxi.cases.actions.reading import About
from guanxi.cases.actions.recounting import preview, recount, recount_issue, recounted
from guanxi.cases.actions.telling import acknowledge, send_link_again, tell_answer, tell_side
from guanxi.cases.actions.verbs import answer, append, expire, reopen, resolve
from guanxi.cases.actions.writing import Reply, keep_draft, remove_reply, save_reply, take_draft, use_reply

__all__ = [
    "WORK_KIND",
    "About",
    "Brought",
    "NewIssue",
    "Opened",
    "Reply",
    "acknowledge",
    "answer",
    "append",
    "expire",
    "issues",
    "keep_draft",
    "looked_at_by",
    "move_team",
    "open_case",
    "preview",
    "promised",
    "recount",
    "recount_issue",
    "recounted",
    "remove_reply",
    "reopen",
    "resolve",
    "retitle",
    "save_reply",
    "send_link_again",
    "set_language",
    "take_back",
    "take_draft",
    "tell_answer",
    "tell_side",
    "use_reply",
]
