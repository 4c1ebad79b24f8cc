"""The procedure as it was: two days to take it up, seven for the other side, a month to decide. Pure.

A wrong category cancels: the customer starts anew. What is another desk's business, and whoever is not content, starts there
from the beginning. What it does not say is taken in its favour: money is there the moment it is decided.
"""

from datetime import datetime, timedelta

from guanxi.cases.rules.replay import fate
from guanxi.cases.rules.replay.fate import Fate
from guanxi.cases.rules.replay.traits import ADMIT, ASSUMED, OFFER, SILENT, Dispute


def _days(name: str) -> timedelta:
    return timedelta(days=ASSUMED[name])


def lived_before(dispute: Dispute) -> Fate:
    """One dispute through the old procedure."""
    found = Fate(dispute.number, dispute.opened)
    now = dispute.opened
    if dispute.mismatch:
        now += _days("old_take_up_days") * dispute.staff_share
        found.cancelled += 1
        found.steps.append("cancelled")
        if not dispute.starts_again:
            found.ended_as, found.ended = fate.GIVEN_UP, now
            return found
        now += timedelta(hours=dispute.starts_again_hours)
        _elsewhere(found)  # the right category is another desk's
    if dispute.wrong_desk:
        now += _days("old_take_up_days") * dispute.staff_share
        _elsewhere(found)
        now += timedelta(hours=dispute.complainant_hours)
    now = _desk(found, dispute, now, dispute.judged_minor)
    if dispute.appeals:
        found.appealed = True
        _elsewhere(found)
        now = _desk(found, dispute, now + timedelta(hours=dispute.complainant_hours), dispute.due_minor)
    found.ended = now
    return found


def _elsewhere(found: Fate) -> None:
    """To another desk, from the beginning."""
    found.handovers += 1
    found.restarts += 1
    found.steps.append("elsewhere")


def _desk(found: Fate, dispute: Dispute, now: datetime, ordered: int) -> datetime:
    """Once from the beginning at one desk; when it is decided."""
    now += _days("old_take_up_days") * dispute.staff_share
    found.steps.append("taken_up")
    wait = timedelta(hours=dispute.respondent_hours)
    window = _days("old_answer_days")
    answered = dispute.answer != SILENT and wait < window
    now += wait if answered else window
    if answered and dispute.answer == ADMIT:
        return _decide(found, dispute, now, dispute.amount_minor, fate.ADMITTED)
    if answered and dispute.answer == OFFER and dispute.accepts_offer:
        return _decide(found, dispute, now, dispute.due_minor, fate.SETTLED)
    now += _days("old_decide_days") * dispute.staff_share
    if dispute.misses:
        found.breaches += 1
        now += _days("old_decide_days") * (1 - dispute.staff_share)
    return _decide(found, dispute, now, ordered, fate.DECIDED)


def _decide(found: Fate, dispute: Dispute, at: datetime, ordered: int, how: str) -> datetime:
    found.decide(at, how)
    found.steps.append("decided")
    if ordered > found.net:
        found.pay(at, ordered - found.net, owed=dispute.due_minor)
    else:
        found.reclaimed += found.net - ordered
    return at
