"""`guanxi backup [FILE]`: database, event anchor and files in one archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from guanxi.core import backup, clock
from guanxi.core.libpq import ProgramMissing


class Command(BaseCommand):
    help = "Write one archive with database, event anchor and files. Others may work on meanwhile."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="without it: GUANXI_HOME/backups/guanxi-TIME.tar.gz"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        target: Path = options["file"] or backup.default_target(now)
        try:
            made = backup.backup(target.absolute(), now=now)
        except (backup.Refused, ProgramMissing, DatabaseError, OSError) as error:
            raise CommandError(f"no backup was made: {error}") from error
        rows, size = sum(made.counts.values()), target.stat().st_size
        self.stdout.write(
            f"{target}: {rows:,} rows in {len(made.counts)} tables, {made.head_seq:,} sealed events,"
            f" {size / 2**20:,.1f} MiB"
        )
