"""A small reader of complaints, trained in a moment, for tests."""

from datetime import datetime

from guanxi.cases.actions import learning
from guanxi.cases.models import TextModel
from guanxi.core.access import system
from guanxi.engine.intake.examples import Example
from guanxi.engine.intake.training import train

SMALL = [
    Example("一直没发货", ("late_dispatch",)),
    Example("还不发货", ("late_dispatch",)),
    Example("客服骂人", ("service_attitude",)),
    Example("客服态度差", ("service_attitude",)),
]


def keep_small(now: datetime) -> int:
    """Write the small reader down as if a job had trained it; its number."""
    number = TextModel.objects.count() + 1
    return learning.keep_reader(
        actor=system("reader"), now=now, number=number, digest=f"small {number}", seconds=0.1,
        trained=train(SMALL, version=str(number)), corrections=0, confirmations=0,
    )  # fmt: skip
