"""Forms of the desk: what was tried and did not go through, what a form holds, and reading it into `Brought`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from guanxi.cases import rules
from guanxi.cases.actions import Brought
from guanxi.cases.models import Issue
from guanxi.cases.pages.public import files_of
from guanxi.core import fields
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.http import Request, form_key

SHORT_CHARS_MAX = 4_000
_WORDY = ("text", "would_change", "fix", "question", "quote")


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that did not go through: of which issue (0: of the case), its verb, everything in it, what was wrong."""

    verb: str = ""
    place: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    citations: Sequence[str] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""

    @property
    def words(self) -> str:
        """What somebody wrote, for copying where the form is no longer open."""
        return "\n\n".join(self.values[name] for name in _WORDY if self.values.get(name, "").strip())


NOTHING = Tried()


def tried(request: Request, verb: str, place: int, error: Invalid | Conflict | Denied) -> Tried:
    """The form as it was sent, bounded, with what was wrong beside its fields."""
    sent = {
        name: value[: rules.TEXT_CHARS_MAX * 2]
        for name, value in request.POST.items()
        if isinstance(value, str)
    }
    errors = {name: str(words) for name, words in error.fields.items()} if isinstance(error, Invalid) else {}
    loose = str(error.detail or error.title) if not errors else ""
    if isinstance(error, Invalid) and loose:
        errors = {"form": loose}
    told = loose if not isinstance(error, Invalid) else ""
    return Tried(verb, place, sent, request.POST.getlist("citations")[:40], errors, told)


@dataclass(frozen=True, slots=True)
class Form:
    """One verb's form: where it goes, a fresh key, and after a failure everything that was in it."""

    verb: str
    url: str
    key: str
    most: int
    failed: bool
    tried: Tried

    def v(self, name: str, default: Any = "") -> Any:
        """What stands in a field: as it was sent, else the default."""
        return self.tried.values.get(name, "") if self.failed else default

    def e(self, name: str) -> str:
        """What is wrong with a field."""
        return self.tried.errors.get(name, "") if self.failed else ""

    def ticked(self, name: str, value: str, default: bool = False) -> bool:
        if not self.failed:
            return default
        return value in self.tried.citations if name == "citations" else self.tried.values.get(name) == value


def form_of(verb: str, url: str, given: Tried, place: int = 0) -> Form:
    failed = given.verb == verb and given.place == place
    return Form(verb, url, form_key(), rules.TEXT_CHARS_MAX, failed, given)


def brought_of(request: Request, issue: Issue) -> Brought:
    """What a form of an issue's verb brought. Raises `Invalid` naming the field."""
    form = request.POST
    short = {name: form.get(name, "").strip()[:SHORT_CHARS_MAX] for name in _SHORT}
    return Brought(
        text=form.get("text", "")[: rules.TEXT_CHARS_MAX * 2 + 1],
        files=files_of(request),
        amount_minor=amount_of(form, issue.currency),
        citations=tuple(form.getlist("citations")[:40]),
        private=form.get("private") == "1",
        publish=form.get("publish") == "1",
        against_staff=form.get("against_staff") == "1",
        promised=_day(form, "promised"),
        due=_day(form, "due"),
        **short,
    )


_SHORT = (
    "item",
    "point",
    "private_why",
    "remedy",
    "outcome",
    "penalty",
    "code",
    "would_change",
    "expert",
    "team",
    "fix",
    "owner",
    "remedy_id",
)


def amount_of(form: Mapping[str, str], currency: str) -> int | None:
    """Minor units of the issue's currency; None for an empty field. Raises `Invalid` on "amount"."""
    money = fields.read_money({"amount": form.get("amount", ""), "amount_currency": currency}, "amount")
    if money is not None and money.minor < 0:
        raise Invalid(fields={"amount": _("An amount is not negative.")})
    return money.minor if money else None


def _day(form: Mapping[str, str], name: str) -> datetime | None:
    """The end of a day, so that its date is the same in every zone of the house."""
    day = fields.read_day(form, name)
    return datetime.combine(day, time(12), UTC) if day else None
