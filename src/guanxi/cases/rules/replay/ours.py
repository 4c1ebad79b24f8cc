"""The same disputes through the real table: every verb, guard, limit and clock is that of `rules.machine`. Pure.

People act when they are ready; what is not done in time does what the table says happens then.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from guanxi.cases.rules import machine
from guanxi.cases.rules.replay import fate
from guanxi.cases.rules.replay.fate import Fate
from guanxi.cases.rules.replay.traits import ADMIT, ASSUMED, OFFER, SILENT, Dispute
from guanxi.core.calendar import Period, WorkingCalendar, calendar_hours_with_night
from guanxi.core.procedure import Clock, Facts

ZONE = "Asia/Shanghai"
MOMENT = timedelta(minutes=1)  # what machines take
PAYING = timedelta(minutes=10)
APPEAL_AFTER = 0.4  # of the window

Act = tuple[datetime, str, str]
"""When, the verb, who."""


@cache
def roster() -> WorkingCalendar:
    """Dispute teams: 09:00-21:00 every day, public holidays included."""
    hours = (Period(time(9), time(21)),)
    return WorkingCalendar("disputes", ZONE, dict.fromkeys(range(7), hours), works_on_holidays=True)


@dataclass(frozen=True, slots=True)
class Published:
    """What a house sets within the table: shorter limits by key, when the fund pays ahead, and amounts in minor units."""

    limits: Mapping[str, timedelta] = field(default_factory=dict)
    advance_after: timedelta = machine.ADVANCE_AFTER
    automatic_most: int = round(100 * ASSUMED["automatic_most"])
    approval_over: int = round(100 * ASSUMED["approval_over"])


TABLE_ALONE = Published()


def lived_now(dispute: Dispute, published: Published = TABLE_ALONE) -> Fate:
    """One dispute through our procedure. Raises `ValueError` where the table does not allow what happens: a fault here."""
    life = _Life(dispute, published)
    while life.state != machine.CLOSED:
        life.go()
    life.found.ended = life.now
    return life.found


class _Life:
    """One issue on its way: state, clock, and what the guards ask."""

    def __init__(self, dispute: Dispute, published: Published) -> None:
        self.dispute = dispute
        self.published = published
        self.found = Fate(dispute.number, dispute.opened)
        self.state = machine.RECORDED
        self.now = dispute.opened
        self.round = 1
        self.heard = False
        self.short = False
        self.level = 0
        self.counts: Counter[str] = Counter()
        self.staff_steps = 0
        self.asked = False
        self.offer_by = ""
        self.settled = False
        self.evidence = False
        self.order = 0
        self.due = self.limit()

    # -- the clock
    @property
    def key(self) -> str:
        return machine.limit_key(self.state, heard=self.heard, round_=self.round, short=self.short)

    def limit(self) -> datetime:
        limit = machine.LIMITS[self.key]
        return _end(limit.clock, self.now, self.published.limits.get(self.key, limit.duration))

    def in_time(self, verb: str, who: str, at: datetime) -> Act:
        """What somebody does when they are ready, or what the table does when the limit has passed before."""
        if at < self.due:
            return at, verb, who
        return self.due, machine.LIMITS[self.key].on_expiry, machine.SYSTEM

    def staff(self, verb: str, who: str = machine.HANDLER) -> Act:
        """A step of ours takes its share of the limit, within the hours of the roster; a missed one is a breach."""
        if not self.level:
            self.staff_steps += 1
        if self.dispute.misses == self.staff_steps and not self.level:
            return self.due, machine.LIMITS[self.key].on_expiry, machine.SYSTEM
        ready = self.now + (self.due - self.now) * self.dispute.staff_share
        opened = roster().add(ready, timedelta(minutes=1)).due  # ready at night: the first minute of the day
        return min(opened, self.due), verb, who

    # -- one step
    def go(self) -> None:
        at, verb, who = getattr(self, f"_{self.state}")()
        self.advance_money(at)
        self.do(at, verb, who)

    def do(self, at: datetime, verb: str, who: str) -> None:
        before, step = self.state, machine.TABLE.get((self.state, verb))
        if step is None or who not in step.who:
            raise ValueError(f"{verb} by {who} at {self.state}")
        if step.at_most is not None and self.counts[verb] >= step.at_most:
            raise ValueError(f"{verb} at {self.state} more than {step.at_most} times")
        to = machine.next_state(before, verb, Facts(verb, who, self.values(verb, who)))
        if to is None:
            raise ValueError(f"{verb} by {who} at {before}: no guard holds")
        self.counts[verb] += 1
        self.found.steps.append(verb)
        if self.state == machine.FACTS and self.found.decided is None:
            self.found.customer_time += at - self.now
        self.effects(verb, at)
        self.enter(before, to, verb, at)

    def enter(self, before: str, to: str, verb: str, at: datetime) -> None:
        self.now = at
        if to != before:
            self.state, self.heard, self.level = to, False, 0
            self.short = verb in ("take_evidence", "return")
        elif verb == "climb":
            self.level = min(self.level + 1, len(machine.LEVELS) - 1)
            self.due = roster().add(at, machine.CLIMB).due
            return
        elif verb == "consult":
            self.due = _end(Clock.PARTY, self.due, machine.CONSULTATION)
            return
        elif verb != "hear":
            return
        if self.state != machine.CLOSED:
            self.due = self.limit()

    def values(self, verb: str, who: str) -> Mapping[str, Any]:
        """What the guards of the table may ask."""
        return {
            "covered": self.covered,
            "respondent": True,
            "approval": self.order > self.published.approval_over,
            "offers_allowed": True,
            "others_offer": self.offer_by not in ("", who),
            "offers": self.counts["offer"] + self.counts["counter"],
            "both_agree": self.settled,
            "heard": self.heard,
            "new_evidence": self.evidence,
            "may_go_back": not self.counts["take_evidence"],
            "four_eyes": True,
            "returned": self.counts["return"] > 0,
            "referred": self.counts["refer_up"] > 0,
            "remedy_due": self.order != self.found.net,
            "remedy_undone": False,
            "round": self.round,
            "may_appeal": True,
            "asked": self.asked,
            "opened_it": True,
            "asked_for": True,
            "stopped": False,
            "both_appealed": False,
            "fresh": True,
        }

    @property
    def covered(self) -> bool:
        return self.dispute.proven and self.dispute.amount_minor <= self.published.automatic_most

    # -- what verbs do besides
    def effects(self, verb: str, at: datetime) -> None:
        effect = getattr(self, f"_did_{verb}", None)
        if effect:
            effect(at)

    def _did_protect(self, at: datetime) -> None:
        self.order = self.dispute.amount_minor
        self.found.decide(at, fate.AUTOMATIC)

    def _did_admit(self, at: datetime) -> None:
        self.order, self.settled = self.dispute.amount_minor, True
        self.found.ended_as = self.found.ended_as or fate.ADMITTED

    def _did_offer(self, at: datetime) -> None:
        self.offer_by = machine.RESPONDENT

    def _did_accept_offer(self, at: datetime) -> None:
        self.order = self.dispute.due_minor
        self.found.ended_as = self.found.ended_as or fate.SETTLED

    def _did_propose(self, at: datetime) -> None:
        self.order = self.dispute.judged_minor if self.round == 1 else self.dispute.due_minor
        self.settled = False

    def _did_take_evidence(self, at: datetime) -> None:
        self.evidence = False

    def _did_hear(self, at: datetime) -> None:
        self.heard = True

    def _did_climb(self, at: datetime) -> None:
        self.found.breaches += 1
        self.found.handovers += 1

    def _did_consult(self, at: datetime) -> None:
        self.found.consulted = True

    def _did_execute(self, at: datetime) -> None:
        owed = self.order - self.found.net
        if owed > 0:
            self.found.pay(at, owed, owed=self.dispute.due_minor)
        else:
            self.found.reclaimed -= owed

    def _did_appeal(self, at: datetime) -> None:
        self.found.appealed = True
        self.found.handovers += 1
        self.round = 2
        self.counts.clear()
        self.evidence = self.settled = False

    def advance_money(self, until: datetime) -> None:
        """After six days without a decision the fund pays ahead, by the table's own verb."""
        due = self.dispute.opened + self.published.advance_after
        late = self.found.decided is None and not self.found.advanced and until > due
        if not late or self.state not in machine.UNDECIDED:
            return
        step = machine.TABLE[self.state, "advance"]
        if machine.SYSTEM not in step.who:
            raise ValueError("nobody may advance")
        self.found.pay(due, self.dispute.amount_minor, owed=self.dispute.due_minor, ahead=True)

    # -- what happens in each state
    def _recorded(self) -> Act:
        return self.now + MOMENT, "protect" if self.covered else "check", machine.SYSTEM

    def _validity(self) -> Act:
        if self.dispute.wrong_desk and not self.counts["reclassify"]:
            self.found.handovers += 1
            return self.now, "reclassify", machine.HANDLER  # to the right department: state and clock stay
        act = self.staff("ask_facts" if self.dispute.facts and not self.counts["ask_facts"] else "accept")
        if act[2] == machine.SYSTEM:
            self.found.breaches += 1
        return act

    def _facts(self) -> Act:
        ready = self.now + timedelta(hours=self.dispute.complainant_hours)
        return self.in_time("answer", machine.COMPLAINANT, ready)

    def _response(self) -> Act:
        self.asked = True
        if self.dispute.answer == SILENT:
            return self.in_time("contest", machine.RESPONDENT, self.due)
        verb = {ADMIT: "admit", OFFER: "offer"}.get(self.dispute.answer, "contest")
        return self.in_time(
            verb, machine.RESPONDENT, self.now + timedelta(hours=self.dispute.respondent_hours)
        )

    def _negotiation(self) -> Act:
        ready = self.now + timedelta(hours=self.dispute.complainant_hours)
        verb = "accept_offer" if self.dispute.accepts_offer else "escalate"
        return self.in_time(verb, machine.COMPLAINANT, ready)

    def _investigation(self) -> Act:
        if self.dispute.consulted and not self.counts["consult"] and self.round == 1:
            return self.staff("consult")
        if self.counts["consult"] and not self.counts["find"]:
            ready = self.now + timedelta(hours=self.dispute.expert_hours)
            if ready < self.due:
                return ready, "find", machine.EXPERT
        return self.staff("propose")

    def _hearing(self) -> Act:
        if not self.heard:
            return self._window()
        return self.staff(
            "take_evidence" if self.evidence and not self.counts["take_evidence"] else "confirm"
        )

    def _window(self) -> Act:
        """Both comment: agreed, or the window closes when both have spoken or its time is over."""
        slow = max(self.dispute.complainant_hours, self.dispute.respondent_hours)
        both = self.now + timedelta(hours=slow)
        silent = self.dispute.answer == SILENT
        if self.dispute.hearing_evidence and not self.counts["file_evidence"] and not silent:
            self.evidence = True
            at = self.now + timedelta(hours=min(slow, 6.0))
            if at < self.due:
                return at, "file_evidence", machine.RESPONDENT
        if self.dispute.agrees and not self.counts["agree"] and not silent and both < self.due:
            self.settled = True
            return both, "agree", machine.RESPONDENT
        return min(self.due, both if not silent else self.due), "hear", machine.SYSTEM

    def _approval(self) -> Act:
        agreed = self.settled or self.counts["accept_offer"] > 0  # looked at, not returned
        returns = self.dispute.returned and not self.counts["return"] and not agreed
        return self.staff("return" if returns else "approve", machine.SUPERVISOR)

    def _decided(self) -> Act:
        self.found.decide(self.now, self.found.ended_as or fate.DECIDED)
        return self.now + MOMENT, "serve", machine.SYSTEM

    def _remedy(self) -> Act:
        return self.now + PAYING, "execute", machine.SYSTEM

    def _appealable(self) -> Act:
        if self.dispute.appeals and self.round == 1:
            return self.now + (self.due - self.now) * APPEAL_AFTER, "appeal", machine.COMPLAINANT
        return self.due, "lapse", machine.SYSTEM


def _end(clock: Clock, start: datetime, duration: timedelta) -> datetime:
    if clock is Clock.WORKING:
        return roster().add(start, duration).due
    if clock is Clock.PARTY:
        return calendar_hours_with_night(start, duration, ZONE).due
    return start + duration
