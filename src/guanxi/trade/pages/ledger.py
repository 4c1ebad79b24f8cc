"""Pages of the ledger: an account with its statement, one movement, money taken in by hand; the customer's money."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, fields, staff
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.money import Money
from guanxi.core.phrases import language
from guanxi.trade.actions import ledger
from guanxi.trade.models import Account, Entry, Payout, Posting
from guanxi.trade.queries import books
from guanxi.trade.queries.books import Reason, Standing
from guanxi.trade.rules.ledger import CURRENCY, direction

RIGHT = "trade.ledger.view"
CURRENCIES = ("CNY", "USD", "EUR", "HKD")
ICONS: Mapping[str, str] = {
    Account.Kind.DEPOSIT: "coin",
    Account.Kind.FUND: "shield-check",
    Account.Kind.HOUSE: "building",
    Account.Kind.RECEIVABLE: "receipt",
}
DUES = (
    Account.Kind.DUE_FUND,
    Account.Kind.DUE_HOUSE,
)  # the other side of a debt: seen in a movement, not here
TONES = {"pending": "amber", "sent": "tint", "confirmed": "green", "failed": "red"}
DONE = {
    "top-up": gettext_lazy("Booked: the deposit has grown."),
    "withdraw": gettext_lazy("Booked: the money goes to their bank."),
    "settle": gettext_lazy("Booked: the debt is smaller."),
    "write-off": gettext_lazy("Written off."),
    "fill": gettext_lazy("Booked: the fund has grown."),
    "confirm": gettext_lazy("Confirmed: the money has arrived."),
    "fail": gettext_lazy("Noted: the money came back and waits."),
    "retry": gettext_lazy("It is sent once more."),
}


def owner_name(account: Account) -> str:
    """Whose it is: the customer, or what the house calls it."""
    return account.owner.called if account.owner else titled(account.get_kind_display())


def titled(words: str) -> str:
    """Words for a state or kind as a title begins."""
    return words[:1].upper() + words[1:]


def _written(money: Money) -> str:
    return money.format(language())


# -- an account ----------------------------------------------------------------------------------------------


@require_safe
def account(request: Request, public_id: str) -> HttpResponse:
    """An account: what its owner has with us, and its statement with the balance after every movement."""
    request.actor.require(RIGHT)
    return _account(request, books.get_account(request.actor, public_id))


def _account(
    request: Request, row: Account, *, verb: str = "", errors: Mapping[str, Any] | None = None
) -> HttpResponse:
    actor = request.actor
    shown = books.statement(actor, row, after=request.GET.get("after", "")[:64])
    why = books.reasons(actor, [one.entry for one in shown.rows])
    customer = row.owner.customer if row.owner else None
    sisters = books.accounts_of(actor, customer.id, row.currency) if customer else []
    url = reverse("ledger_account", args=[row.public_id])
    context = {
        "account": row,
        "name": owner_name(row),
        "customer_url": reverse("customer", args=[customer.public_id]) if customer else "",
        "balance": books.balance_of(row),
        "figures": _figures(sisters, row.currency),
        "sisters": [_sister(one, row) for one in sisters if one.account.kind not in DUES],
        "rows": [_line(one, why) for one in shown.rows],
        "older_url": f"{url}?after={shown.next_cursor}" if shown.next_cursor else "",
        "newest_url": url if request.GET.get("after") else "",
        "deeds": _deeds(row, sisters) if actor.may(ledger.MOVE) else [],
        "currency": row.currency,
        "verb": verb,
        "errors": errors or {},
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "trade/account.html", context, status=422 if errors else 200)


def _total(sisters: Sequence[Standing], currency: str, *kinds: str) -> Money:
    return Money.total([one.balance for one in sisters if one.account.kind in kinds], currency)


def _figures(sisters: Sequence[Standing], currency: str) -> list[dict[str, Any]]:
    """What a customer has with us and owes us, as cells; of the house's own accounts nothing."""
    if not sisters:
        return []
    free, held = _total(sisters, currency, "deposit"), _total(sisters, currency, "held")
    owed = -_total(sisters, currency, "receivable")
    claims = -_total(sisters, currency, "claim")
    cells = [
        (_("Deposit"), free + held, ""),
        (_("Held"), held, ""),
        (_("Free"), free, ""),
        (_("Owes us"), owed, "red" if owed else ""),
    ]
    if claims:
        cells.append((_("Claim waiting"), claims, "amber"))
    if waiting := _total(sisters, currency, "payable"):
        cells.append((_("To be paid out"), waiting, "amber"))
    return [{"label": label, "value": value, "tone": tone} for label, value, tone in cells]


def _sister(one: Standing, shown: Account) -> dict[str, Any]:
    return {
        "label": titled(one.account.get_kind_display()),
        "balance": one.balance,
        "url": reverse("ledger_account", args=[one.account.public_id]),
        "here": one.account.id == shown.id,
    }


def _line(posting: Posting, why: Mapping[tuple[str, int], Reason]) -> dict[str, Any]:
    entry = posting.entry
    return {
        "made": posting.made,
        "kind": titled(entry.get_kind_display()),
        "reason": why.get((entry.reference_kind, entry.reference_id or 0)),
        "amount": Money(posting.amount_minor, entry.currency),
        "running": Money(posting.running, entry.currency),  # type: ignore[attr-defined]  # the window's column
        "url": reverse("ledger_entry", args=[entry.public_id]),
        "code": entry.public_id,
    }


def _deeds(row: Account, sisters: Sequence[Standing]) -> list[dict[str, Any]]:
    """What may be done here: each with its words and the most that makes sense."""
    if row.kind == Account.Kind.FUND:
        says = _("Money that came in from our bank for the protection of customers.")
        return [_deed("fill", _("Fill the fund"), says, "plus")]
    if row.owner is None:
        return []
    free = _total(sisters, row.currency, "deposit")
    owed = -_total(sisters, row.currency, "receivable")
    can = max(Money.zero(row.currency), free - owed + _total(sisters, row.currency, "claim"))
    deeds = [_deed("top-up", _("Top up"), _("Money that came in from their bank."), "plus")]
    if can:
        says = _("At most %(most)s: the rest is held or needed for debts.") % {"most": _written(can)}
        deeds.append(_deed("withdraw", _("Withdraw"), says, "arrow-up-right"))
    if owed:
        says = _("They owe %(owed)s. What comes back settles the fund's part first.") % {
            "owed": _written(owed)
        }
        deeds.append(_deed("settle", _("Settle a debt"), says, "check") | {"sources": _sources(free)})
        says = _("Only what will never come. Our own account bears it before the fund.")
        deeds.append(_deed("write-off", _("Write off"), says, "x") | {"danger": True})
    return deeds


def _sources(free: Money) -> list[tuple[str, str]]:
    found = [("outside", _("came in from their bank"))]
    if free:
        found.append(("deposit", _("from their deposit, %(free)s free") % {"free": _written(free)}))
    return found


def _deed(verb: str, title: str, says: str, icon: str) -> dict[str, Any]:
    return {"verb": verb, "title": title, "says": says, "icon": icon}


@require_POST
def account_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Top up, withdraw, settle, write off; fill the fund."""
    request.actor.require(RIGHT)
    row = books.get_account(request.actor, public_id)
    request.actor.require(ledger.MOVE)
    acts = _verbs_of(row)
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb](_asked(request, row.currency))
        return reverse("ledger_account", args=[row.public_id])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _account(request, row, verb=verb, errors=_faults(error))
    messages.success(request, str(DONE[verb]))
    return response


def _verbs_of(row: Account) -> dict[str, Callable[[dict[str, Any]], Entry]]:
    if row.kind == Account.Kind.FUND:
        return {"fill": lambda asked: ledger.fill_fund(**_without(asked, "source"))}
    if row.owner_id is None:
        return {}
    record = row.owner_id
    return {
        "top-up": lambda asked: ledger.top_up(**_without(asked, "source"), record=record),
        "withdraw": lambda asked: ledger.withdraw_deposit(**_without(asked, "source"), record=record),
        "settle": lambda asked: ledger.settle_receivable(**asked, record=record),
        "write-off": lambda asked: ledger.write_off(**_without(asked, "source"), record=record),
    }


def _without(asked: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in asked.items() if key != name}


def _asked(request: Request, currency: str) -> dict[str, Any]:
    """Who asks for how much, by a key of this form. Raises `Invalid`."""
    amount = fields.read_money({**request.POST.dict(), "amount_currency": currency}, "amount")
    if amount is None:
        raise Invalid(fields={"amount": _("Say how much.")})
    return {
        "actor": request.actor,
        "now": clock.now(),
        "amount": amount,
        "once": _once(request),
        "source": "deposit" if request.POST.get("source") == "deposit" else "outside",
    }


def _once(request: Request) -> str:
    """The form's own key, so that what `act_once` lets through twice still moves money once."""
    return f"form:{request.actor.id}:{request.POST.get('key', '')[:60] or form_key()}"


def _faults(error: Invalid | Conflict) -> dict[str, Any]:
    return {**error.fields} or {"amount": str(error.detail or error.title)}


# -- taking a deposit ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def top_up(request: Request) -> HttpResponse:
    """Take a deposit of a customer, who may have no account yet."""
    request.actor.require(ledger.MOVE)
    if request.method != "POST":
        return _top_up_form(request, {"customer": request.GET.get("customer", "")[:20]}, {})
    try:
        response = act_once(request, effect=lambda: _take(request))
    except (Invalid, Conflict) as error:
        return _top_up_form(request, request.POST, _faults(error))
    messages.success(request, str(DONE["top-up"]))
    return response


def _take(request: Request) -> str:
    amount = fields.read_money(request.POST, "amount")
    if amount is None:
        raise Invalid(fields={"amount": _("Say how much.")})
    try:
        record = books.deposit_record(request.actor, request.POST.get("customer", "")[:20])
    except NotFound as error:
        raise Invalid(fields={"customer": _("There is no such customer.")}) from error
    ledger.top_up(actor=request.actor, now=clock.now(), record=record, amount=amount, once=_once(request))
    if not request.actor.may(RIGHT):
        return reverse("ledger_top_up")
    found = books.get_leading(request.actor, Account.Kind.DEPOSIT, amount.currency, record)
    return reverse("ledger_account", args=[found.public_id])


def _top_up_form(request: Request, values: Mapping[str, Any], errors: Mapping[str, Any]) -> HttpResponse:
    context = {
        "values": values,
        "errors": errors,
        "currency": values.get("amount_currency") or CURRENCY,
        "currencies": CURRENCIES,
        "key": form_key(),
    }
    return page(request, "trade/top_up.html", context, status=422 if errors else 200)


# -- one movement --------------------------------------------------------------------------------------------


@require_safe
def entry(request: Request, public_id: str) -> HttpResponse:
    """One movement: what it did to every account, who made it, what for, and the payout it ordered."""
    request.actor.require(RIGHT)
    return _entry(request, books.get_entry(request.actor, public_id))


def _entry(request: Request, row: Entry, errors: Mapping[str, Any] | None = None) -> HttpResponse:
    actor = request.actor
    postings, unseen = books.postings_of(actor, row)
    payout: Payout | None = getattr(row, "payout", None)
    context = {
        "entry": row,
        "title": titled(row.get_kind_display()),
        "amount": Money(row.amount_minor, row.currency),
        "by": _by(row),
        "reason": books.reasons(actor, [row]).get((row.reference_kind, row.reference_id or 0)),
        "postings": [
            {
                "owner": owner_name(one.account),
                "kind": titled(one.account.get_kind_display()) if one.account.owner_id else "",
                "url": reverse("ledger_account", args=[one.account.public_id]),
                "amount": Money(one.amount_minor, row.currency),
            }
            for one in postings
        ],
        "unseen": unseen,
        "payout": payout,
        "payout_amount": Money(payout.amount_minor, payout.currency) if payout else None,
        "tone": TONES[payout.state] if payout else "",
        "verbs": _payout_verbs(payout) if payout and actor.may(ledger.MOVE) else [],
        "errors": errors or {},
        "key": form_key(),
    }
    return page(request, "trade/entry.html", context, status=422 if errors else 200)


def _by(row: Entry) -> str:
    if row.actor_kind == Kind.SYSTEM:
        return _("by itself")
    return staff.names_of([row.actor_id]).get(row.actor_id, row.actor_id)


def _payout_verbs(payout: Payout) -> list[tuple[str, str]]:
    confirm, fail = ("confirm", _("It has arrived")), ("fail", _("It came back"))
    found = {"pending": [confirm, fail], "sent": [confirm, fail], "failed": [("retry", _("Send again"))]}
    return found.get(payout.state, [])


@require_POST
def payout_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Confirm a payout, note that it came back, send it again."""
    request.actor.require(RIGHT)
    row = books.get_payout(request.actor, public_id)
    request.actor.require(ledger.MOVE)
    acts: dict[str, Callable[..., Payout]] = {
        "confirm": ledger.confirm_payout,
        "fail": ledger.fail_payout,
        "retry": ledger.retry_payout,
    }
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb](actor=request.actor, now=clock.now(), public_id=public_id)
        return reverse("ledger_entry", args=[row.entry.public_id])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _entry(request, row.entry, errors=_faults(error))
    messages.success(request, str(DONE[verb]))
    return response


# -- the customer's page -------------------------------------------------------------------------------------


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """A customer's deposit and money: what there is in every currency, and the newest movements."""
    return _panel(actor, customer_id, None)


def panel_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment."""
    return _panel(actor, customer_id, at)


def _panel(actor: Actor, customer_id: int, at: datetime | None) -> dict[str, Any]:
    standings = books.accounts_of(actor, customer_id, at=at)
    if not standings:
        return {"currencies": [], "rows": [], "more": None}
    found = books.movements_of(actor, customer_id, at)
    why = books.reasons(actor, found)
    first = _first(standings)
    return {
        "currencies": [
            _figures([one for one in standings if one.account.currency == currency], currency)
            for currency in dict.fromkeys(one.account.currency for one in standings)
        ],
        "rows": [_movement(one, why, customer_id) for one in found],
        "more": {"label": _("Statement"), "url": reverse("ledger_account", args=[first.public_id])},
    }


def _first(standings: Sequence[Standing]) -> Account:
    """The account whose statement is shown first: the deposit, where there is one."""
    return min(standings, key=lambda one: one.account.kind != Account.Kind.DEPOSIT).account


def _movement(one: Entry, why: Mapping[tuple[str, int], Reason], customer_id: int) -> dict[str, Any]:
    about_them = one.record is not None and one.record.customer_id == customer_id
    sign = -1 if direction(one.kind, about_them) < 0 else 1
    reason = why.get((one.reference_kind, one.reference_id or 0))
    day = f"{timezone.localtime(one.made):%Y-%m-%d}"
    return {
        "title": titled(one.get_kind_display()),
        "sub": " · ".join(filter(None, [day, reason.name if reason else ""])),
        "value": _written(Money(sign * one.amount_minor, one.currency)),
        "url": reverse("ledger_entry", args=[one.public_id]),
    }
