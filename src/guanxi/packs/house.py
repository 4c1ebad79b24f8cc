"""Orders of a demo's own house, at every stage of the back office. Whoever does something does it signed in.

Each order is a story (`playing`): taken in, paid, its goods there, fetched, packed, sent, received, its supplier paid, as
far as its plan says; there it stands, stopped by trouble or not.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from guanxi.core.access import Actor, system
from guanxi.core.money import Money
from guanxi.packs.goods import Goods, Source, assortment, buy_in, stock_up
from guanxi.packs.playing import Story, as_customer
from guanxi.people.actions import Contact
from guanxi.people.models import Record
from guanxi.trade import actions
from guanxi.trade.actions import purchasing, remittances
from guanxi.trade.models import Order, Remittance
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import stages

CARRIER = system("carrier")
DATA = Path(__file__).parent / "data" / "house.toml"
HOURS: Mapping[str, float] = {
    stages.KEYING: 3, stages.PAYMENT: 8, stages.PROCUREMENT: 46, stages.PICKING: 4, stages.PACKING: 3,
    stages.LOGISTICS: 52, stages.RECEIPT: 19, stages.SETTLEMENT: 70,
}  # fmt: skip
"""How long an order usually stands at a stage."""
BY_SLIP_H = 76.0  # how long money takes that travels by post
BETWEEN_H = 2.3  # between two orders of one plan
DONE = "done"
Lines = Sequence[str]


@cache
def words(language: str) -> dict[str, Any]:
    """Streets, notes and what stands on slips."""
    with DATA.open("rb") as file:
        return dict(tomllib.load(file)[language])


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who orders: their record, what they are called and reached by, the language they speak."""

    record_id: int
    name: str
    phone: str
    language: str


def buyers_of(people: Sequence[Contact], source: str) -> list[Buyer]:
    """Buyers of these people, members whose records came from `source`."""
    members = [one.member for one in people]
    records = Record.objects.filter(source=source, identifiers__kind="member", identifiers__value__in=members)
    known = dict(records.order_by("id").values_list("identifiers__value", "id"))
    return [Buyer(known[one.member], one.name, one.phone, one.language) for one in people]


@dataclass(frozen=True, slots=True)
class Plan:
    """So many orders that came in by `intake` and stand at the stage that does `to` since `hours` (the newest of them).

    `lacks`: "passing" asks for something that had to be bought and came, "awaited" for what is bought and has not come,
    "wanting" for what nobody has bought yet. `trouble` has stopped it. `slip` has come for it; `parcel` is how far it got.
    """

    count: int
    intake: str
    to: str
    hours: float
    lacks: str = ""
    trouble: str = ""
    slip: str = ""
    parcel: str = ""


@dataclass(slots=True)
class House:
    """What all orders share. `hands`: clerk, till and warehouse, by that name. Notes and streets are used once each."""

    now: datetime
    chance: Random
    language: str
    hands: Mapping[str, Actor]
    goods: Goods
    buyers: Iterator[Buyer]
    _notes: dict[str, list[str]] = field(default_factory=dict)
    _slips: int = 0
    _turns: dict[str, Iterator[str]] = field(default_factory=dict)

    def note(self, kind: str) -> str:
        """Words about a trouble that nobody has said yet; none when all are used."""
        left = self._notes.setdefault(kind, list(words(self.language)["notes"].get(kind, ())))
        return left.pop(0) if left else ""

    def turn(self, key: str, among: Sequence[str]) -> str:
        """The next of these, again from the first after the last."""
        return next(self._turns.setdefault(key, cycle(among)))

    def ship_to(self, buyer: Buyer) -> dict[str, str]:
        street = self.turn(f"streets:{buyer.language}", words(buyer.language)["streets"])
        door = self.chance.randint(3, 388)
        spoken = f"{street} {door} 号" if buyer.language == "zh-hans" else f"{door} {street}"
        return {"name": buyer.name, "phone": buyer.phone, "address": spoken}

    def lines(self, lacks: str) -> list[actions.NewLine]:
        """One to three things; with `lacks` the first of them is not there."""
        chance = self.chance
        found = chance.sample(self.goods.shelved, chance.choice((1, 1, 2, 3)))
        if lacks:
            among = self.goods.passing if lacks == "passing" else self.goods.awaited
            wanted = self.turn(lacks, [one.sku for one in among])
            found.insert(0, next(one for one in among if one.sku == wanted))
        return [actions.NewLine(one.sku, chance.choice((1, 1, 1, 2))) for one in found]

    def slip_number(self, now: datetime) -> str:
        self._slips += 1
        return f"{now:%y%m%d}-{4_100 + 37 * self._slips}"


def open_house(
    *,
    now: datetime,
    hands: Mapping[str, Actor],
    language: str,
    buyers: Sequence[Buyer],
    plans: Sequence[Plan],
    seed: int,
    sources: Sequence[Source],
    lacking: int,
) -> list[Story]:
    """Fill the shelves of a house; the stories of its orders, purchases and slips. `hands`: clerk, till, warehouse."""
    chance = Random(f"{seed}:house")  # noqa: S311  a demo's chance must be repeatable
    goods = assortment(sources, lacking=lacking)
    stock_up(
        actor=hands["warehouse"], now=now, chance=chance, goods=goods, sources=sources, language=language
    )
    house = House(now, chance, language, hands, goods, cycle(buyers))
    bought = buy_in(hands=hands, now=now, chance=chance, goods=goods)
    return [*stories(house, plans), *bought, *slips_of_strangers(house)]


def stories(house: House, plans: Sequence[Plan]) -> list[Story]:
    """Every order of these plans, each of another buyer as long as there are."""
    return [_Order(house, plan, place).tell() for plan in plans for place in range(plan.count)]


class _Order:
    """One order being played."""

    def __init__(self, house: House, plan: Plan, place: int) -> None:
        self.house, self.plan, self.place = house, plan, place
        self.buyer = next(house.buyers)
        self.order = Order()
        self.number = ""  # of its parcel
        self.carrier = ""

    def tell(self) -> Story:
        """From its coming in to where it stands."""
        house, plan = self.house, self.plan
        ahead = self._does()
        spans = [self._hours(does) * house.chance.uniform(0.75, 1.25) for does in ahead]
        rest = plan.hours + self.place * BETWEEN_H + house.chance.uniform(0, 1)
        moment = house.now - timedelta(hours=rest + sum(spans))
        yield moment
        self._take_in(moment)
        for does, hours in zip(ahead, spans, strict=True):
            for share, do in self._done(does):
                yield (then := moment + timedelta(hours=hours * share))
                do(then)
            moment += timedelta(hours=hours)
        yield moment
        yield from self._stand(moment, timedelta(hours=rest))

    def _does(self) -> list[str]:
        """What the stages do that lie behind it, those that pass by themselves left out."""
        rules = rulesets.current()
        flow = rules.flow_for(self.plan.intake, seller=False)
        if flow is None:
            raise ValueError(f"no flow takes {self.plan.intake!r}")
        all_of_them = [rules.stages[code].does for code in flow.stages]
        behind = all_of_them if self.plan.to == DONE else all_of_them[: all_of_them.index(self.plan.to)]
        return [one for one in behind if one != stages.PROCUREMENT or self.plan.lacks]

    def _hours(self, does: str) -> float:
        return BY_SLIP_H if does == stages.PAYMENT and self.plan.intake == "remittance" else HOURS[does]

    def _take_in(self, now: datetime) -> None:
        plan, house = self.plan, self.house
        own = plan.intake == "web"
        actor = as_customer(self.buyer.record_id) if own else house.hands["clerk"]
        self.order = actions.place_order(
            actor=actor, now=now, record_id=self.buyer.record_id,
            order=actions.NewOrder(
                lines=house.lines(plan.lacks), intake=plan.intake, ship_to=house.ship_to(self.buyer), sample=True
            ),
        )  # fmt: skip

    def _done(self, does: str) -> Sequence[tuple[float, Any]]:
        """What ends a stage: (share of its time, what is done)."""
        table: dict[str, list[tuple[float, Any]]] = {
            stages.KEYING: [(1, self._finish("clerk"))],
            stages.PAYMENT: [(1, self._slip if self.plan.intake == "remittance" else self._pay)],
            stages.PROCUREMENT: [(0.15, self._buy), (1, self._come)],
            stages.PICKING: [(1, self._finish("warehouse"))],
            stages.PACKING: [(1, self._pack)],
            stages.LOGISTICS: [
                (0.08, self._hand),
                (0.5, self._carried("moving")),
                (1, self._carried("delivered")),
            ],
            stages.RECEIPT: [(1, self._receive)],
            stages.SETTLEMENT: [(0.3, self._invoice), (1, self._settle)],
        }
        return table[does]

    # -- stages ----------------------------------------------------------------------------------------------------

    def _finish(self, hand: str) -> Any:
        def do(now: datetime) -> None:
            stage = Order.objects.values_list("stage", flat=True).get(id=self.order.id)
            actions.finish_stage(actor=self.house.hands[hand], now=now, order_id=self.order.id, stage=stage)

        return do

    def _pay(self, now: datetime, *, less_minor: int = 0) -> None:
        method = (
            "cash"
            if self.plan.intake in ("store", "branch")
            else self.house.chance.choice(("card", "transfer"))
        )
        actions.pay_order(
            actor=self.house.hands["till"], now=now, order_id=self.order.id,
            amount=Money(self.order.total_minor - less_minor, self.order.currency), method=method,
            once=f"{self.order.public_id}:{method}",
        )  # fmt: skip

    def _slip(self, now: datetime, kind: str = "") -> Remittance:
        """Its money comes by slip. `kind`: it says the number; "silent": who pays, but not for what."""
        house, order, said = self.house, self.order, words(self.buyer.language)["slips"]
        more = {"short": -order.total_minor // 5, "over": 1_200}.get(kind.partition("_")[0], 0)
        silent = kind == "silent"
        text = house.turn(f"{silent}", said["silent" if silent else "number"]).format(number=order.number)
        return remittances.record_slip(
            actor=house.hands["till"], now=now, sample=True,
            slip=remittances.NewSlip(
                slip=house.slip_number(now), amount=Money(order.total_minor + more, order.currency),
                paid_on=(now - timedelta(days=3)).date(), payer=self.buyer.name,
                address="" if silent else order.ship_to["address"], text=text,
            ),
        )  # fmt: skip

    def _buy(self, now: datetime) -> None:
        purchasing.order_for(actor=self.house.hands["warehouse"], now=now, order=self.order)

    def _bought(self) -> list[Any]:
        return [one for line in self.order.lines.order_by("id") for one in line.purchases.order_by("id")]

    def _come(self, now: datetime) -> None:
        for one in self._bought():
            purchasing.take_delivery(
                actor=self.house.hands["warehouse"], now=now, public_id=one.public_id, good=one.quantity
            )

    def _pack(self, now: datetime) -> None:
        house = self.house
        self.carrier = house.turn("carriers", sorted(rulesets.current().carriers))
        self.number = f"{house.chance.randrange(10**11, 10**12)}"
        actions.ship(
            actor=house.hands["warehouse"], now=now, order_id=self.order.id, carrier=self.carrier,
            tracking=self.number, handed=False,
        )  # fmt: skip

    def _hand(self, now: datetime) -> None:
        parcel = self.order.shipments.order_by("id").last()
        if parcel is not None:
            actions.hand_over(actor=self.house.hands["warehouse"], now=now, parcel_id=parcel.id)

    def _carried(self, code: str) -> Any:
        def do(now: datetime) -> None:
            place = self.house.turn("places", words(self.house.language)["places"])
            heard = actions.Heard(code=code, given=f"{self.number}-{code}", occurred=now, place=place)
            actions.hear_carrier(
                actor=CARRIER, now=now, carrier=self.carrier, tracking=self.number, heard=[heard]
            )

        return do

    def _receive(self, now: datetime) -> None:
        own = self.plan.intake == "web"
        actor = as_customer(self.buyer.record_id) if own else self.house.hands["till"]
        actions.confirm_receipt(actor=actor, now=now, order_id=self.order.id)

    def _invoice(self, now: datetime) -> None:
        for one in self._bought():
            purchasing.note_invoice(
                actor=self.house.hands["till"], now=now, public_id=one.public_id,
                reference=f"{now:%y%m}{self.house.chance.randrange(10_000, 100_000)}",
                amount=Money(one.cost_minor, one.currency),
            )  # fmt: skip

    def _settle(self, now: datetime) -> None:
        for one in self._bought():
            purchasing.pay_supplier(actor=self.house.hands["till"], now=now, public_id=one.public_id)

    # -- where it stands -------------------------------------------------------------------------------------------

    def _stand(self, since: datetime, rest: timedelta) -> Iterator[datetime]:
        """What has happened to it at the stage it has come to."""
        plan = self.plan
        if plan.lacks == "awaited":
            yield (then := since + rest * 0.2)
            self._buy(then)
        if plan.to == stages.SETTLEMENT and self.place % 2:
            yield (then := since + rest * 0.3)
            self._invoice(then)
        if plan.slip:
            yield (then := since + rest * 0.5)
            self._slip_came(then, plan.slip)
        for code in {"handed": [""], "moving": ["", "moving"], "failed": ["", "moving", "failed"]}.get(
            plan.parcel, ()
        ):
            since += rest * 0.3
            yield since
            (self._carried(code) if code else self._hand)(since)
        if plan.trouble:
            yield (then := self.house.now - rest * 0.15)
            self._stop(then)

    def _slip_came(self, now: datetime, kind: str) -> None:
        row = self._slip(now, kind)
        if kind.endswith("_matched"):
            remittances.match_slip(
                actor=self.house.hands["till"], now=now + timedelta(minutes=9), public_id=row.public_id,
                order=self.order.number,
            )  # fmt: skip

    def _stop(self, now: datetime) -> None:
        if self.plan.trouble == stages.UNDERPAID:
            self._pay(now, less_minor=self.order.total_minor // 7)
            return
        hand = {stages.KEYING: "clerk", stages.RECEIPT: "till"}.get(self.plan.to, "warehouse")
        actions.stop_stage(
            actor=self.house.hands[hand], now=now, order_id=self.order.id, kind=self.plan.trouble,
            note=self.house.note(self.plan.trouble),
        )  # fmt: skip


def slips_of_strangers(house: House) -> list[Story]:
    """Slips of people nobody knows: some name products and can be keyed as orders, some went back or were kept."""
    said = words(house.language)["slips"]
    told = []
    for place, who in enumerate(said["strangers"]):
        payer, _, address = who.partition("|")
        when = house.now - timedelta(hours=7 + 31 * place)
        told.append(_strange(house, when, place, (payer, address), said))
    return told


def _strange(house: House, now: datetime, place: int, who: tuple[str, str], said: Mapping[str, Any]) -> Story:
    yield now
    wares = house.chance.sample(house.goods.shelved, 2)
    named = place < len(said["goods"])
    lines = f"{wares[0].sku}*2 {wares[1].sku}" if place % 2 == 0 else f"{wares[0].sku}"
    total = wares[0].price.minor * (2 if place % 2 == 0 else 1) + (
        wares[1].price.minor if place % 2 == 0 else 0
    )
    text = said["goods"][place].format(lines=lines) if named else said["silent"][place % len(said["silent"])]
    row = remittances.record_slip(
        actor=house.hands["till"], now=now, sample=True,
        slip=remittances.NewSlip(
            slip=house.slip_number(now), amount=Money(total if named else total + 1_500, wares[0].price.currency),
            paid_on=(now - timedelta(days=4)).date(), payer=who[0], address=who[1], text=text,
        ),
    )  # fmt: skip
    if place == len(said["strangers"]) - 1:
        yield (then := now + timedelta(hours=40))
        remittances.send_back(actor=house.hands["till"], now=then, public_id=row.public_id)
