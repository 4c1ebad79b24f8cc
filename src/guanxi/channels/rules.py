"""The one send gate, as a pure decision: may this message leave, and if not, why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from guanxi.core.calendar import WorkingCalendar, from_spec
from guanxi.core.explain import Explanation, Fact
from guanxi.engine.mail import HARD
from guanxi.people.rules.privacy import FREE, Standing, against
from guanxi.work.rules.opening import opening

RULE = "channels.gate@1"
# Notices go to colleagues who have chosen them.
BASES = {"notice": "gate.chosen"}
STOPPED = Fact("gate.stopped", {})  # by hand, after the gate had let it go


@dataclass(frozen=True, slots=True)
class Intent:
    """A message somebody wants to send. `consent` is the latest statement for (purpose, channel), None when there is none;
    `standing` what the customer's rights have made of them."""

    purpose: str
    channel: str
    address: str
    consent: bool | None
    vetoes: Sequence[Fact] = ()
    standing: Standing = FREE


def decide(intent: Intent) -> Explanation:
    """Outcome "send" or "hold", with the reasons in order of weight."""
    facts = list(intent.vetoes)
    if not intent.address:
        facts.append(Fact("gate.no_address", {"channel": intent.channel}))
    facts += against(intent.purpose, intent.channel, intent.consent, intent.standing)
    if facts:
        return Explanation("hold", tuple(facts), RULE, objection="gate.objection")
    basis = "gate.consented" if intent.consent else BASES.get(intent.purpose, "gate.own_matter")
    return Explanation("send", (Fact(basis, {"purpose": intent.purpose}),), RULE)


# -- calls we make ---------------------------------------------------------------------------------------

DIALLING = "channels.dialling@1"
RESULTS = ("sale", "no", "later", "no_answer", "wrong_number", "do_not_call")
REACHED = frozenset({"sale", "no", "later", "do_not_call"})
ENDS_THE_NUMBER = frozenset({"wrong_number", "do_not_call"})  # nobody rings this number for any list any more
_MOVES_MAX = 60  # openings looked through for one that suits every zone of a number


def windows(
    week: Mapping[str, Sequence[str]], zones: Sequence[str], country: str | None
) -> list[WorkingCalendar]:
    """When somebody may be rung, by each clock their number may be under; `country`: whose holidays are kept."""
    spec = {"code": "calls", "week": week, **({"holidays": country} if country else {})}
    return [from_spec({**spec, "zone": zone}) for zone in zones]


def may_ring(calendars: Sequence[WorkingCalendar], now: datetime) -> bool:
    """Whether every clock says that it is a time for calls."""
    return all(opening(one, now).is_open for one in calendars)


def next_ring(calendars: Sequence[WorkingCalendar], start: datetime) -> datetime | None:
    """The first moment from `start` on that is a time for calls by every clock; None: there is none in sight."""
    moment = start
    for _ in range(_MOVES_MAX):
        closed = [found for one in calendars if not (found := opening(one, moment)).is_open]
        if not closed:
            return moment
        later = [one.opens for one in closed if one.opens is not None]
        if len(later) < len(closed):
            return None
        moment = max(later)
    return None


SORTING = "channels.mail@1"


class Way(StrEnum):
    """What is to be done with a mail that came in."""

    OPEN = "open"
    ADD = "add"
    ATTACH = "attach"
    ASIDE = "aside"
    COPY = "copy"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of a mail when it is sorted. `automatic`: why no machine may answer it (`engine.mail`); `thread`: by what
    it belongs to a matter (token, answer, own, number), "" when it begins one; `wanted`: a person said that it opens a case."""

    automatic: str = ""
    thread: str = ""
    report: str = ""  # what a report says of a mail of ours we know: failed, delayed ...; "" for none
    sender: bool = True  # whether anybody can be answered
    known: bool = False  # the sender is a customer of ours
    copy: bool = False  # the same mail reached another mailbox of ours
    wanted: bool = False


def sort_mail(sight: Sight) -> tuple[Way, tuple[Fact, ...]]:
    """Where a mail goes, and why. Nothing is lost: what opens no case is put aside, where people see it."""
    if sight.copy:
        return Way.COPY, (Fact("mail.copy", {}),)
    if sight.report:
        return Way.BOUNCE, (Fact(f"mail.report_{sight.report}", {}),)
    facts = (Fact(f"mail.auto_{sight.automatic}", {}),) if sight.automatic else ()
    if sight.automatic == "own" and not sight.wanted:
        return Way.ASIDE, facts
    if sight.thread:
        way = Way.ATTACH if sight.automatic in HARD else Way.ADD
        return way, (*facts, Fact(f"mail.by_{sight.thread}", {}))
    if not sight.sender:
        return Way.ASIDE, (*facts, Fact("mail.no_sender", {}))
    if sight.wanted:
        return Way.OPEN, (*facts, Fact("mail.wanted", {}))
    if sight.automatic in HARD or (sight.automatic and not sight.known):
        return Way.ASIDE, facts
    return Way.OPEN, (*facts, Fact("mail.new", {}))


# -- live contacts ------------------------------------------------------------------------------------------

OPEN = ("waiting", "live", "held")
TALKING = ("live", "held")
OUTCOMES = ("solved", "case", "call_back", "nobody", "nuisance")
ANSWER_S = 60  # where no team names a time
WORK = "contact."  # what the work kinds of live contacts begin with
GONE_S = 90  # nothing heard of a customer's page: three missed signs of life


def work_kind(channel: str) -> str:
    """The kind of work a live contact of this channel is."""
    return WORK + channel


def lane(channel: str) -> str:
    """Whose room it takes: a telephone call the one line somebody has, everything that is written one of their chats."""
    return "phone" if channel == "phone" else "chat"
