"""The language of filters, as it stands in the address: `state=recorded,answered`, `opened=7d`, `amount=100..200`.

text     `abc` holds it, `=abc` is it, `~=abc` holds words that begin with one of these signs
choice   `a,b` one of them, `!a,b` none of them
moment   `2026`, `2026-03`, `2026-03-03`, `2026-03-01..2026-03-15`, `today`, `yesterday`, `7d` the last seven days,
         `+3d` the next three, `..now` past, `now..` to come
number, money  `10`, `10..20`, `10..`, `..20`       flag  `yes`, `no`
text, and whatever may be empty: `-` is empty, `*` is not
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guanxi.core.access import Actor
from guanxi.core.errors import Invalid
from guanxi.core.lists.columns import Column, Kind
from guanxi.core.money import digits_of

CHARS_MAX = 200
CHOICES_MAX = 50
_DAYS = re.compile(r"(\+?)(\d{1,4})d")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
NUMBER_MAX = Decimal(2**63 - 1)


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter as read: what the database is asked, and what a person reads."""

    column: Column
    text: str
    q: Q
    words: str


def read(column: Column, text: str, *, actor: Actor, now: datetime) -> Condition:
    """Read one filter. Raises `Invalid` naming the column when it says nothing the column understands."""
    text = text.strip()
    if not text or len(text) > CHARS_MAX or not column.filtered_by:
        raise unread(column, text)
    if text in ("-", "*") and column.can_be_empty:
        return Condition(
            column, text, _emptiness(column, text == "-"), _("empty") if text == "-" else _("any")
        )
    q, words = _READERS[column.kind](column, text, actor, now)
    return Condition(column, text, q, words)


def unread(column: Column, text: str, codes: Sequence[str] = ()) -> Invalid:
    """The error of a filter that says nothing: what stood there, and an example of what could."""
    words = _("%(column)s: “%(text)s” cannot be read.") % {"column": column.title, "text": text[:40]}
    shown = ",".join(codes[:2]) or example(column)
    if shown:
        words = words + " " + _("Example: %(example)s") % {"example": shown}
    return Invalid(fields={column.code: words}, code="filter")


def example(column: Column) -> str:
    """A filter of this kind as an example for people."""
    return {
        Kind.MOMENT: "2026-03-01..2026-03-15, 7d, today",
        Kind.NUMBER: "10..20",
        Kind.MONEY: "100..200.50",
        Kind.FLAG: "yes, no",
    }.get(column.kind, "")


def _emptiness(column: Column, empty: bool) -> Q:
    path = column.filtered_by
    nothing = Q(**{f"{path}__isnull": True})
    if column.kind is Kind.TEXT:
        nothing |= Q(**{path: ""})
    return nothing if empty else ~nothing


def _text(column: Column, text: str, actor: Actor, now: datetime) -> tuple[Q, str]:
    exact = text.startswith("=")
    words = text[1:].strip() if text[:1] in ("=", "~") else text
    if not words:
        raise unread(column, text)
    return Q(**{f"{column.filtered_by}__{'iexact' if exact else 'icontains'}": words}), (
        _("is %(words)s") if exact else _("holds %(words)s")
    ) % {"words": words}


def _choice(column: Column, text: str, actor: Actor, now: datetime) -> tuple[Q, str]:
    known = dict(column.choices(actor))
    negative = text.startswith("!")
    codes = list(dict.fromkeys(code.strip() for code in text.removeprefix("!").split(",")))
    if not codes or len(codes) > CHOICES_MAX or any(code not in known for code in codes):
        raise unread(column, text, list(known))
    named = (_(" or ")).join(str(known[code]) for code in codes)
    q = Q(**{f"{column.filtered_by}__in": codes})
    return (~q, _("not %(words)s") % {"words": named}) if negative else (q, named)


def _flag(column: Column, text: str, actor: Actor, now: datetime) -> tuple[Q, str]:
    answers = {"yes": True, "no": False, "1": True, "0": False}
    if text not in answers:
        raise unread(column, text)
    yes = answers[text]
    return Q(**{column.filtered_by: yes}), _("yes") if yes else _("no")


def _moment(column: Column, text: str, actor: Actor, now: datetime) -> tuple[Q, str]:
    try:
        start, end = _span(text, now)
    except (ValueError, OverflowError) as error:
        raise unread(column, text) from error
    if start is None and end is None:
        raise unread(column, text)
    return _between(column.filtered_by, start, end, closed=False), _span_words(text)


def _span(text: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """[start, end) of what was written, in the reader's time zone; None for an open end."""
    first, dots, last = text.partition("..")
    if not dots:
        return _day_span(text, now)
    start = _day_span(first, now)[0] if first else None
    end = _day_span(last, now)[1] if last else None
    if start and end and end <= start:
        raise ValueError(text)
    return start, end


def _day_span(text: str, now: datetime) -> tuple[datetime, datetime]:
    if text == "now":
        return now, now
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if text in ("today", "yesterday"):
        start = today - timedelta(days=text == "yesterday")
        return start, start + timedelta(days=1)
    if relative := _DAYS.fullmatch(text):
        span = timedelta(days=int(relative[2]))
        # What happened this very moment has happened.
        return (now, now + span) if relative[1] else (now - span, now + timedelta.resolution)
    written = _DAY.fullmatch(text)
    if written is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in written.groups())
    start = today.replace(year=year or 0, month=month or 1, day=day or 1)
    if day:
        return start, start + timedelta(days=1)
    if month:
        return start, start.replace(year=start.year + month // 12, month=month % 12 + 1)
    return start, start.replace(year=start.year + 1)


def _span_words(text: str) -> str:
    named = {"today": _("today"), "yesterday": _("yesterday"), "now": _("now")}
    if text in named:
        return named[text]
    if relative := _DAYS.fullmatch(text):
        return (_("the next %(n)s days") if relative[1] else _("the last %(n)s days")) % {"n": relative[2]}
    first, dots, last = text.partition("..")
    if not dots:
        return text
    return _range_words(named.get(first, first), named.get(last, last))


def _range_words(first: str, last: str) -> str:
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    return _("from %(first)s") % {"first": first} if first else _("until %(last)s") % {"last": last}


def _number(column: Column, text: str, actor: Actor, now: datetime) -> tuple[Q, str]:
    power = 10 ** digits_of(column.currency) if column.kind is Kind.MONEY else 1
    first, dots, last = text.partition("..")
    read_one = (lambda part: _whole(part, power)) if column.whole else _decimal
    try:
        low, high = (read_one(part) for part in (first, last if dots else first))
    except (ArithmeticError, ValueError) as error:
        raise unread(column, text) from error
    if (low is None and high is None) or (low is not None and high is not None and high < low):
        raise unread(column, text)
    return _between(column.filtered_by, low, high, closed=True), _range_words(first, last) if dots else text


def _whole(text: str, power: int) -> int | None:
    if not text:
        return None
    value = Decimal(text) * power
    if not value.is_finite() or value != value.to_integral_value() or abs(value) > NUMBER_MAX:
        raise ValueError(text)
    return int(value)


def _decimal(text: str) -> float | None:
    if not text:
        return None
    value = Decimal(text)
    if not value.is_finite() or abs(value) > NUMBER_MAX:
        raise ValueError(text)
    return float(value)


def _between(path: str, low: object, high: object, *, closed: bool) -> Q:
    q = Q()
    if low is not None:
        q &= Q(**{f"{path}__gte": low})
    if high is not None:
        q &= Q(**{f"{path}__{'lte' if closed else 'lt'}": high})
    return q


_READERS: dict[Kind, Callable[[Column, str, Actor, datetime], tuple[Q, str]]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.FLAG: _flag,
    Kind.MOMENT: _moment,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
}
