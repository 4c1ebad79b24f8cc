"""The way of an order through the house: stages, picking batches, shipments with what carriers say, what went wrong."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.trade.models.orders import Order, OrderLine
from guanxi.work.models import Team


def _batch_code() -> str:
    return new_code("T")


def _shipment_code() -> str:
    return new_code("H")


def _trouble_code() -> str:
    return new_code("X")


class Batch(Doored):
    """Orders picked in one walk."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_batch_code)
    place = models.CharField(max_length=20, default="main")
    made = models.DateTimeField()
    by = models.CharField(max_length=60)  # public id of the actor
    ended = models.DateTimeField(null=True)

    door = Door(right="trade.fulfil")

    def __str__(self) -> str:
        return self.public_id


class Stage(Doored):
    """One stage of an order's way, by the flow it was placed under: opened, due, done by whom."""

    class State(models.TextChoices):
        AHEAD = "ahead", _("ahead")
        OPEN = "open", _("open")
        STOPPED = "stopped", _("stopped by trouble")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="stages")
    number = models.PositiveSmallIntegerField()  # 1, 2, 3 in the flow
    code = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=State, default=State.AHEAD)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="stages")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="stages")
    opened = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    done = models.DateTimeField(null=True)
    by = models.CharField(max_length=60, blank=True)  # public id of the actor
    holder = models.CharField(max_length=60, blank=True)  # public id of who has it in hand
    held = models.DateTimeField(
        null=True
    )  # since when; their hands let go of it after a while without a scan
    progress = models.JSONField(default=dict)  # {line id: pieces scanned}
    told = models.DateTimeField(null=True)  # that it is late

    door = Door(right="trade.fulfil", unit="team")

    class Meta:
        indexes = [
            models.Index(
                fields=["code", "due", "id"],
                condition=Q(state__in=["open", "stopped"]),
                name="trade_stage_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="trade_stage_once"),
        ]


class Scan(models.Model):
    """One thing a clerk scanned or keyed at a stage: counted once however often it is sent, and undone within seconds.

    `undo` is what taking it back needs: {} where it changed nothing.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    by = models.CharField(max_length=60)  # public id of the actor
    once = models.CharField(max_length=80, unique=True)  # the screen's own key
    screen = models.CharField(max_length=30)
    code = models.CharField(max_length=80, blank=True)  # what was scanned; "" for Enter alone
    outcome = models.CharField(max_length=20)  # a code: rules.scanning
    values = models.JSONField(default=dict)  # for the words of the outcome
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="scans")
    undo = models.JSONField(default=dict)
    made = models.DateTimeField()
    undone = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["by", "screen", "-made"], name="trade_scan_last")]


class Shipment(Doored):
    """A parcel of an order; an order may need several."""

    class State(models.TextChoices):
        PACKED = "packed", _("packed")
        HANDED = "handed", _("with the carrier")
        MOVING = "moving", _("on its way")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("could not be delivered")
        BACK = "back", _("on its way back to us")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_shipment_code)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    carrier = models.CharField(max_length=40)
    tracking = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.PACKED)
    void = models.BooleanField(default=False)  # it did not arrive: its goods are sent anew, or not at all
    made = models.DateTimeField()
    handed = models.DateTimeField(null=True)
    delivered = models.DateTimeField(null=True)

    door = Door(
        right="trade.view",
        unit="order__record__unit",
        customer="order__record__customer",
        other="order__seller__customer",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["carrier", "tracking"], name="trade_shipment_tracking"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking}"


class ShipmentLine(models.Model):
    id = models.BigIntegerField(primary_key=True, default=new_id)
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="shipped_in")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="trade_shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="trade_shipment_line_quantity"),
        ]


class CarrierEvent(models.Model):
    """What a carrier said of a parcel. Told twice, it is kept once; told late, it takes its place by when it happened."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    code = models.CharField(max_length=20)  # accepted, moving, out, delivered, failed, back
    place = models.CharField(max_length=80, blank=True)
    given = models.CharField(max_length=80)  # the carrier's own number for it
    occurred = models.DateTimeField()
    told = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "given"], name="trade_carrier_event_once"),
        ]


class Trouble(Doored):
    """What stopped a stage of an order: it becomes work, and the stage goes on when it is settled."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_trouble_code)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="troubles")
    stage = models.ForeignKey(Stage, null=True, on_delete=models.SET_NULL, related_name="troubles")
    kind = models.CharField(
        max_length=30
    )  # a code of the rules: no_stock, damaged, address, unpaid, returned...
    note = models.CharField(max_length=500, blank=True)
    opened = models.DateTimeField()
    by = models.CharField(max_length=60)  # public id of the actor
    settled = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    how = models.CharField(max_length=30, blank=True)  # a code: went_on, replaced, split, cancelled, refunded

    door = Door(right="trade.fulfil", unit="stage__team")

    class Meta:
        indexes = [
            models.Index(fields=["opened"], condition=Q(settled=None), name="trade_trouble_open"),
        ]

    def __str__(self) -> str:
        return self.public_id
