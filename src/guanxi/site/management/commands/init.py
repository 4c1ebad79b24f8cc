"""`guanxi init`: a database ready for work: tables and the pack's organisation."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.packs.install import OtherPack, ensure_free_for, install
from guanxi.packs.loader import PackError, load
from guanxi.people import jobs as people_jobs
from guanxi.people import queries as people


class Command(BaseCommand):
    help = "Create or upgrade the tables and install the pack's teams and roles. Safe to run again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pack", default=settings.PACK)

    def handle(self, *args: Any, **options: Any) -> None:
        upgrade()
        try:
            ensure_free_for(options["pack"])
            install(actor=system("init"), now=now(), pack=load(options["pack"]))
        except PackError as error:
            raise CommandError(str(error)) from error
        except OtherPack as other:
            raise CommandError(
                f"This data folder holds the pack {other}: one house, one pack (GUANXI_PACK)"
            ) from other


def upgrade() -> bool:
    """Run the migrations that are due; whether there were any."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    if people.count_without_keys():  # of an older version: the worker gives them theirs
        people_jobs.refill_keys.enqueue()
    return True
