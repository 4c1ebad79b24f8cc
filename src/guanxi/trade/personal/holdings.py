"""What clients hold, who may act for them, and what they said when they invested."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from guanxi.core.personal import Fate, Holding, Person
from guanxi.trade.models import Balance, InvestmentOrder, InvestmentYes, Mandate
from guanxi.trade.models import Holding as Held

ROOM = _("Holdings")


def _open_holdings(person: Person) -> Sequence[str]:
    """What is open must be closed first: whom would we owe it to?"""
    count = Held.objects.filter(record__in=person.records, state=Held.State.OPEN).count()
    words = ngettext("%(n)s holding is still open.", "%(n)s holdings are still open.", count)
    return [words % {"n": count}] if count else []


HOLDINGS = (
    Holding(
        code="trade.balances",
        title=_("Balances by day, for the books"),
        room=ROOM,
        model=Balance,
        find=lambda person: Balance.objects.filter(holding__record__in=person.records),
        plain=("currency",),
        anonymise=Fate.KEEP,
        erase=Fate.KEEP,
        shows={
            "holding__public_id": _("holding"),
            "day": _("day"),
            "currency": _("currency"),
            "amount_minor": _("amount in the smallest unit"),
        },
    ),
    Holding(
        code="trade.holdings",
        title=_("Holdings, for the books"),
        room=ROOM,
        model=Held,
        find=lambda person: Held.objects.filter(record__in=person.records),
        values={"number": "", "terms": {}},
        plain=("public_id", "kind", "currency", "state", "why"),
        keyed=True,
        codes=("public_id", "number"),
        blocks=_open_holdings,
        shows={
            "number": _("number"),
            "kind": _("kind"),
            "currency": _("currency"),
            "terms": _("terms"),
            "opened": _("opened"),
            "closed": _("closed"),
        },
    ),
    Holding(
        code="trade.mandates",
        title=_("Mandates given to others"),
        room=ROOM,
        model=Mandate,
        find=lambda person: Mandate.objects.filter(record__in=person.records),
        values={"capacity": ""},
        plain=("public_id", "currency", "why"),
        keyed=True,
        codes=("public_id",),
        shows={"since": _("since"), "until": _("until"), "capacity": _("capacity")},
    ),
    Holding(
        code="trade.powers",
        title=_("Mandates held for others"),
        room=ROOM,
        model=Mandate,
        find=lambda person: Mandate.objects.filter(person__in=person.records),
        values={"capacity": ""},
        plain=("public_id", "currency", "why"),
        shows={"since": _("since"), "until": _("until"), "capacity": _("capacity")},
    ),
    Holding(
        code="trade.investments",
        title=_("Orders to invest, for the books"),
        room=ROOM,
        model=InvestmentOrder,
        find=lambda person: InvestmentOrder.objects.filter(record__in=person.records),
        values={"read_text": ""},
        plain=(
            "public_id",
            "side",
            "currency",
            "state",
            "channel",
            "drafted_by",
            "read_by",
            "read_language",
            "placed_by",
            "why",
        ),
        keyed=True,
        codes=("public_id",),
        shows={
            "drafted": _("when"),
            "side": _("side"),
            "product__sku": _("product"),
            "currency": _("currency"),
            "amount_minor": _("amount in the smallest unit"),
            "read_text": _("read back"),
            "state": _("state"),
        },
    ),
    Holding(
        code="trade.investment_words",
        title=_("What they said to orders to invest"),
        room=ROOM,
        model=InvestmentYes,
        find=lambda person: InvestmentYes.objects.filter(person__in=person.records),
        values={"words": ""},
        plain=("channel", "heard_by"),
        shows={"given": _("when"), "words": _("words")},
    ),
)
