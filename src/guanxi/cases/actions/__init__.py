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

__all__ = [
    "WORK_KIND",
    "About",
    "Brought",
    "NewIssue",
    "Opened",
    "acknowledge",
    "answer",
    "append",
    "expire",
    "issues",
    "looked_at_by",
    "move_team",
    "open_case",
    "preview",
    "promised",
    "recount",
    "recount_issue",
    "recounted",
    "reopen",
    "resolve",
    "retitle",
    "send_link_again",
    "set_language",
    "take_back",
    "tell_answer",
    "tell_side",
]
