"""Whatever happens to an order, in whatever order: never more sent than bought, stock and money always add up."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from guanxi.core.errors import GuanxiError
from guanxi.core.money import Money
from guanxi.trade import actions
from guanxi.trade.models import Order, OrderLine, Payment, Shipment, Stage, Stock, Trouble
from guanxi.trade.rules import stages as rules
from tests.cast import SYSTEM, Shopper
from tests.orders import Trade, goods, place, publish_trade

pytestmark = pytest.mark.django_db
BOUGHT = {"BK-1": 40, "BK-2": 25}


class Orders(RuleBasedStateMachine):
    """Two titles on the shelf, any number of orders; time passes by the hour."""

    buyer: Shopper
    start: datetime
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = self.start
        self.put = dict(BOUGHT)
        self.gone = dict.fromkeys(BOUGHT, 0)  # damaged, or lost by a carrier
        publish_trade(self.now)
        for sku, count in BOUGHT.items():
            goods(sku, count, price=1_999)
        self.keys = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    def tried(self, step: Callable[[], object]) -> bool:
        """Take a step; a refusal is an answer like any other and leaves nothing behind."""
        self.now += timedelta(hours=1)
        try:
            with transaction.atomic():
                step()
        except GuanxiError:
            return False
        return True

    @rule(
        target=orders,
        first=st.integers(1, 9),
        second=st.integers(0, 4),
        intake=st.sampled_from(["web", "phone"]),
    )
    def order(self, first: int, second: int, intake: str) -> object:
        lines = [("BK-1", first), *([("BK-2", second)] if second else [])]
        made: list[Trade] = []
        self.tried(lambda: made.append(place(self.buyer, self.now, *lines, intake=intake)))
        return made[0].order_id if made else multiple()

    @rule(order=orders, share=st.sampled_from([30, 100, 100, 100, 150]))
    def pay(self, order: int, share: int) -> None:
        minor = Order.objects.get(id=order).total_minor * share // 100
        self.tried(lambda: Trade(order, self.now).pay(max(1, minor), once=self.key()))

    @rule(order=orders)
    def onward(self, order: int) -> None:
        """Whatever the open stage wants of people."""
        stage = Order.objects.get(id=order).stage
        self.tried(lambda: Trade(order, self.now).finish(stage))

    @rule(order=orders, part=st.booleans())
    def send(self, order: int, part: bool) -> None:
        lines = None
        if part:
            first = OrderLine.objects.filter(order=order).order_by("id")[0]
            lines = {first.id: 1}
        self.tried(lambda: Trade(order, self.now).ship(self.key().upper(), lines))

    @rule(order=orders, code=st.sampled_from(rules.CARRIER_CODES), back=st.integers(0, 30))
    def hear(self, order: int, code: str, back: int) -> None:
        parcel = Shipment.objects.filter(order=order).order_by("-id").first()
        if parcel is not None:
            at = max(self.start, self.now - timedelta(hours=back))
            self.tried(lambda: Trade(order, self.now).hear(code, tracking=parcel.tracking, at=at))

    @rule(order=orders, kind=st.sampled_from(["no_stock", "damaged", "address"]))
    def stop(self, order: int, kind: str) -> None:
        self.tried(lambda: Trade(order, self.now).stop(kind))

    @rule(order=orders, how=st.sampled_from(sorted(rules.WAYS)), some=st.booleans())
    def settle(self, order: int, how: str, some: bool) -> None:
        trouble = Trouble.objects.filter(order=order, settled=None).order_by("id").first()
        if trouble is None:
            return
        line = OrderLine.objects.filter(order=order).order_by("id")[0]
        parts = {line.id: 1} if some else None
        self.tried(
            lambda: actions.settle_trouble(
                actor=SYSTEM, now=self.now, trouble_id=trouble.id, how=how, parts=parts
            )
        )
        now_gone = {sku: self.missing(sku) for sku in BOUGHT}
        assert all(now_gone[sku] >= self.gone[sku] for sku in BOUGHT)
        assert how in ("replaced", "refunded") or now_gone == self.gone
        self.gone = now_gone

    def missing(self, sku: str) -> int:
        """What came to the shelf and is neither there nor with a customer."""
        sent = (
            OrderLine.objects.filter(product__sku=sku)
            .exclude(order__rules=None)
            .aggregate(all=Sum("shipped"))["all"]
        )
        return self.put[sku] - _shelf(sku)[0] - (sent or 0)

    @rule(order=orders)
    def receive(self, order: int) -> None:
        self.tried(lambda: Trade(order, self.now).receive())

    @rule(order=consumes(orders))
    def cancel(self, order: int) -> None:
        self.tried(lambda: actions.cancel_order(actor=SYSTEM, now=self.now, order_id=order))

    @rule(order=orders, minor=st.integers(1, 3_000))
    def refund(self, order: int, minor: int) -> None:
        self.tried(
            lambda: actions.refund_order(
                actor=SYSTEM,
                now=self.now,
                order_id=order,
                amount=Money(minor, "CNY"),
                once=self.key(),
                why="goodwill",
            )
        )

    @rule(sku=st.sampled_from(sorted(BOUGHT)), count=st.integers(-3, 12))
    def arrive(self, sku: str, count: int) -> None:
        if self.tried(lambda: actions.put_stock(actor=SYSTEM, now=self.now, sku=sku, quantity=count)):
            self.put[sku] += count

    @invariant()
    def nobody_is_sent_more_than_was_bought(self) -> None:
        for line in OrderLine.objects.exclude(order__rules=None):
            assert line.cancelled + line.reserved + line.shipped <= line.quantity
            assert line.received <= line.shipped

    @invariant()
    def every_promise_is_on_the_shelf(self) -> None:
        for sku in BOUGHT:
            promised = OrderLine.objects.filter(product__sku=sku).aggregate(all=Sum("reserved"))["all"] or 0
            assert _shelf(sku)[1] == promised
            assert self.missing(sku) == self.gone[sku]

    @invariant()
    def paid_is_what_came_less_what_went(self) -> None:
        for order in Order.objects.exclude(rules=None):
            moved = (
                Payment.objects.filter(order=order)
                .exclude(kind="supplier")
                .aggregate(all=Sum("amount_minor"))["all"]
            )
            assert order.paid_minor == (moved or 0) >= 0
            if order.cancelled is not None:
                assert order.paid_minor == 0

    @invariant()
    def one_stage_is_open_until_the_end(self) -> None:
        for order in Order.objects.exclude(rules=None):
            on = list(
                Stage.objects.filter(order=order, state__in=["open", "stopped"]).values_list(
                    "code", flat=True
                )
            )
            assert on == ([order.stage] if order.stage else [])
            stopped = Stage.objects.filter(order=order, state="stopped").exists()
            assert stopped == Trouble.objects.filter(order=order, settled=None).exists()


def _shelf(sku: str) -> tuple[int, int]:
    one = Stock.objects.get(product__sku=sku)
    return one.on_hand, one.reserved


def test_orders_always_add_up(buyer: Shopper, now: datetime, long: bool) -> None:
    Orders.buyer, Orders.start = buyer, now
    count = (60, 60) if long else (4, 20)
    run_state_machine_as_test(
        Orders, settings=settings(max_examples=count[0], stateful_step_count=count[1], deadline=None)
    )
