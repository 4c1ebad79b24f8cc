"""`guanxi test`: the whole suite on both databases, with every real program that is installed."""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

ROOT = Path(__file__).resolve().parents[5]
NOTHING_COLLECTED = 5
NO_PROGRAM = 3
_CLOSING = re.compile(r"^(?:\x1b\[\d+m)*=+ .* in [\d.]+s.*=+")


@dataclass(frozen=True, slots=True)
class Run:
    """One call of pytest: a title and its arguments."""

    title: str
    arguments: list[str]


def plan(options: argparse.Namespace, given: Sequence[str]) -> Iterator[Run]:
    """The runs asked for. With pytest arguments of one's own: one run for each database, in order, nothing left out.

    What measures time or drives a browser runs alone, after the rest.
    """
    databases = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    long = ["--long"] if options.long else []
    for database in ["sqlite"] if options.fast else databases:
        base = [f"--database={database}", *long]
        if given:
            yield Run(database, [*base, *given])
            continue
        if options.database == "both" and database == "postgresql" and not options.long:
            base.append("--second-database")
        yield Run(f"{database}: rooms", [*base, "-n", "2", "-m", "not browser and not reliability"])
        if not options.fast:
            yield Run(f"{database}: reliability and journeys", [*base, "-m", "browser or reliability"])


def run_pytest(run: Run) -> tuple[int, str]:
    """Run pytest, passing its output through; returns its exit code and closing line."""
    # With DJANGO_SETTINGS_MODULE pytest-django would read the settings, and a secret, before the harness sets them.
    dropped = ("GUANXI_DATABASE", "DJANGO_SETTINGS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    command = [sys.executable, "-m", "pytest", *run.arguments]
    closing = ""
    with subprocess.Popen(  # noqa: S603  our own command line
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            closing = line.strip() if _CLOSING.match(line) else closing
    return process.returncode, closing


class Command(BaseCommand):
    help = "Run the whole suite on SQLite and PostgreSQL (see CONTRIBUTING.md)."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Options of ours first; whatever else is given goes to pytest as it is."""
        parser = argparse.ArgumentParser(prog="guanxi test", description=self.help)
        parser.add_argument("--long", action="store_true", help="drills at their full counts")
        parser.add_argument("--fast", action="store_true", help="SQLite only, no browser, no drills")
        parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
        options, given = parser.parse_known_args(argv[2:])
        sys.exit(self._run(list(plan(options, given))))

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("run it from the command line: guanxi test")

    def _run(self, runs: list[Run]) -> int:
        if not (ROOT / "tests").is_dir():
            self.stderr.write("guanxi test needs the repository: clone it, then ./guanxi test")
            return 1
        results = []
        for run in runs:
            self.stdout.write(f"\n== {run.title}: pytest {' '.join(run.arguments)}")
            self.stdout.flush()
            results.append((run, *run_pytest(run)))
        self._close(results)
        return self._code([code for _, code, _ in results])

    def _close(self, results: list[tuple[Run, int, str]]) -> None:
        self.stdout.write("\n== all runs")
        for run, code, closing in results:
            self.stdout.write(f"-- {run.title}: {self._word(code)}")
            if closing:
                self.stdout.write(closing)

    def _word(self, code: int) -> str:
        known = {
            0: "passed",
            NOTHING_COLLECTED: "nothing to run",
            NO_PROGRAM: "skipped, PostgreSQL is not installed",
        }
        return known.get(code, f"FAILED (exit code {code})")

    def _code(self, codes: list[int]) -> int:
        """The first failure counts. A database that is not installed is none, unless everything is required."""
        harmless = {0, NOTHING_COLLECTED}
        if not os.environ.get("GUANXI_TEST_REQUIRE_ALL"):
            harmless.add(NO_PROGRAM)
        if codes and all(code == NOTHING_COLLECTED for code in codes):
            return NOTHING_COLLECTED
        return next((code for code in codes if code not in harmless), 0)
