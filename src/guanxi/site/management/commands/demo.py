"""`guanxi demo`: everything at once on this machine: tables, demo world, web, live and worker."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.models import Job
from guanxi.packs import jobs
from guanxi.packs.club import world
from guanxi.packs.club.cast import DEMO_PASSWORD
from guanxi.site import demo_start
from guanxi.site.management.commands.init import upgrade


class Command(BaseCommand):
    help = "Start a demo world with web, live and worker; prints addresses and sign-ins. Ctrl+C ends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        demo_start.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if upgrade():
            self.stdout.write("Tables are ready.")
        language = demo_start.LANGUAGES[options["lang"]]
        seeded = world.seed_now(actor=system("demo"), now=now(), language=language)
        if seeded.fresh:
            self.stdout.write(
                f"{seeded.customers} customers and {seeded.cases} cases are there; the rest loads now."
            )
        if options["prepare"]:
            return
        _load_rest()
        told = _sign_ins(seeded.signs_in)
        demo_start.write_stamp(options["lang"], told)
        self.stdout.flush()
        demo_start.begin(language=language, port=options["port"], once=options["once"], told=told)


def _load_rest() -> None:
    """The mass history loads in the worker, once."""
    path = f"{jobs.load_history.func.__module__}.{jobs.load_history.func.__name__}"
    if not Job.objects.filter(task=path).exclude(state=Job.State.FAILED).exists():
        jobs.load_history.enqueue(world.CODE)


def _sign_ins(people: Sequence[tuple[str, str, str]]) -> str:
    lines = [f"  {username:<12} {name} ({role})" for username, name, role in people]
    return "\n".join([f"Sign-ins, all with the password {DEMO_PASSWORD}:", *lines])
