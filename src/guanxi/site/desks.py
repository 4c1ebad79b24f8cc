"""The desktops of the groups: what each works through in which order, what stands beside it, which keys it is done with.

A team's desktop is declared in its pack (`Team.desktop`). Everything here is composed of pages that exist: the queue first,
then what waits outside of it - slips, stages, doubts - each named by a source.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.trade.models import Payout, Remittance
from guanxi.trade.queries import books, remittances, rulesets, screens
from guanxi.trade.rules import stages
from guanxi.work.models import Member, Team

LOOK_MAX = 50  # of one source, past what was left aside
Piece = tuple[str, str]
"""What something is called while it is worked on, and its address."""
Source = Callable[[Actor, datetime, Collection[str]], Piece | None]


@dataclass(frozen=True, slots=True)
class Tool:
    """A page of this desktop with its key; shown to whoever has the right."""

    words: Any
    url_name: str
    icon: str
    right: str
    key: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One composition. `keys`: the path through one piece of work, in the order they are pressed."""

    title: Any
    lead: Any
    icon: str
    keys: Sequence[tuple[str, Any]]
    tools: Sequence[Tool] = ()
    sources: Sequence[Source] = ()


def _slips(actor: Actor, now: datetime, left: Collection[str]) -> Piece | None:
    """The slip that waits longest for somebody to say what it is for."""
    if not actor.may(remittances.RIGHT):
        return None
    waiting = remittances.list_slips(actor).filter(state=Remittance.State.OPEN).order_by("made", "id")
    return _first(waiting.values_list("public_id", flat=True), left, "remittance")


def _too_much(actor: Actor, now: datetime, left: Collection[str]) -> Piece | None:
    """Money that came beyond what an order owes."""
    if not actor.may(remittances.RIGHT):
        return None
    waiting = remittances.list_slips(actor).filter(state=Remittance.State.OVER).order_by("made", "id")
    return _first(waiting.values_list("public_id", flat=True), left, "remittance")


def _payouts(actor: Actor, now: datetime, left: Collection[str]) -> Piece | None:
    """Payouts that came back."""
    if not actor.may("trade.ledger.move"):
        return None
    failed = books.list_payouts(actor).filter(state=Payout.State.FAILED).order_by("changed", "id")
    return _first(failed.values_list("entry__public_id", flat=True), left, "ledger_entry")


def _first(codes: Any, left: Collection[str], url_name: str) -> Piece | None:
    code = next((one for one in codes[:LOOK_MAX] if one not in left), None)
    return (code, reverse(url_name, args=[code])) if code else None


def _stage(does: str) -> Source:
    """The screen of a stage at which orders wait; it goes from one to the next by itself."""

    def find(actor: Actor, now: datetime, left: Collection[str]) -> Piece | None:
        if not actor.may(screens.RIGHT):
            return None
        for kind in screens.house_stages(rulesets.current()):
            name = f"stage:{kind.code}"
            if kind.does == does and name not in left and screens.queue(actor, kind, now).exists():
                return name, reverse("stage", args=[kind.code])
        return None

    return find


def _doubts(actor: Actor, now: datetime, left: Collection[str]) -> Piece | None:
    """The desk of possible duplicates, which opens the next pair by itself."""
    if not actor.may("people.review") or "identity" in left:
        return None
    return "identity", reverse("identity")


def _calls(actor: Actor, now: datetime, left: Collection[str]) -> Piece | None:
    """The entry for whoever rings next."""
    return ("", reverse("case_new")) if actor.may("cases.intake") else None


_ANSWERING = (
    ("A", _("write")),
    ("E", _("saved reply")),
    ("Ctrl ↵", _("send")),
    ("Esc R", _("resolve")),
    ("B", _("put back")),
)
_NEW_CASE = Tool(_("Enter a case"), "case_new", "plus", "cases.intake", "j")
_REPLIES = Tool(_("Saved replies"), "replies", "message", "cases.handle", "m")
_CUSTOMERS = Tool(_("Find a customer"), "customers", "users", "people.view", "c")
_SLIP = Tool(_("Write down a slip"), "remittance_new", "receipt", "trade.remit", "j")
_STAGES = Tool(_("Stages"), "stages", "list-check", "trade.fulfil", "s")
_SLIPS = Tool(_("Remittance slips"), "remittances", "coin", "trade.remit", "l")
_ORDERS = Tool(_("Orders"), "orders", "package", "trade.view", "o")

DESKS: dict[str, Desk] = {
    Team.Desktop.HOTLINE: Desk(
        _("Hotline"),
        _(
            "What waits first, then the entry for the next call: take it down, answer it, resolve it in one contact."
        ),
        "phone",
        (("Ctrl ↵", _("record")), *_ANSWERING),
        (_NEW_CASE, _CUSTOMERS, _ORDERS, _REPLIES),
        (_calls,),
    ),
    Team.Desktop.ONLINE: Desk(
        _("Online service"),
        _("Requests by time left, each with the customer, their orders and what others were told."),
        "message",
        _ANSWERING,
        (_REPLIES, _CUSTOMERS, _ORDERS),
    ),
    Team.Desktop.TELEMARKETING: Desk(
        _("Telemarketing"),
        _("Call-backs and questions after a call; orders are keyed while the customer speaks."),
        "phone",
        _ANSWERING,
        (_NEW_CASE, _CUSTOMERS, _ORDERS, _REPLIES),
    ),
    Team.Desktop.LETTERS: Desk(
        _("Letters"),
        _("Letters and mail by time left: read, answer, next."),
        "mail",
        _ANSWERING,
        (_NEW_CASE, _REPLIES, _CUSTOMERS),
    ),
    Team.Desktop.DOCUMENTS: Desk(
        _("Document processing"),
        _("Slips of money first, then orders to be checked: match, or key the order the slip is."),
        "receipt",
        (("1", _("it is for this order")), ("K", _("products")), ("Ctrl ↵", _("place the order"))),
        (_SLIP, _SLIPS, _STAGES, _ORDERS),
        (_slips, _stage(stages.KEYING)),
    ),
    Team.Desktop.FINANCIAL: Desk(
        _("Financial services"),
        _("Money that came back or is too much, slips to be matched, suppliers to be paid."),
        "building-bank",
        (
            ("1", _("it is for this order")),
            ("R Y", _("send the money back")),
            ("D Y", _("keep as deposit")),
            ("↵", _("paid")),
        ),
        (_SLIPS, _SLIP, _STAGES, _ORDERS),
        (_payouts, _too_much, _slips, _stage(stages.SETTLEMENT)),
    ),
    Team.Desktop.DATA: Desk(
        _("Data maintenance"),
        _("Possible duplicates, the likeliest first; the next pair opens by itself."),
        "git-merge",
        (("M", _("merge")), ("A", _("keep apart")), ("L", _("later")), ("Z", _("take back"))),
        (Tool(_("Upkeep of customer data"), "upkeep", "checklist", "people.review", "u"), _CUSTOMERS),
        (_doubts,),
    ),
}


def desk_of(member: Member | None) -> Desk | None:
    """The desktop of this member's team; None for teams that work through the queue alone."""
    return DESKS.get(member.team.desktop) if member else None


def next_piece(desk: Desk | None, actor: Actor, now: datetime, left: Collection[str]) -> Piece | None:
    """What waits outside the queue, by the desk's order; `left` was set aside in this run."""
    for source in desk.sources if desk else ():
        try:
            found = source(actor, now, left)
        except NotFound:  # a house without these stages
            continue
        if found:
            return found
    return None
