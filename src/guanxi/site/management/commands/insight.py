"""`guanxi insight run`: work out in this process what every relation is worth, and say what came of it."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.errors import Conflict
from guanxi.insight import actions
from guanxi.insight.actions.running import STEPS


class Command(BaseCommand):
    help = "Work out facts, forecasts and classes of all customers. A run that fails changes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["run"], help="run: the whole of it, now")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = system("command")
        try:
            run = actions.begin_run(actor=actor, now=now())
        except Conflict as error:
            raise CommandError(str(error.detail or error.title)) from None
        run = actions.run_all(actor=actor, run=run, progress=self._show)
        if run.state != run.State.DONE:
            raise CommandError(f"{run.public_id} failed, nothing is changed: {run.error}")
        told = run.told
        self.stdout.write(f"{run.public_id}: {run.customers:,} customers, {run.changed:,} in another class")
        self.stdout.write(", ".join(f"{name} {count:,}" for name, count in told["rows"].items()))
        self.stdout.write(", ".join(f"{name} {taken:.1f} s" for name, taken in told["seconds"].items()))
        for name, fitted in told["models"].items():
            self.stdout.write(f"{name}: " + ", ".join(f"{key} {value:.4g}" for key, value in fitted.items()))
        if told["why"]:
            self.stdout.write(f"no forecast: {told['why']}")

    def _show(self, done: int, total: int | None) -> None:
        if sys.stderr.isatty() and done < len(STEPS):
            self.stderr.write(f"{done}/{total} {STEPS[done]} ...")
