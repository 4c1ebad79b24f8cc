"""Reading what people write into fields: numbers, money, days, moments. Each raises `Invalid` on its field, with an example."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _

from guanxi.core.errors import Invalid
from guanxi.core.money import Money, MoneyError, digits_of

CHARS_MAX = 40
FIRST_YEAR = 1900  # nothing here is older; the very first years cannot be told in every time zone
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋：／　", "0123456789.,-+:/ ")


def _text(form: Mapping[str, str], name: str) -> str:
    """What stands in a field, full-width digits and signs made plain."""
    value = form.get(name, "").strip()
    if len(value) > CHARS_MAX:
        raise Invalid(fields={name: _("At most %(most)s characters fit here.") % {"most": CHARS_MAX}})
    return value.translate(_FULL_WIDTH).strip()


def read_number(form: Mapping[str, str], name: str) -> Decimal | None:
    """A number such as `1,234.5`; None for an empty field. Raises `Invalid`."""
    text = _text(form, name)
    if not text:
        return None
    try:
        number = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise Invalid(fields={name: _("This is no number. Example: 1,234.5")})
    return number


def read_money(form: Mapping[str, str], name: str) -> Money | None:
    """An amount with the currency in NAME_currency; None for an empty field. Raises `Invalid`."""
    number = read_number(form, name)
    if number is None:
        return None
    currency = form.get(f"{name}_currency", "").strip().upper()
    try:
        minor = number.scaleb(digits_of(currency))
    except MoneyError as error:
        raise Invalid(fields={name: _("Choose a currency.")}) from error
    if minor != minor.to_integral_value():
        raise Invalid(fields={name: _("%(currency)s has no such small part.") % {"currency": currency}})
    return Money(int(minor), currency)


def read_day(form: Mapping[str, str], name: str) -> date | None:
    """A day such as `2026-03-03` (also with / or .); None for an empty field. Raises `Invalid`."""
    text = _text(form, name).replace("/", "-").replace(".", "-")
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError as error:
        raise Invalid(fields={name: _("This is no day. Example: 2026-03-03")}) from error


def read_moment(form: Mapping[str, str], name: str) -> datetime | None:
    """A moment in the house's time such as `2026-03-03T10:00`, as an aware datetime; None for an empty field.

    Raises `Invalid`, also for an hour that the clocks skip.
    """
    text = _text(form, name).replace(" ", "T", 1)
    if not text:
        return None
    try:
        moment = timezone.make_aware(datetime.fromisoformat(text).replace(tzinfo=None))
        there = timezone.localtime(moment.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise Invalid(fields={name: _("This is no moment. Example: 2026-03-03 10:00")}) from error
    if there.replace(tzinfo=None) != datetime.fromisoformat(text).replace(tzinfo=None):
        raise Invalid(fields={name: _("The clocks skip this hour.")})
    return moment


def read_instant(form: Mapping[str, str], name: str) -> datetime | None:
    """A moment to look back to: a day (its end, in the house's time), a local moment, or one with its offset.

    `2026-03-01`, `2026-03-01 10:00`, `2026-03-01T02:00:00Z`. None for an empty field. Raises `Invalid`.
    """
    text = _text(form, name).replace("/", "-").replace(" ", "T", 1)
    if not text:
        return None
    try:
        if len(text) <= len("2026-03-01"):
            text = f"{date.fromisoformat(text)}T{time.max}"
        moment = datetime.fromisoformat(text)
        if moment.year < FIRST_YEAR:
            raise ValueError(text)
        return (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(fields={name: _("This is no moment. Example: 2026-03-03 10:00")}) from error
