"""`guanxi restore FILE`: everything back from one archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from guanxi.core import backup, clock
from guanxi.core.libpq import ProgramMissing
from guanxi.core.personal import erasures


class Command(BaseCommand):
    help = "Replace database, event anchor and files by an archive's. Exit code 2: refused, 1: restored with faults."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--register", type=Path, help="an erasure register kept elsewhere, taken in before it is replayed"
        )
        parser.add_argument("--yes", action="store_true", help="replace a database that is not empty")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["register"]:
            self.stdout.write(f"{erasures.append(erasures.read(options['register'])):,} erasures taken in")
        try:
            restored = backup.restore(options["file"], replace=options["yes"], now=clock.now())
        except (backup.Refused, ProgramMissing, DatabaseError, OSError) as error:
            raise CommandError(f"not restored: {error}", returncode=2) from error
        made, chain = restored.manifest, restored.chain
        self.stdout.write(
            f"restored {sum(made.counts.values()):,} rows of {made.made} (version {made.version})"
        )
        self.stdout.write(f"{chain.sealed:,} sealed events verified, {chain.erased_details:,} details erased")
        for note in restored.notes:
            self.stdout.write(note)
        if restored.faults:
            raise CommandError("restored with faults: " + "; ".join(restored.faults[:10]), returncode=1)
