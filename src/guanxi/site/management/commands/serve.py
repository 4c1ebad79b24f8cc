"""`guanxi serve`: the web process."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from guanxi.site.processes import web_command


class Command(BaseCommand):
    help = "Serve pages and API. One process on SQLite, any number on PostgreSQL."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--workers", type=int, default=0, help="0: one on SQLite, one per core on PostgreSQL"
        )
        parser.add_argument("--threads", type=int, default=4, help="requests each process works on at once")

    def handle(self, *args: Any, **options: Any) -> None:
        workers = options["workers"] or (1 if connection.vendor == "sqlite" else os.cpu_count() or 1)
        command = web_command(options["host"], options["port"], workers=workers, threads=options["threads"])
        sys.stdout.flush()
        os.execv(command[0], command)  # noqa: S606  granian takes over: no second interpreter in memory
