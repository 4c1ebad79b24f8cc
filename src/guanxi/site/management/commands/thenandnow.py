"""`guanxi thenandnow`: the same disputes through the old procedure and through ours. Simulated."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanxi.cases.rules import replay
from guanxi.cases.rules.replay import Compared, Fate, Summary

LINES = (
    ("decided", "disputes decided", "{:.0f}"),
    ("median", "half decided within (h)", "{:.1f}"),
    ("p90", "9 of 10 within (h)", "{:.1f}"),
    ("p95", "19 of 20 within (h)", "{:.1f}"),
    ("longest", "the longest (h)", "{:.1f}"),
    ("money_median", "half of the money within (h)", "{:.1f}"),
    ("money_p95", "19 of 20 of the money (h)", "{:.1f}"),
    ("money", "got all that was owed", "{:.0f}"),
    ("automatic", "paid by itself", "{:.0f}"),
    ("handovers", "handed over, on average", "{:.2f}"),
    ("cancelled", "cancelled for a category", "{:.0f}"),
    ("restarts", "begun anew", "{:.0f}"),
    ("given_up", "gave up", "{:.0f}"),
    ("appealed", "objected", "{:.0f}"),
    ("breaches", "limits missed by staff", "{:.0f}"),
)


class Command(BaseCommand):
    help = "Push the same simulated disputes through the old procedure and through ours, and compare. Reads no data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--disputes", type=int, default=replay.DISPUTES, metavar="N")
        parser.add_argument("--seed", type=int, default=replay.SEED)
        parser.add_argument("--csv", type=Path, metavar="FILE", help="one row per dispute")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = replay.compare(disputes=options["disputes"], seed=options["seed"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        before, now = found.summaries()
        self.stdout.write(f"{'SIMULATED':<30}{'then':>12}{'now':>12}")
        for name, words, form in LINES:
            self.stdout.write(f"{words:<30}{_said(before, name, form):>12}{_said(now, name, form):>12}")
        if options["csv"]:
            _write(found, options["csv"])


def _said(summary: Summary, name: str, form: str) -> str:
    value = getattr(summary, name)
    return "-" if value is None else form.format(value)


def _write(found: Compared, path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            sides = ("decided_h", "money_h", "ended_as", "handovers", "cancelled", "breaches", "paid_minor")
            writer.writerow(
                [
                    "dispute",
                    "opened",
                    "due_minor",
                    *(f"{world}_{one}" for world in ("then", "now") for one in sides),
                ]
            )
            for dispute, before, now in zip(found.disputes, found.before, found.now, strict=True):
                writer.writerow(
                    [
                        dispute.number,
                        f"{dispute.opened:%Y-%m-%dT%H:%MZ}",
                        dispute.due_minor,
                        *_row(before),
                        *_row(now),
                    ]
                )
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def _row(fate: Fate) -> list[Any]:
    hours = [fate.hours_to(fate.decided), fate.hours_to(fate.money)]
    return [
        *("" if value is None else round(value, 2) for value in hours),
        fate.ended_as,
        fate.handovers,
        fate.cancelled,
        fate.breaches,
        fate.net,
    ]
