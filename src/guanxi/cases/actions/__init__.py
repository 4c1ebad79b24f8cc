"""Every write of cases."""

from guanxi.cases.actions.frame import WORK_KIND, promised
from guanxi.cases.actions.intake import Opened, open_case
from guanxi.cases.actions.telling import acknowledge, send_link_again, tell_answer
from guanxi.cases.actions.verbs import answer, append, expire, reopen, resolve

__all__ = [
    "WORK_KIND",
    "Opened",
    "acknowledge",
    "answer",
    "append",
    "expire",
    "open_case",
    "promised",
    "reopen",
    "resolve",
    "send_link_again",
    "tell_answer",
]
