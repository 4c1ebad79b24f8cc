"""`guanxi purge [--full]`: take what was erased out of the database's files."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from guanxi.core.personal.purge import purge


class Command(BaseCommand):
    help = (
        "Take the bytes of what was erased out of the database's files; erasing somebody does it by itself."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--full", action="store_true", help="PostgreSQL: rewrite the tables, each locked meanwhile"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        purge(full=options["full"])
        self.stdout.write("done")
