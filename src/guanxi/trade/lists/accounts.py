"""The list of accounts: deposits with what is held and free of them, debts, the fund and our own account."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language
from guanxi.trade.actions.ledger import MOVE
from guanxi.trade.models import Account
from guanxi.trade.pages import ledger as pages
from guanxi.trade.queries import books

OF_OWNERS = (Account.Kind.DEPOSIT, Account.Kind.RECEIVABLE)


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return books.find_accounts(actor, text, limit, found)


def _title(actor: Actor, account: Account) -> Mapping[str, Any]:
    return {
        "title": pages.owner_name(account),
        "sub": account.public_id,
        "icon": pages.ICONS.get(account.kind, "coin"),
        "icon_label": "",
    }


def _kinds(actor: Actor) -> Choices:
    return [(kind.value, kind.label) for kind in (*books.LEADING, Account.Kind.RECEIVABLE)]


def _new_url(actor: Actor) -> str:
    return address("ledger_top_up") if actor.may(MOVE) else ""


def _amount(name: str, *, owned: bool = True) -> Callable[[Actor, Account], Decimal | None]:
    """An amount in major units; None where the house's own account has no such thing."""

    def value(actor: Actor, account: Any) -> Decimal | None:
        if owned and account.kind not in OF_OWNERS:
            return None
        return Decimal(getattr(account, name)).scaleb(-digits_of(account.currency))

    return value


def _shown(name: str, *, owned: bool = True) -> Callable[[Actor, Account], Mapping[str, Any]]:
    def cell(actor: Actor, account: Any) -> Mapping[str, Any]:
        minor = getattr(account, name)
        if owned and (account.kind not in OF_OWNERS or not minor):
            return {"value": "–"}
        return {"value": Money(minor, account.currency).format(language())}

    return cell


def _money(code: str, title: Any, name: str, *, owned: bool = True, sorts: bool = True) -> Column:
    return Column(
        code=code,
        title=title,
        value=_amount(name, owned=owned),
        kind=Kind.MONEY,
        path=name,
        sorts=sorts,
        cell=_shown(name, owned=owned),
    )


LISTING = Listing(
    code="accounts",
    title=_("Deposits and money"),
    right="trade.ledger.view",
    query=books.list_accounts,
    order="-opened",
    key=lambda account: account.public_id,
    key_path="public_id",
    url=lambda account: address("ledger_account", account.public_id),
    url_name="ledger",
    find=_find,
    finds="customer",
    apart=True,
    icon="coin",
    new_url=_new_url,
    new_label=_("Take a deposit"),
    beside=((_("Orders"), "orders", "trade.view"), (_("Payouts"), "payouts", "trade.ledger.view")),
    empty=_("Accounts appear here with the first deposit or payment."),
    views=(
        View("deposits", _("Deposits"), "kind=deposit"),
        View("debts", _("Who owes us"), "owed=0.01..&sort=-owed"),
        View("house", _("Fund and our own account"), "kind=fund,house"),
    ),
    columns=(
        Column(
            code="account",
            title=_("Account"),
            value=lambda actor, account: pages.owner_name(account),
            shape="title",
            cell=_title,
        ),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, account: account.owner.called if account.owner else None,
            path="owner__name",
            shown=False,
            sorts=False,
        ),
        Column(
            code="kind",
            title=_("Kind"),
            value=lambda actor, account: pages.titled(account.get_kind_display()),
            kind=Kind.CHOICE,
            path="kind",
            choices=_kinds,
        ),
        _money("balance", _("Balance"), "balance_minor", owned=False),
        _money("held", _("Held"), "held_minor"),
        _money("free", _("Free"), "free_minor"),
        _money("owed", _("Owes us"), "owed_minor"),
        Column(
            code="currency",
            title=_("Currency"),
            value=lambda actor, account: account.currency,
            path="currency",
            shown=False,
        ),
        Column(
            code="opened",
            title=_("Account opened"),
            value=lambda actor, account: account.opened,
            kind=Kind.MOMENT,
            path="opened",
        ),
    ),
)
