"""Rights trade protects, and its words."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare
from guanxi.core.timeline import bases as timeline
from guanxi.trade.events import ENROLMENT_CHANGED, MONEY_MOVED, PAYOUT_CHANGED, RETURN_CHANGED
from guanxi.trade.words import holdings
from guanxi.trade.words.protection import ABUSE, ENROLMENT, PROTECTION, RETURN

MOVED = {
    "top_up": _("Deposit paid in"),
    "withdraw": _("Deposit withdrawn"),
    "fill_fund": _("Fund filled"),
    "hold": _("Deposit held"),
    "release": _("Deposit set free"),
    "advance": _("Money advanced"),
    "recourse": _("Recourse taken"),
    "pay": _("Paid by decision"),
    "penalise": _("Penalty"),
    "reverse": _("Payment taken back"),
    "settle": _("Debt settled"),
    "write_off": _("Debt written off"),
    "paid_out": _("Payout arrived"),
    "proceeds": _("Proceeds of a sale"),
}
PAYOUT = {
    "pending": _("Payout sent once more"),
    "sent": _("Payout sent to the bank"),
    "failed": _("Payout came back"),
}

SLIPS = {
    "remit.exact": _("The amount is exactly what is due."),
    "remit.short": _("The amount is too little."),
    "remit.over": _("The amount is too much."),
    "remit.ambiguous": _("It is not clear for which order it is."),
    "remit.none": _("Nothing says for which order it is."),
    "remit.object": _("Wrong? Take the match back on the slip's page and choose another order."),
    "remit.number": _("The order number %(number)s stands in the words"),
    "remit.other_number": _("The words name another order"),
    "remit.member": _("The member number is theirs"),
    "remit.phone": _("The telephone number is theirs"),
    "remit.name": _("The payer has the same name"),
    "remit.name_part": _("Part of the name is the same"),
    "remit.address": _("The addresses are alike (%(alike)s)"),
    "remit.amount": _("The amount is exactly what is due"),
    "remit.amount_total": _("The amount is the order's total"),
    "remit.by_hand": _("A clerk decided so"),
    "remit.keyed": _("The order %(number)s was keyed from this slip"),
}


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("trade.view", _("See orders")),
        Right("trade.orders", _("Place, change and cancel orders for customers")),
        Right("trade.fulfil", _("Work on stages of orders, parcels and stock")),
        Right("trade.remit", _("Match remittance slips, pay suppliers")),
        Right("trade.import", _("Import orders and their customers")),
        Right("trade.shops", _("Open and change shops and listings for sellers")),
        Right("trade.ledger.view", _("See deposits and money")),
        Right("trade.ledger.move", _("Move money between deposits, fund and customers")),
        Right("trade.standards", _("Draft and publish quality standards, run panels of experts")),
        Right("trade.protect", _("Look after protection schemes, returns and findings about goods")),
    )
    holdings.connect()
    timeline.add_groups({"trade": _("Money")})
    words.register({f"{MONEY_MOVED.code}.{kind}": said for kind, said in MOVED.items()})
    words.register({f"{PAYOUT_CHANGED.code}.{state}": said for state, said in PAYOUT.items()})
    words.register({f"{ENROLMENT_CHANGED.code}.{kind}": said for kind, said in ENROLMENT.items()})
    words.register({f"{RETURN_CHANGED.code}.{kind}": said for kind, said in RETURN.items()})
    words.register(PROTECTION)
    words.register(ABUSE)
    words.register(SLIPS)
    words.register(
        {
            "moves.order": _("Orders"),
            "moves.account": _("Money accounts"),
            "moves.entry": _("Money movements"),
            "moves.payout": _("Payouts"),
            "moves.remittance": _("Remittance slips"),
            "moves.shop": _("Shops"),
            "moves.question": _("Questions before buying"),
            "moves.standardcomment": _("Comments on standards"),
            "moves.supplier": _("Supplies to us"),
        }
    )
