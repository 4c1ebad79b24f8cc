"""Words of the way of an order: what is next, whose turn, ways out of trouble, what carriers say, why it was cancelled."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.trade.rules import stages as rules

Words = Mapping[str, str | Promise]

NEXT: Words = {
    rules.KEYING: _("Check the order against what came in, then say that it is keyed."),
    rules.PAYMENT: _("The money is awaited. Book it here as soon as it comes in."),
    rules.PROCUREMENT: _("Goods are missing. The order goes on by itself when they arrive."),
    rules.PICKING: _("Fetch the goods from the shelf, then say that they are picked."),
    rules.PACKING: _("Put the goods into a parcel; an order may need several."),
    rules.LOGISTICS: _("The parcels are on their way. The carrier's reports end this stage."),
    rules.RECEIPT: _("The customer confirms the receipt; some days of silence count as one."),
    rules.SETTLEMENT: _("Whoever delivered the goods is to be paid."),
}
FINISH: Words = {
    rules.KEYING: _("Keyed and checked"),
    rules.PROCUREMENT: _("The goods are there"),
    rules.PICKING: _("Picked"),
}
TURNS: Words = {
    "customer": _("The customer's turn"),
    "carrier": _("The carrier's turn"),
    "seller": _("The seller's turn"),
    "house": _("Our turn"),
}
WAYS_OUT: Words = {
    rules.WENT_ON: _("Go on as it is"),
    rules.WAITED: _("Put it off"),
    rules.REPLACED: _("Replace and go on"),
    rules.SPLIT: _("Send what is there first"),
    rules.REFUNDED: _("Take it out and give the money back"),
    rules.WAY_CANCELLED: _("Cancel the order"),
}
CARRIER_SAYS: Words = {
    rules.ACCEPTED: _("Accepted by the carrier"),
    rules.MOVING: _("On its way"),
    rules.OUT: _("Out for delivery"),
    rules.DELIVERED: _("Delivered"),
    rules.FAILED: _("Could not be delivered"),
    rules.BACK: _("On its way back"),
}
METHODS: Words = {
    "remittance": _("remittance slip"),
    "transfer": _("bank transfer"),
    "card": _("card"),
    "wallet": _("wallet"),
    "cash": _("cash"),
    "credit": _("kept as deposit"),
    "wrong_order": _("booked to the wrong order"),
}
WHY: Words = {
    "changed_mind": _("the customer changed their mind"),
    "unpaid": _("nobody paid"),
    "no_stock": _("it could not be had"),
    "by_seller": _("the seller took it back"),
}
DONE: Words = {
    "finish": _("Done: the order goes on."),
    "pay": _("Booked."),
    "refund": _("The money goes back."),
    "ship": _("The parcel is noted."),
    "hand-over": _("Noted: the carrier has it."),
    "hear": _("Noted."),
    "receive": _("Noted: the customer has it."),
    "settle": _("The seller is paid."),
    "stop": _("Noted: it is work for the team now."),
    "settle-trouble": _("Settled."),
    "cancel": _("The order is cancelled."),
    "verify": _("The finding is kept."),
}
