"""Words for what clients hold: kinds, their terms, what is wrong with terms, reasons and choices."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare
from guanxi.core.timeline import bases as timeline

KINDS: Final = {
    "account": _("Account"),
    "deposit": _("Fixed-term deposit"),
    "remittance": _("Remittance"),
    "cheque": _("Traveller's cheques"),
    "card": _("Card"),
    "merchant": _("Merchant services"),
    "mortgage": _("Mortgage"),
    "loan": _("Loan"),
    "insurance": _("Insurance"),
    "investment": _("Investment"),
    "bill": _("Trade finance"),
    "custody": _("Custody"),
    "exchange": _("Foreign exchange"),
    "box": _("Safe-deposit box"),
}
TERMS: Final = {
    "rate": _("Rate"),
    "overdraft": _("Overdraft up to"),
    "notice_days": _("Notice, days"),
    "matures": _("Matures"),
    "renewal": _("At maturity"),
    "limit": _("Limit"),
    "country": _("Country"),
    "fee": _("Fee"),
    "until": _("Until"),
    "denomination": _("Denomination"),
    "pieces": _("Pieces"),
    "first": _("First number"),
    "last": _("Last number"),
    "due_day": _("Due day of the month"),
    "expires": _("Valid until"),
    "secured": _("Secured"),
    "fee_rate": _("Fee rate"),
    "settles_days": _("Settled after, days"),
    "terminals": _("Terminals"),
    "category": _("Line of business"),
    "reserve": _("Reserve"),
    "principal": _("Principal"),
    "rate_kind": _("Kind of rate"),
    "instalment": _("Instalment"),
    "collateral": _("Collateral"),
    "valued": _("Valued at"),
    "purpose": _("Purpose"),
    "insured": _("Sum insured"),
    "premium": _("Premium"),
    "every_months": _("Every, months"),
    "ends": _("Ends"),
    "units": _("Units"),
    "cost": _("Cost"),
    "risk": _("Risk level"),
    "direction": _("Direction"),
    "instrument": _("Instrument"),
    "documents": _("Documents"),
    "bank": _("Other bank"),
    "margin_deposit": _("Margin deposit"),
    "market": _("Exchange"),
    "buys": _("Buys"),
    "sells": _("Sells"),
    "value_day": _("Value day"),
    "size": _("Size"),
}
CHOICES: Final = {
    "renewal.none": _("paid out"),
    "renewal.principal": _("principal renewed"),
    "renewal.all": _("principal and interest renewed"),
    "rate_kind.fixed": _("fixed"),
    "rate_kind.floating": _("floating"),
    "purpose.consumer": _("consumer"),
    "purpose.working": _("working capital"),
    "purpose.project": _("project"),
    "purpose.property": _("property development"),
    "purpose.trade": _("imports and exports"),
    "direction.import": _("import"),
    "direction.export": _("export"),
    "instrument.credit": _("letter of credit"),
    "instrument.collection": _("collection"),
    "instrument.guarantee": _("guarantee"),
    "documents.awaited": _("awaited"),
    "documents.presented": _("presented"),
    "documents.discrepant": _("with discrepancies"),
    "documents.accepted": _("accepted"),
    "documents.paid": _("paid"),
    "market.a": _("A shares"),
    "market.b_shanghai": _("B shares, Shanghai"),
    "market.b_shenzhen": _("B shares, Shenzhen"),
    "market.hong_kong": _("Hong Kong"),
    "market.other": _("another market"),
    "size.small": _("small"),
    "size.medium": _("medium"),
    "size.large": _("large"),
}
FAULTS: Final = {
    "unknown": _("This kind of holding has no such term."),
    "missing": _("This is needed."),
    "number": _("A number is needed here."),
    "decimals": _("There are too many decimals."),
    "range": _("This number is outside of what is possible."),
    "date": _("A day such as 2027-06-30 is needed."),
    "before": _("This is before the day it was opened."),
    "choice": _("There is no such choice."),
    "amount": _("An amount in the holding's currency is needed."),
    "more_than": _("This is more than %(other)s."),
    "long": _("At most 80 characters, on one line."),
    "currency": _("This is no currency code such as CNY or USD."),
    "same": _("Two different currencies are needed."),
    "country": _("A country code such as CN or US is needed."),
    "flag": _("Yes or no."),
}
WHY: Final = {
    "client": _("the client's wish"),
    "matured": _("matured"),
    "moved": _("moved elsewhere"),
    "house": _("our decision"),
    "left": _("left the company"),
    "replaced": _("replaced by another"),
    "duplicate": _("entered twice"),
    "not_reached": _("client not reached"),
}
CHANNELS: Final = {
    "phone": _("telephone"),
    "branch": _("branch"),
    "web": _("web"),
    "chat": _("chat"),
    "email": _("e-mail"),
}


def _under(prefix: str, words: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}.{code}": said for code, said in words.items()}


MOVES: Final = {
    "holding": _("Holdings"),
    "mandate": _("Mandates"),
    "investmentorder": _("Orders to invest"),
    "investmentyes": _("Signatures of orders to invest"),
}
_WORDS: Final = (
    _under("moves", MOVES)
    | _under("holding.kind", KINDS)
    | _under("holding.term", TERMS)
    | _under("holding.choice", CHOICES)
    | _under("holding.fault", FAULTS)
    | _under("holding.why", WHY)
    | _under("holding.channel", CHANNELS)
)


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("trade.holdings.view", _("See what clients hold, with balances")),
        Right("trade.holdings.keep", _("Open and change holdings, record balances, give mandates")),
        Right("trade.invest", _("Take, read back and carry out orders to invest")),
        Right("trade.margins", _("See and set what product lines earn")),
    )
    timeline.add_groups({"holding": _("Holdings"), "mandate": _("Mandates"), "investment": _("Investments")})
    words.register(_WORDS)
