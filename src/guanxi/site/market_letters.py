"""What we write to buyers and sellers about each other's steps: a question, its answer, goods on their way back."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guanxi.channels.actions import Words
from guanxi.core import cover
from guanxi.core.money import Money
from guanxi.core.phrases import language, pick
from guanxi.people.models import Record
from guanxi.people.queries.privacy import link_token
from guanxi.trade.models import Question, Return
from guanxi.trade.pages.returns import FINDINGS

QUOTE_CHARS_MAX = 1_000
FALLBACK = "zh-hans"


def about_question(letter: str, row: Question, to: Record) -> Words:
    """`question` to the shop, `answer` to whoever asked."""
    return _written(to, lambda: _QUESTIONS[letter](row))


def about_return(letter: str, row: Return, to: Record) -> Words:
    """`return_...` of `trade.rules.telling`, as the return stands now."""
    return _written(to, lambda: [*_RETURNS[letter](row), _link("my_return", row.public_id)])


def _written(to: Record, say: Callable[[], list[str]]) -> Words:
    tongue = to.language if to.language in dict(settings.LANGUAGES) else FALLBACK
    with translation.override(tongue):
        title, *parts = say()
        choices = _("What we may write to you about, and your rights over your data:")
        address = settings.BASE_URL + reverse("preferences", args=[link_token(to.customer_id)])
        body = "\n\n".join(part for part in (*parts, f"{choices}\n{address}") if part)
    return Words(title=title, body=body, language=tongue)


def _link(name: str, *args: str) -> str:
    return _("See it here, signed in:") + "\n" + settings.BASE_URL + reverse(name, args=args)


def _quoted(text: str) -> str:
    return cover.covered(text)[:QUOTE_CHARS_MAX]


def _asked(row: Question) -> list[str]:
    title = _("Somebody asks about “%(listing)s”") % {"listing": row.listing.title}
    advice = _("Answer soon: what you say stands beside your listing, and counts in a dispute.")
    return [title, _quoted(row.text), advice, _link("my_shop")]


def _answered(row: Question) -> list[str]:
    shop, listing = row.listing.shop.name, row.listing.title
    return [
        _("%(shop)s has answered you: “%(listing)s”") % {"shop": shop, "listing": listing},
        _("You asked:") + "\n" + _quoted(row.text),
        _("The answer:") + "\n" + _quoted(row.answer),
        _link("listing", row.listing.public_id),
    ]


_QUESTIONS: dict[str, Callable[[Question], list[str]]] = {"question": _asked, "answer": _answered}


def _named(row: Return) -> dict[str, str]:
    goods = pick(row.line.product.name) or row.line.product.sku
    return {
        "goods": f"{goods} × {row.quantity}" if row.quantity > 1 else goods,
        "order": row.order.number,
        "when": f"{timezone.localtime(row.due):%Y-%m-%d %H:%M}" if row.due else "",
        "amount": Money(row.amount_minor, row.currency).format(language()),
        "parcel": f"{row.carrier} {row.tracking}",
    }


def _until(row: Return, words: str) -> str:
    """A sentence with a limit, while one runs."""
    return words % _named(row) if row.due else ""


def _return_asked(row: Return) -> list[str]:
    title = _("A return is asked for: %(goods)s, order %(order)s") % _named(row)
    if row.state != Return.State.ASKED:
        return [
            title,
            _("Your promise covers it, so it is agreed already. We tell you when it is on its way."),
        ]
    answer = _("Please answer by %(when)s; silence counts as agreed.")
    return [title, _quoted(row.words), _until(row, answer)]


def _return_sent(row: Return) -> list[str]:
    return [
        _("On its way back to you: %(goods)s, order %(order)s") % _named(row),
        _("The parcel: %(parcel)s. Look at it when it has come; we tell you until when.") % _named(row),
    ]


def _return_arrived(row: Return) -> list[str]:
    check = _(
        "Look at it by %(when)s and say what you found. After that it counts as accepted, and is refunded."
    )
    repair = _("Repair it and send it back by %(when)s, as you promised.")
    return [
        _("It is back with you: %(goods)s, order %(order)s") % _named(row),
        _until(row, repair if row.repair else check),
    ]


def _return_agreed(row: Return) -> list[str]:
    return [
        _("You can send it back: %(goods)s, order %(order)s") % _named(row),
        _until(row, _("Send it by %(when)s and tell us the parcel's number.")),
    ]


def _return_refused(row: Return) -> list[str]:
    return [
        _("The shop does not take it back: %(goods)s, order %(order)s") % _named(row),
        _quoted(row.found),
        _("Think this is wrong? Complain on the page of the return: somebody looks at it."),
    ]


def _return_checked(row: Return) -> list[str]:
    finding = FINDINGS.get(row.finding)
    return [
        _("The shop says that something is wrong with what came back: %(goods)s, order %(order)s")
        % _named(row),
        str(finding) if finding else "",
        _quoted(row.found),
        _("Think this is wrong? Complain on the page of the return: somebody looks at it."),
    ]


def _return_refunded(row: Return) -> list[str]:
    title = _("Your return is accepted: %(goods)s, order %(order)s") % _named(row)
    paid = _("%(amount)s go back to you.") % _named(row) if row.amount_minor else ""
    return [title, paid]


def _return_repaired(row: Return) -> list[str]:
    return [_("Repaired and on its way to you: %(goods)s, order %(order)s") % _named(row), _quoted(row.found)]


_RETURNS: dict[str, Callable[[Return], list[str]]] = {
    "return_asked": _return_asked,
    "return_sent": _return_sent,
    "return_arrived": _return_arrived,
    "return_agreed": _return_agreed,
    "return_refused": _return_refused,
    "return_checked": _return_checked,
    "return_refunded": _return_refunded,
    "return_repaired": _return_repaired,
}
