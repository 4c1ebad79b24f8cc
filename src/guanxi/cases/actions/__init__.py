"""Every write of cases."""

from guanxi.cases.actions.corrections import retitle, set_language
from guanxi.cases.actions.frame import WORK_KIND, promised
from guanxi.cases.actions.intake import Opened, open_case
from guanxi.cases.actions.moving import move_team, take_back
from guanxi.cases.actions.recounting import preview, recount, recounted
from guanxi.cases.actions.telling import acknowledge, send_link_again, tell_answer
from guanxi.cases.actions.verbs import answer, append, expire, reopen, resolve

__all__ = [
    "WORK_KIND",
    "Opened",
    "acknowledge",
    "answer",
    "append",
    "expire",
    "move_team",
    "open_case",
    "preview",
    "promised",
    "recount",
    "recounted",
    "reopen",
    "resolve",
    "retitle",
    "send_link_again",
    "set_language",
    "take_back",
    "tell_answer",
]
