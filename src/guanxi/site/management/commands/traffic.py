"""`guanxi traffic`: a day of customers and colleagues in a demo that runs."""

import signal
import time
from argparse import ArgumentParser
from datetime import timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanxi.core.clock import now
from guanxi.core.models import Unit
from guanxi.packs import sample
from guanxi.packs.club.traffic import Day
from guanxi.packs.club.world import CODE
from guanxi.packs.loader import load


class Command(BaseCommand):
    help = "Customers write and colleagues answer as on an ordinary day of the club's demo world, until SIGTERM or SIGINT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--speed", type=float, default=30.0, help="seconds of the day per second; 1: the time it is"
        )
        parser.add_argument(
            "--since", type=float, help="the machine's monotonic clock when the day began; now without it"
        )
        parser.add_argument("--seconds", type=float, help="end after so many")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Unit.objects.filter(code=load(CODE).units[0].code).first()
        data = sample.state(root) if root else None
        if data is None:
            raise CommandError(
                "There is no demo world of the club here: guanxi demo --pack club --prepare makes it."
            )
        signal.signal(signal.SIGTERM, _leave)
        gone = time.monotonic() - options["since"] if options["since"] is not None else 0.0
        begun = now() - timedelta(seconds=gone)
        day = Day(data["language"], options["speed"], data["seed"], now, begun)
        count = day.run(seconds_max=options["seconds"])
        self.stdout.write(f"{count['came']} came, {count['answered']} were answered.")


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
