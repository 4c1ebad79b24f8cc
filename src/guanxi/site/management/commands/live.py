"""`guanxi live`: server-sent events for open pages."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Tell open pages what has changed (server-sent events), until SIGTERM or SIGINT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001)

    def handle(self, *args: Any, **options: Any) -> None:
        """Replaces this process: the live process needs a third of what all rooms weigh in memory."""
        command = [sys.executable, "-P", "-m", "guanxi.site.live", options["host"], str(options["port"])]
        os.execv(sys.executable, command)  # noqa: S606 - our own program, no shell
