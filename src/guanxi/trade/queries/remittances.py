"""Every read of remittance slips: the list, one slip, the orders it may be for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet, Sum

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.money import Money
from guanxi.engine.names import name_key
from guanxi.engine.normalise import NotNormalisable, normalise
from guanxi.people import queries as people
from guanxi.people.models import Identifier, Record
from guanxi.trade.models import Order, Product, Remittance
from guanxi.trade.rules import remittance as rules
from guanxi.trade.rules.remittance import Answer, Due, Slip

RIGHT = "trade.remit"
FOUND_CUSTOMERS = 20
PEOPLE_MAX = 60  # of one name, whose orders are looked at
BY_AMOUNT_MAX = 20
EVIDENCE = ("member", "phone", "address")


def list_slips(actor: Actor) -> QuerySet[Remittance]:
    """Visible slips."""
    found: QuerySet[Remittance] = Remittance.objects.visible_to(actor)
    return found.select_related("record__customer", "order")


def get_slip(actor: Actor, public_id: str) -> Remittance:
    """Raises `NotFound`."""
    found = list_slips(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def find_slips(actor: Actor, text: str, limit: int, customers: Sequence[int] | None) -> list[int]:
    """Slips with exactly this number, or for the order of this number; else of payers and customers of this name."""
    text = text.strip()
    if not text or limit < 1:
        return []
    slips = list_slips(actor).order_by("-made", "-id")
    exact = slips.filter(Q(slip=text) | Q(public_id=text.upper()) | Q(order__number__in={text, text.upper()}))
    if found := list(exact.values_list("id", flat=True)[:limit]):
        return found
    known = people.search_customers(actor, text, limit=FOUND_CUSTOMERS, found=customers)
    whose = Q(record__customer_id__in=[record.customer_id for record in known]) | Q(payer__startswith=text)
    return list(slips.filter(whose).values_list("id", flat=True)[:limit])


def count_open(actor: Actor) -> int:
    """How many wait for somebody to decide."""
    waiting = (Remittance.State.OPEN, Remittance.State.OVER)
    return int(Remittance.objects.visible_to(actor).filter(state__in=waiting).count())


def said(row: Remittance) -> Slip:
    """A slip as the rules read it: of its money, what nobody has decided about."""
    return Slip(Money(row.rest_minor, row.currency), row.payer, row.address, row.member, row.text)


def answer(actor: Actor, row: Remittance) -> Answer:
    """Which orders a slip may be for, with reasons."""
    slip = said(row)
    return rules.match(slip, dues_for(actor, slip))


def dues_for(actor: Actor, slip: Slip) -> list[Due]:
    """Orders waiting for money that share anything with a slip: at most 50, in a bounded number of statements."""
    orders = _candidates(actor, slip)
    known = _known([order.record.customer_id for order in orders])
    return [_due(order, known.get(order.record.customer_id, _Known())) for order in orders]


def _candidates(actor: Actor, slip: Slip) -> list[Order]:
    waiting = Order.objects.visible_to(actor).filter(
        state=Order.State.PLACED,
        cancelled=None,
        currency=slip.amount.currency,
        total_minor__gt=F("paid_minor"),
    )
    waiting = waiting.select_related("record").order_by("-placed", "-id")
    numbers = {form for token in rules.tokens(slip.text) for form in (token, token.upper())}
    named = list(waiting.filter(number__in=numbers)[: rules.CANDIDATES_MAX]) if numbers else []
    theirs = list(waiting.filter(record__customer__in=_payers(slip))[: rules.CANDIDATES_MAX])
    exact = waiting.annotate(owed=F("total_minor") - F("paid_minor")).filter(owed=slip.amount.minor)
    found = {order.id: order for order in (*named, *theirs, *exact[:BY_AMOUNT_MAX])}
    return list(found.values())[: rules.CANDIDATES_MAX]


def _payers(slip: Slip) -> set[int]:
    """Customers the slip may be from: by member number, telephone or name."""
    keys = Q(pk__in=[])
    for kind, texts in (
        ("member", [slip.member, *rules.tokens(slip.text)]),
        ("phone", rules.tokens(slip.text)),
    ):
        if values := _normalised(kind, texts):
            keys |= Q(kind=kind, value__in=values)
    found = set(
        Identifier.objects.filter(keys, valid_to=None).values_list("record__customer_id", flat=True)[
            :PEOPLE_MAX
        ]
    )
    if key := name_key(slip.payer):
        same = Record.objects.filter(name_key=key).order_by("-id")
        found |= set(same.values_list("customer_id", flat=True)[:PEOPLE_MAX])
    return found


def _normalised(kind: str, texts: Collection[str]) -> set[str]:
    found = set()
    for text in texts:
        try:
            found.add(normalise(kind, text).value)
        except NotNormalisable:
            continue
    return found


@dataclass(slots=True)
class _Known:
    """What is known of a customer, by kind."""

    names: set[str] = field(default_factory=set)
    member: set[str] = field(default_factory=set)
    phone: set[str] = field(default_factory=set)
    address: set[str] = field(default_factory=set)


def _known(customers: Collection[int]) -> Mapping[int, _Known]:
    found: dict[int, _Known] = defaultdict(_Known)
    if not customers:
        return found
    for customer, key in Record.objects.filter(customer__in=customers).values_list("customer_id", "name_key"):
        found[customer].names |= {key} if key else set()
    rows = Identifier.objects.filter(record__customer__in=customers, kind__in=EVIDENCE, valid_to=None)
    for customer, kind, value, verbatim in rows.values_list(
        "record__customer_id", "kind", "value", "verbatim"
    ):
        getattr(found[customer], kind).add(verbatim if kind == "address" else value)
    return found


def _due(order: Order, known: _Known) -> Due:
    sent = order.ship_to
    owed = Money(order.total_minor - order.paid_minor, order.currency)
    return Due(
        key=order.id,
        number=order.number,
        owed=owed,
        total=Money(order.total_minor, order.currency),
        names=sorted(known.names | ({name_key(sent["name"])} if sent.get("name") else set())),
        members=sorted(known.member),
        phones=sorted(known.phone | _normalised("phone", [sent.get("phone", "")])),
        addresses=sorted(known.address | ({sent["address"]} if sent.get("address") else set())),
    )


def orders_of(matches: Sequence[rules.Match]) -> dict[int, Order]:
    """{order id: order with its customer and lines} of the candidates to show."""
    found = Order.objects.filter(id__in=[one.due.key for one in matches])
    return {
        order.id: order
        for order in found.select_related("record__customer").prefetch_related("lines__product")
    }


def order_owing(actor: Actor, text: str) -> Order:
    """The visible order with this number or public id. Raises `NotFound`."""
    text = text.strip()
    found: Order | None = (
        Order.objects.visible_to(actor)
        .filter(Q(number__in={text, text.upper()}) | Q(public_id=text.upper()))
        .select_related("record__customer")
        .first()
    )
    if found is None or not text:
        raise NotFound
    return found


def record_of(actor: Actor, customer: str) -> int:
    """The newest visible record of a customer, which stands for them. Raises `NotFound`."""
    mine = Record.objects.visible_to(actor).filter(customer__public_id=people.code_now(customer))
    found: int | None = mine.order_by("-created", "-id").values_list("id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def lines_said(text: str) -> list[tuple[str, int]]:
    """The products some words ask for: [(number, quantity)], of those that have a price and are the house's own."""
    wanted = rules.product_tokens(text)
    if not wanted:
        return []
    bare = {rules.bare(one) for one in wanted}
    exact = Product.objects.filter(sku__in=wanted).values_list("sku", flat=True)
    close = Product.objects.filter(sku__in=[*bare, *_dashed(bare)]).values_list("sku", flat=True)
    return rules.read_lines(text, sorted({*exact, *close}))


def _dashed(bare: Collection[str]) -> set[str]:
    """How the catalogue may write a number that came without its dash: "CD2" is "CD-2"."""
    found = set()
    for text in bare:
        letters = text.rstrip("0123456789")
        if letters and letters != text:
            found.add(f"{letters}-{text[len(letters) :]}")
    return found


def known_slips(numbers: Sequence[str]) -> dict[str, Remittance]:
    """{slip number: slip} of those that are there already: files may come twice."""
    return {row.slip: row for row in Remittance.objects.filter(slip__in=numbers)}


def waiting_money(actor: Actor, currency: str) -> Money:
    """What lies on slips nobody has decided about."""
    states = (Remittance.State.OPEN, Remittance.State.OVER)
    rows = Remittance.objects.visible_to(actor).filter(state__in=states, currency=currency)
    sums = rows.aggregate(
        all=Sum("amount_minor"), used=Sum("used_minor"), back=Sum("back_minor"), credit=Sum("credit_minor")
    )
    left = [sums[name] or 0 for name in ("all", "used", "back", "credit")]
    return Money(left[0] - sum(left[1:]), currency)
