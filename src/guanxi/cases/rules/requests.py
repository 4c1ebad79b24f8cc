"""The procedure of a request, a letter or question without an issue: one table of steps, one of limits. Pure.

`recorded` waits for us, `answered` waits for the customer, `resolved` waits for nobody. Silence never loses: what lapses
into `resolved` can be opened again by one word of the customer.
"""

import hashlib
from datetime import timedelta

from guanxi.core.procedure import Clock, Limit, Limits, Step, Table, always

CUSTOMER = "customer"
STAFF = "staff"
SYSTEM = "system"

RECORDED = "recorded"
ANSWERED = "answered"
RESOLVED = "resolved"

TABLE: Table = {
    (RECORDED, "append"): Step(frozenset({CUSTOMER, STAFF}), ((always, RECORDED),)),
    (RECORDED, "answer"): Step(frozenset({STAFF}), ((always, ANSWERED),)),
    (RECORDED, "resolve"): Step(frozenset({STAFF}), ((always, RESOLVED),)),
    (RECORDED, "overdue"): Step(frozenset({SYSTEM}), ((always, RECORDED),)),
    (ANSWERED, "append"): Step(frozenset({CUSTOMER, STAFF}), ((always, RECORDED),)),
    (ANSWERED, "answer"): Step(frozenset({STAFF}), ((always, ANSWERED),)),
    (ANSWERED, "resolve"): Step(frozenset({STAFF, CUSTOMER}), ((always, RESOLVED),)),
    (ANSWERED, "lapse"): Step(frozenset({SYSTEM}), ((always, RESOLVED),)),
    (RESOLVED, "reopen"): Step(frozenset({CUSTOMER, STAFF}), ((always, RECORDED),), at_most=5),
}

LIMITS: Limits = {
    RECORDED: Limit(timedelta(hours=2), Clock.WORKING, "overdue"),
    ANSWERED: Limit(timedelta(hours=72), Clock.PARTY, "lapse"),
}

TURN = {RECORDED: "staff", ANSWERED: "customer", RESOLVED: "nobody"}
PAST = {
    "append": "appended",
    "answer": "answered",
    "resolve": "resolved",
    "reopen": "reopened",
    "lapse": "lapsed",
    "overdue": "overdue",
}

PROCEDURE = "cases.procedure@1"


def version_hash() -> str:
    """The published version of the procedure: changes whenever a step or a limit does."""
    steps = sorted((s, v, sorted(step.who), [n for _, n in step.branches]) for (s, v), step in TABLE.items())
    limits = sorted((s, limit.duration.total_seconds(), limit.clock.value) for s, limit in LIMITS.items())
    return hashlib.sha256(repr((steps, limits)).encode()).hexdigest()[:12]
