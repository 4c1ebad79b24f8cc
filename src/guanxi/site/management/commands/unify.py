"""`guanxi unify`: scan all customers for duplicates in this process, with a progress bar; what it finds waits for stewards."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.errors import Conflict
from guanxi.people import actions, queries
from guanxi.people.actions import scanning
from guanxi.people.models import UnifyRun

BAR = 30


class Command(BaseCommand):
    help = "Look for customers who may be one person and ask the stewards about them. Nobody is merged."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--learn", action="store_true", help="learn weights from this base first")
        parser.add_argument("--weights", metavar="FILE", help="write the weights of this scan here, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = actions.ask_scan(actor=system("command"), now=now(), learns=options["learn"], later=False)
        except Conflict as error:
            raise CommandError(str(error.detail or error.title)) from None
        state = scanning.unify(run.public_id, progress=self._show)
        self.stderr.write("")
        run = UnifyRun.objects.get(id=run.id)
        self.stdout.write(f"{run.public_id}: {state} in {run.seconds:.1f} s, weights {run.model}")
        self.stdout.write(
            f"records {run.records:,}, customers {run.customers:,}, pairs compared {run.pairs:,}"
        )
        self.stdout.write(
            f"proposals: {run.proposals_new:,} new, {run.proposals_known:,} waiting already, {run.proposals_apart:,} kept apart"
        )
        if right := queries.precision(run.accepted, run.decided):
            self.stdout.write(
                f"correct so far: {right.share:.1%} ({right.low:.1%}-{right.high:.1%}) of {right.decided:,} decided"
            )
        if options["weights"]:
            scanning.write_weights_of(run, Path(options["weights"]))

    def _show(self, done: int, total: int | None) -> None:
        if sys.stderr.isatty():
            filled = BAR * done // (total or 100)
            self.stderr.write(f"\r[{'#' * filled}{' ' * (BAR - filled)}] {done:3} %", ending="")
