"""`guanxi demo`: everything at once on this machine: tables, demo world, web, live and worker."""

import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.models import Job
from guanxi.packs import jobs
from guanxi.packs.club import world
from guanxi.packs.club.cast import DEMO_PASSWORD
from guanxi.site.management.commands.init import upgrade

LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Command(BaseCommand):
    help = "Start a demo world with web, live and worker; prints addresses and sign-ins. Ctrl+C ends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--lang", choices=sorted(LANGUAGES), default="zh", help="language of the demo world"
        )
        parser.add_argument("--pack", choices=["club"], default="club")
        parser.add_argument("--port", type=int, default=8000, help="web; the live stream takes the next one")
        parser.add_argument("--prepare", action="store_true", help="make the world, start nothing")
        parser.add_argument(
            "--once", action="store_true", help="start, try one complaint from end to end, stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if upgrade():
            self.stdout.write("Tables are ready.")
        language = LANGUAGES[options["lang"]]
        seeded = world.seed_now(actor=system("demo"), now=now(), language=language)
        if seeded.fresh:
            self.stdout.write(
                f"{seeded.customers} customers and {seeded.cases} cases are there; the rest loads now."
            )
        if options["prepare"]:
            return
        _load_rest()
        web, live = _free_ports(options["port"])
        os.environ.update(
            GUANXI_DEMO="1",
            GUANXI_LANG=language,
            GUANXI_BASE_URL=f"http://127.0.0.1:{web}",
            GUANXI_LIVE_URL=f"http://127.0.0.1:{live}/live",
        )
        self.stdout.write(_sign_ins(seeded.signs_in))
        self.stdout.flush()
        words = [
            "-P",
            "-m",
            "guanxi.site.processes",
            str(web),
            str(live),
            *(["once"] if options["once"] else []),
        ]
        os.execv(sys.executable, [sys.executable, *words])  # noqa: S606  a watcher of a few MiB takes over


def _load_rest() -> None:
    """The mass history loads in the worker, once."""
    path = f"{jobs.load_history.func.__module__}.{jobs.load_history.func.__name__}"
    if not Job.objects.filter(task=path).exclude(state=Job.State.FAILED).exists():
        jobs.load_history.enqueue(world.CODE)


def _free_ports(first: int) -> tuple[int, int]:
    """The first two neighbouring ports nobody listens on."""
    for port in range(first, first + 200, 2):
        if _is_free(port) and _is_free(port + 1):
            return port, port + 1
    raise SystemExit(f"no free ports from {first} on: choose others with --port")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _sign_ins(people: Any) -> str:
    lines = [f"  {username:<12} {name} ({role})" for username, name, role in people]
    return "\n".join([f"Sign-ins, all with the password {DEMO_PASSWORD}:", *lines])
