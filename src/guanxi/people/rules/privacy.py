"""May we write to somebody, and until when must we answer what they ask of us. Pure.

`against` is the rule of the one gate. In order of weight: somebody forgotten is written to no more; one whose data is
restricted only about that very request (GDPR Art. 18, PIPL Art. 44); one who stopped everything only about their own matter;
then their latest word for this purpose on this channel counts: a no always, and where the matter is not their own, silence too.

Legal limits. GDPR Art. 12(3): one month from the day of receipt, two further months where it is complex, told within the first.
A month ends on the day of the same number, or the last of a shorter month; what would end on a weekend ends on Monday
(Regulation 1182/71, Art. 3). PIPL Art. 50 says "promptly": the house sets working days.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from guanxi.core.calendar import from_spec
from guanxi.core.explain import Explanation, Fact

RULE: Final = "people.may_contact@1"
DUE_RULE: Final = "people.privacy_due@1"
PURPOSES: Final = ("service", "marketing", "survey")
CHANNELS: Final = ("email", "phone", "sms", "letter")
WORDING: Final = "2026-11"  # the version of what people are shown when they say yes or no
# Answering somebody about their own matter needs no consent, but their refusal counts.
OWN_MATTERS: Final = frozenset({"service", "security", "privacy", "notice"})
NEVER_REFUSABLE: Final = frozenset({"security", "privacy"})  # a code, or an answer, they have just asked for
GDPR_MONTHS: Final = 1
GDPR_MONTHS_MORE: Final = 2
PIPL_DAYS: Final = 15
_OFFICE: Final = {"code": "privacy", "week": {"mon-fri": ["09:00-12:00", "13:00-18:00"]}, "holidays": "CN"}
_DAY_WORKED: Final = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer's rights have made of them."""

    restricted: bool = False
    objected: bool = False
    forgotten: bool = False


FREE: Final = Standing()


def against(purpose: str, channel: str, consent: bool | None, standing: Standing = FREE) -> list[Fact]:
    """Why nobody may write for this purpose on this channel; empty: somebody may."""
    values = {"purpose": purpose, "channel": channel}
    facts = []
    if standing.forgotten:
        facts.append(Fact("gate.forgotten", {}))
    if standing.restricted and purpose not in NEVER_REFUSABLE:
        facts.append(Fact("gate.restricted", {}))
    if standing.objected and purpose not in OWN_MATTERS:
        facts.append(Fact("gate.objected", {}))
    if consent is False and purpose not in NEVER_REFUSABLE:
        facts.append(Fact("gate.refused", values))
    if consent is None and purpose not in OWN_MATTERS:
        facts.append(Fact("gate.no_consent", values))
    return facts


@dataclass(frozen=True, slots=True)
class Due:
    """Until when, and why."""

    at: datetime
    why: Explanation


def due_by(law: str, received: datetime, zone: str, *, days: int = PIPL_DAYS, extended: bool = False) -> Due:
    """The legal limit of a request: the end of the last day, in the house's zone. `days`: working days where the law says
    "promptly"."""
    if law == "gdpr":
        months = GDPR_MONTHS + (GDPR_MONTHS_MORE if extended else 0)
        last = _no_weekend(_months_later(received.astimezone(ZoneInfo(zone)).date(), months))
        at = datetime.combine(last, time(23, 59, 59), ZoneInfo(zone))
        return Due(at, _why("privacy.due.gdpr_extended" if extended else "privacy.due.gdpr", months))
    count = days * 2 if extended else days
    calendar = from_spec({**_OFFICE, "zone": zone})
    local = received.astimezone(ZoneInfo(zone))
    begins = datetime.combine(local.date() + timedelta(days=1), time(0), ZoneInfo(zone))
    last_day = calendar.add(begins, _DAY_WORKED * count).due.astimezone(ZoneInfo(zone)).date()
    at = datetime.combine(last_day, time(23, 59, 59), ZoneInfo(zone))
    return Due(at, _why("privacy.due.pipl_extended" if extended else "privacy.due.pipl", count))


def _why(code: str, count: int) -> Explanation:
    return Explanation("due", (Fact(code, {"count": count}),), DUE_RULE)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _no_weekend(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def typed_right(typed: str, code: str) -> bool:
    """Whether somebody typed the customer's number as a confirmation: dashes, blanks and case do not matter."""
    return _bare(typed) == _bare(code) != ""


def _bare(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())
