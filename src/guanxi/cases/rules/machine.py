"""The procedure of an issue: one table of steps, one of limits, from the words of a complaint to the end of an appeal. Pure.

Each step says who may take it, where it leads (the first guard that holds), and how often per round. Packs set kinds, limits,
thresholds and texts (rules.policy); states and verbs stand here alone. Page, API, the published procedure, the longest path and
the stateful test all read this table.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta

from guanxi.core.procedure import Clock, Facts, Limit, Step, Table, always

COMPLAINANT = "complainant"
RESPONDENT = "respondent"
HANDLER = "handler"
SUPERVISOR = "supervisor"
EXPERT = "expert"
FULFILMENT = "fulfilment"
SYSTEM = "system"

RECORDED = "recorded"
VALIDITY = "validity"
FACTS = "facts"
RESPONSE = "response"
NEGOTIATION = "negotiation"
INVESTIGATION = "investigation"
HEARING = "hearing"
APPROVAL = "approval"
DECIDED = "decided"
REMEDY = "remedy"
APPEALABLE = "appealable"
CLOSED = "closed"

STATES = (
    RECORDED,
    VALIDITY,
    FACTS,
    RESPONSE,
    NEGOTIATION,
    INVESTIGATION,
    HEARING,
    APPROVAL,
    DECIDED,
    REMEDY,
    APPEALABLE,
    CLOSED,
)
"""How far an issue has come, the least advanced first."""

UNDECIDED = STATES[: STATES.index(DECIDED)]
LOOKED_AT_AGAIN = (VALIDITY, RESPONSE, INVESTIGATION)
"""Where what is found of the goods may still prove a promise: nobody bargains and no decision is in the making."""
OFFERS_MAX = 5
FACTS_ASKED_MAX = 2
LEVELS = ("handler", "supervisor", "head")

_PARTIES = frozenset({COMPLAINANT, RESPONDENT})
_STAFF = frozenset({HANDLER})


# Guards: what they read in Facts.values is named in `actions.issues.facts.Values`.
def covered(facts: Facts) -> bool:
    """Protection pays by itself: see policy.automatic."""
    return bool(facts.values["covered"])


def proven_since(facts: Facts) -> bool:
    """The same, by what was found of the goods after the first look; in an appeal people decide."""
    return covered(facts) and facts.values["round"] == 1


def ours(facts: Facts) -> bool:
    """Nobody stands on the other side but our own service."""
    return not facts.values["respondent"]


def needs_approval(facts: Facts) -> bool:
    return bool(facts.values["approval"])


def asked_for(facts: Facts) -> bool:
    """Something certain was asked for: an admission orders just that, so there must be something to order."""
    return bool(facts.values["asked_for"])


def asked_for_and_needs_approval(facts: Facts) -> bool:
    return asked_for(facts) and needs_approval(facts)


def may_offer(facts: Facts) -> bool:
    return bool(facts.values["offers_allowed"])


def others_offer(facts: Facts) -> bool:
    """The open offer is the other side's: nobody accepts or counters their own."""
    return bool(facts.values["others_offer"])


def others_offer_and_needs_approval(facts: Facts) -> bool:
    return others_offer(facts) and needs_approval(facts)


def others_offer_and_more_left(facts: Facts) -> bool:
    return others_offer(facts) and facts.values["offers"] < OFFERS_MAX


def both_agree_and_needs_approval(facts: Facts) -> bool:
    return both_agree(facts) and needs_approval(facts)


def both_agree(facts: Facts) -> bool:
    """Within the window, and the other side has agreed already."""
    return bool(facts.values["both_agree"]) and not_heard(facts)


def heard(facts: Facts) -> bool:
    """Both have spoken, or the window is over."""
    return bool(facts.values["heard"])


def not_heard(facts: Facts) -> bool:
    return not heard(facts)


def heard_with_evidence(facts: Facts) -> bool:
    return heard(facts) and bool(facts.values["new_evidence"]) and fresh_handler(facts)


def confirmed_with_approval(facts: Facts) -> bool:
    return confirmable(facts) and needs_approval(facts)


def confirmable(facts: Facts) -> bool:
    """Everything filed in the hearing has been looked at: by going back once, or by an answer to every comment."""
    left = facts.values["new_evidence"] and facts.values["may_go_back"]
    return heard(facts) and not left and fresh_handler(facts)


def four_eyes(facts: Facts) -> bool:
    """Whoever proposed never approves; after a referral nobody who has acted on the issue does."""
    return bool(facts.values["four_eyes"])


def returned_before(facts: Facts) -> bool:
    return bool(facts.values["returned"]) and four_eyes(facts)


def referred(facts: Facts) -> bool:
    return bool(facts.values["referred"]) and four_eyes(facts)


def remedy_due(facts: Facts) -> bool:
    return bool(facts.values["remedy_due"])


def remedy_undone(facts: Facts) -> bool:
    return bool(facts.values["remedy_undone"])


def last_round(facts: Facts) -> bool:
    return bool(facts.values["round"] >= 2)


def first_appeal_unasked(facts: Facts) -> bool:
    """The first appeal, and the respondent was never asked in round 1: they are asked now."""
    return first_appeal(facts) and bool(facts.values["respondent"]) and not facts.values["asked"]


def first_appeal(facts: Facts) -> bool:
    return bool(facts.values["round"] == 1 and facts.values["may_appeal"])


def joins(facts: Facts) -> bool:
    """The other side's appeal, in the round that the first one opened, until its hearing ends."""
    return bool(facts.values["round"] >= 2 and facts.values["may_appeal"] and not facts.values["heard"])


def opened_it(facts: Facts) -> bool:
    """Only whoever opened the round withdraws, and an appeal both sides made goes on."""
    return bool(facts.values["opened_it"] and not facts.values["both_appealed"])


def takes_up_remedies(facts: Facts) -> bool:
    """The appeal is taken back, and it had stopped what the first decision ordered: that goes on."""
    return opened_it(facts) and bool(facts.values["stopped"])


def fresh_handler(facts: Facts) -> bool:
    """In an appeal round nobody who acted in round 1 handles it."""
    return bool(facts.values["fresh"])


_APPEAL = ((first_appeal_unasked, RESPONSE), (first_appeal, INVESTIGATION))

TABLE: Table = {
    (RECORDED, "protect"): Step(frozenset({SYSTEM}), ((covered, DECIDED),)),
    (RECORDED, "check"): Step(frozenset({SYSTEM}), ((always, VALIDITY),)),
    (VALIDITY, "accept"): Step(frozenset({HANDLER, SYSTEM}), ((ours, INVESTIGATION), (always, RESPONSE))),
    (VALIDITY, "ask_facts"): Step(_STAFF, ((always, FACTS),), FACTS_ASKED_MAX),
    (VALIDITY, "reject"): Step(_STAFF, ((always, DECIDED),)),
    (FACTS, "answer"): Step(frozenset({COMPLAINANT}), ((always, VALIDITY),)),
    (FACTS, "lapse"): Step(frozenset({SYSTEM}), ((always, VALIDITY),)),
    (RESPONSE, "admit"): Step(
        frozenset({RESPONDENT}), ((asked_for_and_needs_approval, APPROVAL), (asked_for, DECIDED))
    ),
    (RESPONSE, "admit_fault"): Step(frozenset({RESPONDENT}), ((always, INVESTIGATION),)),
    (RESPONSE, "offer"): Step(frozenset({RESPONDENT}), ((may_offer, NEGOTIATION),)),
    (RESPONSE, "contest"): Step(frozenset({RESPONDENT}), ((always, INVESTIGATION),)),
    (RESPONSE, "lapse"): Step(frozenset({SYSTEM}), ((always, INVESTIGATION),)),
    (NEGOTIATION, "accept_offer"): Step(
        _PARTIES,
        (
            (others_offer_and_needs_approval, APPROVAL),
            (others_offer, DECIDED),
        ),
    ),
    (NEGOTIATION, "counter"): Step(_PARTIES, ((others_offer_and_more_left, NEGOTIATION),)),
    (NEGOTIATION, "escalate"): Step(_PARTIES, ((always, INVESTIGATION),)),
    (NEGOTIATION, "lapse"): Step(frozenset({SYSTEM}), ((always, INVESTIGATION),)),
    (INVESTIGATION, "propose"): Step(_STAFF, ((fresh_handler, HEARING),)),
    (INVESTIGATION, "consult"): Step(_STAFF, ((fresh_handler, INVESTIGATION),), 1),
    (INVESTIGATION, "find"): Step(frozenset({EXPERT}), ((always, INVESTIGATION),), 1),
    (INVESTIGATION, "climb"): Step(frozenset({SYSTEM}), ((always, INVESTIGATION),)),
    (HEARING, "comment"): Step(_PARTIES, ((not_heard, HEARING),)),
    (HEARING, "agree"): Step(
        _PARTIES,
        (
            (both_agree_and_needs_approval, APPROVAL),
            (both_agree, DECIDED),
            (not_heard, HEARING),
        ),
        1,
    ),
    (HEARING, "hear"): Step(frozenset({SYSTEM}), ((not_heard, HEARING),)),
    (HEARING, "take_evidence"): Step(_STAFF, ((heard_with_evidence, INVESTIGATION),), 1),
    (HEARING, "confirm"): Step(_STAFF, ((confirmed_with_approval, APPROVAL), (confirmable, DECIDED))),
    (HEARING, "climb"): Step(frozenset({SYSTEM}), ((heard, HEARING),)),
    (APPROVAL, "approve"): Step(frozenset({SUPERVISOR}), ((four_eyes, DECIDED),)),
    (APPROVAL, "return"): Step(frozenset({SUPERVISOR}), ((four_eyes, INVESTIGATION),), 1),
    (APPROVAL, "refer_up"): Step(frozenset({SUPERVISOR}), ((returned_before, APPROVAL),), 1),
    (APPROVAL, "propose_anew"): Step(frozenset({SUPERVISOR}), ((referred, HEARING),), 1),
    (APPROVAL, "climb"): Step(frozenset({SYSTEM}), ((always, APPROVAL),)),
    (DECIDED, "serve"): Step(
        frozenset({SYSTEM}), ((remedy_due, REMEDY), (last_round, CLOSED), (always, APPEALABLE))
    ),
    (REMEDY, "execute"): Step(
        frozenset({SYSTEM, FULFILMENT}),
        ((remedy_undone, REMEDY), (last_round, CLOSED), (always, APPEALABLE)),
    ),
    (REMEDY, "substitute"): Step(
        frozenset({SYSTEM}), ((remedy_undone, REMEDY), (last_round, CLOSED), (always, APPEALABLE))
    ),
    (REMEDY, "appeal"): Step(_PARTIES, _APPEAL),
    (APPEALABLE, "appeal"): Step(_PARTIES, _APPEAL),
    (APPEALABLE, "lapse"): Step(frozenset({SYSTEM}), ((always, CLOSED),)),
    (CLOSED, "summarise"): Step(_STAFF, ((always, CLOSED),), 1),
    (CLOSED, "reopen"): Step(frozenset({SUPERVISOR}), ((always, VALIDITY),), 1),
}
TABLE = {
    **TABLE,
    **{(state, "appeal"): Step(_PARTIES, ((joins, state),)) for state in (RESPONSE, INVESTIGATION, HEARING)},
    **{
        (state, "withdraw"): Step(_PARTIES, ((takes_up_remedies, REMEDY), (opened_it, CLOSED)))
        for state in UNDECIDED
    },
    **{
        (state, "file_evidence"): Step(_PARTIES | _STAFF, ((always, state),))
        for state in (VALIDITY, FACTS, RESPONSE, NEGOTIATION, INVESTIGATION)
    },
    (HEARING, "file_evidence"): Step(_PARTIES, ((not_heard, HEARING),)),
    **{(state, "reclassify"): Step(_STAFF, ((always, state),)) for state in STATES if state != CLOSED},
    **{(state, "advance"): Step(frozenset({SYSTEM}), ((always, state),)) for state in UNDECIDED},
    **{
        (state, "protect"): Step(frozenset({SYSTEM}), ((proven_since, DECIDED),)) for state in LOOKED_AT_AGAIN
    },
}
"""(state, verb) -> Step. Names of packs' texts and of events follow the verbs."""

HEARD = "hearing.heard"  # the second limit of a hearing: the handler's, once both have spoken
APPEAL_ROUND = "investigation.appeal"
SHORT = "investigation.short"  # after a hearing's evidence, or a return
SLOW_RESPONSE = "response.investigation"  # of the kind investigation
GOODS = "remedy.goods"
PENALTY_APPEAL = "appealable.penalty"

_5_MINUTES = timedelta(minutes=5)


def _hours(number: float) -> timedelta:
    return timedelta(hours=number)


LIMITS: Mapping[str, Limit] = {
    RECORDED: Limit(_5_MINUTES, Clock.PLAIN, "check"),
    VALIDITY: Limit(_hours(4), Clock.WORKING, "accept"),
    FACTS: Limit(_hours(48), Clock.PARTY, "lapse"),
    RESPONSE: Limit(_hours(24), Clock.PARTY, "lapse"),
    SLOW_RESPONSE: Limit(_hours(72), Clock.PARTY, "lapse"),
    NEGOTIATION: Limit(_hours(48), Clock.PARTY, "lapse"),
    INVESTIGATION: Limit(_hours(24), Clock.PARTY, "climb"),
    APPEAL_ROUND: Limit(_hours(48), Clock.PARTY, "climb"),
    SHORT: Limit(_hours(8), Clock.PARTY, "climb"),
    HEARING: Limit(_hours(12), Clock.PARTY, "hear"),
    HEARD: Limit(_hours(2), Clock.WORKING, "climb"),
    APPROVAL: Limit(_hours(4), Clock.WORKING, "climb"),
    DECIDED: Limit(_5_MINUTES, Clock.PLAIN, "serve"),
    REMEDY: Limit(_hours(1), Clock.PLAIN, "substitute"),
    GOODS: Limit(timedelta(days=7), Clock.PLAIN, "substitute"),
    APPEALABLE: Limit(timedelta(days=7), Clock.PARTY, "lapse"),
    PENALTY_APPEAL: Limit(timedelta(days=15), Clock.PARTY, "lapse"),
}
"""How long each step may take. A pack may name other durations; clocks and what happens at the end stand here."""

CLIMB = _hours(4)
"""Working time after which an overdue item climbs from the supervisor to the head of service."""
CONSULTATION = _hours(72)
ADVANCE_AFTER = timedelta(days=6)
"""A refund dispute without a decision for so long is paid ahead by the fund; sooner where the shop has promised it."""
SUMMARY_WITHIN = _hours(48)
REOPEN_WITHIN = timedelta(days=365)

TURN = {
    RECORDED: "staff",
    VALIDITY: "staff",
    FACTS: "customer",
    RESPONSE: "respondent",
    NEGOTIATION: "both",
    INVESTIGATION: "staff",
    HEARING: "both",
    HEARD: "staff",
    APPROVAL: "staff",
    DECIDED: "staff",
    REMEDY: "staff",
    APPEALABLE: "both",
    CLOSED: "nobody",
}

PAST = {
    "open": "issue_opened",
    "protect": "protected",
    "check": "checked",
    "accept": "accepted",
    "ask_facts": "facts_asked",
    "reject": "rejected",
    "answer": "facts_given",
    "admit": "admitted",
    "admit_fault": "fault_admitted",
    "offer": "offered",
    "contest": "contested",
    "accept_offer": "offer_accepted",
    "counter": "countered",
    "escalate": "escalated",
    "propose": "proposed",
    "consult": "expert_asked",
    "find": "expert_found",
    "climb": "climbed",
    "comment": "commented",
    "agree": "agreed",
    "hear": "heard",
    "take_evidence": "evidence_taken",
    "confirm": "confirmed",
    "approve": "approved",
    "return": "returned",
    "refer_up": "referred",
    "propose_anew": "proposed_anew",
    "serve": "served",
    "execute": "executed",
    "substitute": "substituted",
    "appeal": "appealed",
    "lapse": "limit_passed",
    "summarise": "summarised",
    "reopen": "issue_reopened",
    "withdraw": "withdrawn",
    "file_evidence": "evidence_filed",
    "reclassify": "reclassified",
    "advance": "advanced",
}
"""The event a verb leaves: `case.` and this word."""


def limit_key(
    state: str, *, heard: bool = False, round_: int = 1, short: bool = False, slow: bool = False
) -> str:
    """Which limit of LIMITS holds: a state has several."""
    if state == HEARING and heard:
        return HEARD
    if state == RESPONSE and slow:
        return SLOW_RESPONSE
    if state == INVESTIGATION and short:
        return SHORT
    if state == INVESTIGATION and round_ >= 2:
        return APPEAL_ROUND
    return state


def least_advanced(states: Iterable[str]) -> str:
    """The stage of a case: that of its least advanced issue that is not closed; CLOSED when all are."""
    return min(states, key=STATES.index, default=CLOSED)


def next_state(state: str, verb: str, facts: Facts) -> str | None:
    """Where the verb leads under these facts; None where no branch holds."""
    step = TABLE.get((state, verb))
    return next((to for guard, to in step.branches if guard(facts)), None) if step else None


def table_hash() -> str:
    """Changes whenever a step, a guard's name or a limit does."""
    steps = sorted(
        (state, verb, sorted(step.who), [(guard.__name__, to) for guard, to in step.branches], step.at_most)
        for (state, verb), step in TABLE.items()
    )
    limits = sorted(
        (key, one.duration.total_seconds(), one.clock.value, one.on_expiry) for key, one in LIMITS.items()
    )
    return hashlib.sha256(repr((steps, limits)).encode()).hexdigest()[:12]
