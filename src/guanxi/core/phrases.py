"""Explanations in the reader's language: codes and values of `core.explain` become sentences."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanxi.core.explain import Explanation, Fact, from_json
from guanxi.core.words import say


def language() -> str:
    """`zh-hans` or `en`: what the reader reads."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def language_choices() -> list[tuple[str, str]]:
    """The languages we write in, (code, name), to choose from."""
    return [(code, say(f"language.{code}")) for code, _name in settings.LANGUAGES]


class _Sentences(dict[str, str]):
    """What gettext says in one language, kept: a page asks for a thousand sentences, and asking costs."""

    def __missing__(self, text: str) -> str:
        said = self[text] = _(text)
        return said


_kept: dict[str, _Sentences] = {}


def translator() -> Callable[[str], str]:
    """`gettext` in the reader's language, for as long as this page is drawn."""
    return _kept.setdefault(get_language() or "", _Sentences()).__getitem__


def kept(text: str) -> str:
    """`gettext`, remembered: for what is said for every row of a page. Import it as `_`."""
    return translator()(text)


def day_label(day: date, *, this_year: int | None = None) -> str:
    """ "11 月 20 日 周五", "Fri 20 Nov"; with the year when it is another one than `this_year`."""
    if language() == "en":
        weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]
        month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
            day.month - 1
        ]
        text = f"{weekday} {day.day} {month}"
        return text if this_year in (None, day.year) else f"{text} {day.year}"
    text = f"{day.month} 月 {day.day} 日 周{'一二三四五六日'[day.weekday()]}"
    return text if this_year in (None, day.year) else f"{day.year} 年 {text}"


def span_words(minutes: int) -> str:
    """A rough length: "4 d 5 h", "3 h 10 min", "8 min"."""
    days, hours = minutes // 1440, minutes // 60 % 24
    if days and not hours:
        return _("%(days)s d") % {"days": days}
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours and not minutes % 60:
        return _("%(hours)s h") % {"hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)s min") % {"minutes": minutes}


def explained(value: Mapping[str, Any] | Explanation | None) -> dict[str, Any] | None:
    """{outcome, inputs [{text, weight}], rule, objection} for the one panel that shows it; None for an empty one."""
    if not value:
        return None
    why = value if isinstance(value, Explanation) else from_json(value)
    facts = sorted(
        why.facts, key=lambda fact: -abs(fact.weight)
    )  # what is only told keeps its order, at the end
    return {
        "outcome": say(why.outcome),
        "inputs": [{"text": sentence(fact), "weight": fact.weight or None} for fact in facts],
        "rule": why.rule,
        "objection": say(why.objection) if why.objection else "",
    }


def sentence(fact: Fact) -> str:
    """One fact in words. Moments and days are told in the reader's time zone."""
    values = {name: _readable(name, value) for name, value in fact.values.items()}
    return say(fact.code, values)


def sentences(value: Mapping[str, Any] | None, *, most: int = 4) -> list[str]:
    """The weightiest facts in words."""
    return [sentence(fact) for fact in from_json(value).facts[:most]] if value else []


def _readable(name: str, value: Any) -> Any:
    if name == "minutes" and isinstance(value, int):
        return span_words(value)
    if not isinstance(value, str):
        return value
    if name in ("start", "end"):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%m-%d %H:%M}"
    if name == "day":
        return f"{date.fromisoformat(value):%m-%d}"
    if name in ("kind", "channel", "why", "purpose", "language"):
        head, _, tail = value.partition(":")
        prefix = {
            "kind": "people.kind.",
            "channel": "channel.",
            "purpose": "purpose.",
            "language": "language.",
        }.get(name, "")
        return say(prefix + head) if not tail else f"{say(head)} ({tail})"
    return value


def pick(texts: Mapping[str, str] | str | None) -> str:
    """A pack text in the reader's language."""
    if not texts:
        return ""
    if isinstance(texts, str):
        return texts
    return texts.get(language()) or next(iter(texts.values()), "")
