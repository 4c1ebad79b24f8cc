"""Scanner and keyboard at the stages: counted once, refused whole, undone within seconds, one order in one clerk's hands."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.models import Role
from guanxi.core.money import Money
from guanxi.trade.actions import purchasing, scanning
from guanxi.trade.models import Batch, Order, Purchase, Scan, Shipment, Stage
from guanxi.trade.queries import screens
from tests.cast import SYSTEM, Hire, Shopper, Staffer, in_threads, nothing_happens
from tests.orders import Trade, goods, place, publish_trade, shelf

pytestmark = pytest.mark.django_db


class Clerk:
    """A clerk at the screens: every call of `scan` is a scan with its own key."""

    def __init__(self, staffer: Staffer, now: datetime) -> None:
        self.staffer, self.now, self.count = staffer, now, 0

    def scan(
        self, screen: str, text: str = "", *, once: str = "", later: int = 0, size: int = 12, chosen: str = ""
    ) -> str:
        self.count += 1
        self.now += timedelta(seconds=later)
        row = scanning.scan(
            actor=self.staffer.actor, now=self.now, screen=screen, text=text, size=size, chosen=chosen,
            once=once or f"{self.staffer.user.username}{self.count}",
        )  # fmt: skip
        self.row = row
        return str(row.outcome)


RIGHTS = ("people.view", "trade.view", "trade.orders", "trade.fulfil", "trade.remit")


@pytest.fixture
def lin(hire: Hire, now: datetime) -> Clerk:
    Role.objects.create(code="packer", rights=dict.fromkeys(RIGHTS, "all"))
    return Clerk(hire("lin", "packer", "front"), now)


@pytest.fixture
def mei(lin: Clerk, hire: Hire, now: datetime) -> Clerk:
    return Clerk(hire("mei", "packer", "front"), now)


@pytest.fixture
def shop(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    for sku, place_ in (("BK-9", "A-10"), ("CD-7", "A-2")):
        goods(sku, 50, line="books" if sku[0] == "B" else "music")
        from guanxi.trade.models import Stock

        Stock.objects.filter(product__sku=sku).update(bin=place_)


def to_pick(buyer: Shopper, now: datetime, *lines: tuple[str, int]) -> Trade:
    return place(buyer, now, *(lines or (("BK-9", 2), ("CD-7", 1))), intake="phone").finish("keying").pay()


@pytest.fixture
def two(shop: None, buyer: Shopper, now: datetime) -> tuple[Trade, Trade]:
    """Two paid orders that wait to be picked: two books and a record; three books."""
    return to_pick(buyer, now), to_pick(buyer, now + timedelta(minutes=1), ("BK-9", 3))


def pick(clerk: Clerk, *codes: str) -> None:
    clerk.scan("picking")
    for code in codes or ("CD-7", "BK-9"):
        clerk.scan("picking", code)
    assert clerk.scan("picking") == "done"


def test_a_batch_is_picked_in_the_order_of_the_bins(lin: Clerk, two: tuple[Trade, Trade]) -> None:
    assert lin.scan("picking") == "batch"
    batch = Batch.objects.get()
    sheet = screens.sheet_of(lin.staffer.actor, batch.public_id)
    assert [(stop.bin, stop.sku, stop.quantity) for stop in sheet.stops] == [
        ("A-2", "CD-7", 1),
        ("A-10", "BK-9", 5),
    ]
    assert lin.scan("picking") == "not_all"
    assert lin.scan("picking", "DVD-1") == "wrong"
    assert lin.scan("picking", "cd-7") == "counted"
    assert lin.scan("picking", "CD-7") == "too_many"
    assert lin.scan("picking", "2*BK-9") == "counted"
    assert lin.scan("picking", "4*BK-9") == "too_many"
    assert lin.scan("picking", "3*") == "full"
    assert lin.scan("picking") == "done"
    assert [trade.order.stage for trade in two] == ["packing", "packing"]
    batch.refresh_from_db()
    assert batch.ended == lin.now
    assert lin.scan("picking") == "nothing"


def test_a_scan_sent_twice_counts_once(lin: Clerk, mei: Clerk, two: tuple[Trade, Trade]) -> None:
    lin.scan("picking")
    lin.scan("picking", "2*BK-9", once="k1")
    with nothing_happens():
        assert lin.scan("picking", "2*BK-9", once="k1") == "counted"
        with pytest.raises(Conflict, match="once"):
            mei.scan("picking", "2*BK-9", once="k1")
    assert sum(want.got for want in screens.wants(screens.batch_stages(Batch.objects.get()))) == 2


def test_two_clerks_never_have_the_same_order(lin: Clerk, mei: Clerk, two: tuple[Trade, Trade]) -> None:
    assert lin.scan("picking", size=1) == "batch"
    assert mei.scan("picking", size=5) == "batch"
    assert Stage.objects.exclude(holder="").values("holder").distinct().count() == 2
    first = Batch.objects.order_by("made", "id")[0]
    with_mei = mei.scan("picking", first.public_id)
    assert (with_mei, mei.row.values["why"]) == ("refused", "held")
    lin.scan("picking", "2*BK-9")
    assert mei.scan("picking", first.public_id, later=1300) == "batch"  # left lying for twenty minutes
    assert lin.scan("picking", "CD-7") == "no_batch"


def test_an_order_somebody_waits_for_is_picked_alone(
    lin: Clerk, mei: Clerk, two: tuple[Trade, Trade]
) -> None:
    assert lin.scan("picking", two[1].order.number) == "batch"
    assert [stage.order_id for stage in screens.batch_stages(Batch.objects.get())] == [two[1].order_id]
    assert (mei.scan("picking", two[1].order.number), mei.row.values["why"]) == ("refused", "held")
    assert mei.scan("picking", size=5) == "batch"
    assert Batch.objects.order_by("made", "id")[1].stages.get().order_id == two[0].order_id


def test_trouble_at_a_bin(lin: Clerk, two: tuple[Trade, Trade]) -> None:
    lin.scan("picking")
    lin.scan("picking", "CD-7")
    lin.scan("picking", "2*BK-9")
    assert lin.scan("picking", "!no_stock") == "stopped"
    assert (two[0].stages["picking"], two[1].stages["picking"]) == ("open", "stopped")
    assert (two[1].trouble.kind, two[1].trouble.note) == ("no_stock", "BK-9")
    assert lin.scan("picking") == "done"
    assert two[0].order.stage == "packing"
    two[1].settle("waited")
    assert lin.scan("picking") == "batch"


def test_packing_refuses_what_is_not_in_the_order(lin: Clerk, two: tuple[Trade, Trade]) -> None:
    pick(lin)
    assert lin.scan("packing") == "taken"
    assert lin.scan("packing", "BK-1") == "wrong"
    assert lin.scan("packing", "SF1234567890") == "wrong"  # not before all is in
    assert lin.scan("packing", "3*BK-9") == "too_many"
    assert [lin.scan("packing", code) for code in ("bk-9", "BK-9", "BK-9", "CD-7")] == [
        "counted", "counted", "too_many", "full",
    ]  # fmt: skip
    assert lin.scan("packing") == "parcel_wanted"
    assert lin.scan("packing", "BK-1") == "wrong"  # a product's number is no parcel's
    assert lin.scan("packing", "sf 1234567890") == "shipped"
    parcel = Shipment.objects.get()
    assert (parcel.tracking, parcel.state, parcel.carrier) == ("SF1234567890", "packed", "post")
    assert shelf("BK-9") == (48, 3)
    stage = screens.in_hand(lin.staffer.actor, "packing")
    assert stage is not None
    assert stage.order_id == two[1].order_id  # the next one is in hand already
    assert lin.scan("packing", "3*BK-9") == "full"
    assert lin.scan("packing", "SF1234567890") == "refused"  # another order has this parcel number
    assert lin.row.values["why"] == "tracking"


def test_the_carrier_takes_parcels(lin: Clerk, two: tuple[Trade, Trade]) -> None:
    pick(lin)
    for code in ("2*BK-9", "CD-7", "SF0000001", "3*BK-9", "SF0000002"):
        if code == "2*BK-9":
            lin.scan("packing")
        lin.scan("packing", code)
    assert lin.scan("logistics") == "scan_parcel"
    assert lin.scan("logistics", "SF0000001") == "handed"
    assert two[0].order.state == "shipped"
    assert lin.scan("logistics", "SF0000001") == "handed_before"
    assert lin.scan("logistics", two[1].order.number) == "handed"
    assert lin.scan("logistics", "NO-SUCH-1") == "unknown"
    assert lin.scan("logistics") == "nothing"
    assert {parcel.state for parcel in Shipment.objects.all()} == {"handed"}


def test_the_last_scan_is_taken_back(lin: Clerk, two: tuple[Trade, Trade]) -> None:
    lin.scan("picking")
    lin.scan("picking", "BK-9")
    assert lin.scan("picking", "-", later=3) == "undone"
    assert lin.scan("picking", "CD-7") == "counted"
    assert lin.scan("picking", "BK-9") == "full"
    assert lin.scan("picking") == "done"
    assert lin.scan("picking", "-", later=9) == "undone"
    assert [trade.order.stage for trade in two] == ["picking", "picking"]
    assert lin.scan("picking") == "done"
    with_undo = Scan.objects.filter(undone__isnull=False).count()
    assert with_undo == 2
    assert lin.scan("picking", "-", later=11) == "too_late"


def test_a_parcel_is_unpacked_again(lin: Clerk, two: tuple[Trade, Trade]) -> None:
    pick(lin)
    lin.scan("packing")
    lin.scan("packing", "2*BK-9")
    lin.scan("packing", "CD-7")
    before = shelf("BK-9")
    lin.scan("packing", "SF0000001")
    assert lin.scan("packing", "-", later=2) == "undone"
    assert (Shipment.objects.count(), shelf("BK-9"), two[0].order.stage) == (0, before, "packing")
    stage = screens.in_hand(lin.staffer.actor, "packing")
    assert stage is not None
    assert stage.order_id == two[0].order_id
    assert lin.scan("packing", "SF0000003") == "shipped"
    lin.scan("logistics", "SF0000003")
    assert two[0].order.state == "shipped"
    assert lin.scan("logistics", "-", later=2) == "undone"
    assert (two[0].order.state, Shipment.objects.get().state) == ("paid", "packed")
    lin.scan("logistics", "SF0000003")
    two[0].hear("accepted", tracking="SF0000003")
    assert lin.scan("logistics", "-", later=2) == "refused"  # the carrier has spoken since


def test_one_by_one(lin: Clerk, shop: None, buyer: Shopper, now: datetime) -> None:
    trade = place(buyer, now, ("BK-9", 1), intake="phone")
    assert lin.scan("keying") == "taken"
    assert lin.scan("keying") == "done"
    assert trade.order.stage == "payment"
    assert lin.scan("keying", "-", later=2) == "undone"
    assert trade.order.stage == "keying"
    assert lin.scan("keying") == "done"
    trade.pay().finish("picking").ship("SF0000009").hear("delivered", tracking="SF0000009")
    assert trade.order.stage == "receipt"
    assert lin.scan("receipt", "SF0000009") == "taken"
    assert lin.scan("receipt") == "received"
    assert (trade.order.state, trade.order.stage) == ("received", "")
    assert lin.scan("receipt", trade.order.number) == "refused"


def test_what_is_missing_is_bought_and_paid_for(
    lin: Clerk, shop: None, buyer: Shopper, now: datetime
) -> None:
    goods("RARE-1", 0)
    trade = place(buyer, now, ("RARE-1", 3), intake="phone").finish("keying").pay()
    assert trade.order.stage == "procurement"
    lin.scan("procurement")
    assert lin.scan("procurement") == "refused"  # never bought before: from whom?
    purchasing.add_supplier(actor=SYSTEM, now=now, code="press", name="书局")
    asked = {"actor": SYSTEM, "now": now, "supplier": "press", "sku": "RARE-1"}
    old = purchasing.order_goods(**asked, quantity=10, cost=Money(10_000, "CNY"))  # type: ignore[arg-type]
    purchasing.close_purchase(actor=SYSTEM, now=now, public_id=old.public_id)
    assert lin.scan("procurement") == "refused"  # called off: never bought after all
    old = purchasing.order_goods(**asked, quantity=10, cost=Money(10_000, "CNY"))  # type: ignore[arg-type]
    assert lin.scan("procurement") == "ordered"
    bought = Purchase.objects.get(line__order_id=trade.order_id)
    assert (bought.quantity, bought.cost_minor, bought.supplier.code) == (3, 3_000, "press")
    assert lin.scan("procurement") == "nothing"  # on its way: nothing to do
    purchasing.close_purchase(actor=SYSTEM, now=now, public_id=old.public_id)
    assert lin.scan("arrivals", "RARE-1") == "chosen"
    assert lin.scan("arrivals", "2*", chosen=bought.public_id) == "arrived"
    assert trade.order.stage == "procurement"
    assert lin.scan("arrivals", "!damaged", chosen=bought.public_id) == "refused_goods"
    assert lin.scan("arrivals", "", chosen=bought.public_id) == "arrived"
    bought.refresh_from_db()
    assert (bought.state, bought.arrived_quantity, bought.rejected_quantity) == ("arrived", 3, 1)
    assert trade.order.stage == "picking"
    trade.finish("picking").ship().hear("delivered").receive()
    assert trade.order.stage == "settlement"
    lin.scan("settlement")
    assert lin.scan("settlement") == "paid"
    bought.refresh_from_db()
    assert (bought.state, trade.order.stage) == ("paid", "")


def test_put_down(lin: Clerk, mei: Clerk, two: tuple[Trade, Trade]) -> None:
    lin.scan("picking")
    lin.scan("picking", "BK-9")
    assert scanning.release(actor=lin.staffer.actor, now=lin.now, screen="picking") == 2
    assert mei.scan("picking") == "batch"
    assert (
        sum(want.got for want in screens.wants(screens.batch_stages(Batch.objects.order_by("-id")[0]))) == 0
    )


def test_those_who_may_not(
    two: tuple[Trade, Trade], agent: Staffer, seller: Shopper, lin: Clerk, hire: Hire
) -> None:
    Role.objects.create(code="west", rights=dict.fromkeys(RIGHTS, "team"))
    west = Clerk(hire("west", "west", "west-front"), lin.now)
    with nothing_happens():
        for actor in (agent.actor, seller.actor):
            with pytest.raises(Denied):
                scanning.scan(actor=actor, now=lin.now, screen="picking", text="", once="x")
        with pytest.raises(NotFound):
            lin.scan("no-such-stage")
    assert west.scan("picking") == "nothing"  # another house's team sees none of it
    west.scan("packing", two[0].order.number)
    assert west.row.outcome == "unknown"
    assert Stage.objects.exclude(holder="").count() == 0


@pytest.mark.django_db(transaction=True)
def test_many_clerks_at_once(organisation: object, hire: Hire, buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-9", 50)
    Role.objects.create(code="packer", rights=dict.fromkeys(RIGHTS, "all"))
    clerks = [Clerk(hire(f"c{n}", "packer", "front"), now) for n in range(4)]
    for _ in range(8):
        to_pick(buyer, now, ("BK-9", 1))
    actors = [clerk.staffer.actor for clerk in clerks]

    def take(n: int) -> str:
        return str(
            scanning.scan(actor=actors[n], now=now, screen="picking", text="", once=f"k{n}", size=3).outcome
        )

    assert not [found for found in in_threads(4, take) if isinstance(found, Exception)]
    held = list(Stage.objects.exclude(holder="").values_list("order_id", "holder", "batch"))
    assert len(held) == len({order for order, _, _ in held}) == 8
    assert Order.objects.filter(stage="picking").count() == 8
