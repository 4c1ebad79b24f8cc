"""Every write of issues: their steps (`act`), their beginning, what the system does, what brings cases together."""

from guanxi.cases.actions.issues.act import EFFECTS, act, may, open_verbs
from guanxi.cases.actions.issues.afterwards import MARKS, WORDS_CHARS_MAX, draw_sample, rate, review_sample
from guanxi.cases.actions.issues.clockwork import (
    Proof,
    advance,
    expire,
    look_again,
    progress,
    register_prover,
    register_scheme,
    warn,
)
from guanxi.cases.actions.issues.given import GROUNDS, NOTHING, Brought
from guanxi.cases.actions.issues.measuring import measure
from guanxi.cases.actions.issues.opening import NewIssue, add_issue, dismiss, name_respondent
from guanxi.cases.actions.issues.shaping import link, merge, split, unlink, unmerge
from guanxi.cases.actions.issues.turn import SUMMARISE
from guanxi.cases.actions.issues.turn import WORK_KINDS as _BY_STATE
from guanxi.cases.actions.issues.weighing import WEIGHTS, weigh

WORK_BY_STEP = _BY_STATE
WORK_KINDS = (*_BY_STATE.values(), SUMMARISE)

__all__ = [
    "EFFECTS",
    "GROUNDS",
    "MARKS",
    "NOTHING",
    "SUMMARISE",
    "WEIGHTS",
    "WORDS_CHARS_MAX",
    "WORK_BY_STEP",
    "WORK_KINDS",
    "Brought",
    "NewIssue",
    "Proof",
    "act",
    "add_issue",
    "advance",
    "dismiss",
    "draw_sample",
    "expire",
    "link",
    "look_again",
    "may",
    "measure",
    "merge",
    "name_respondent",
    "open_verbs",
    "progress",
    "rate",
    "register_prover",
    "register_scheme",
    "review_sample",
    "split",
    "unlink",
    "unmerge",
    "warn",
    "weigh",
]
