"""`guanxi demo`: everything at once on this machine: tables, demo world, web, live and worker."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.models import Job
from guanxi.packs import jobs
from guanxi.packs.cast import DEMO_PASSWORD
from guanxi.packs.install import OtherPack, ensure_free_for
from guanxi.packs.worlds import WORLDS
from guanxi.site import demo_start
from guanxi.site.management.commands.init import upgrade


class Command(BaseCommand):
    help = "Start a demo world with web, live and worker; prints addresses and sign-ins. Ctrl+C ends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        demo_start.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        asked = Namespace(**options)
        demo_start.check(asked)
        if upgrade():
            self.stdout.write("Tables are ready.")
        _ensure_free(options["pack"])
        language, pack = demo_start.LANGUAGES[options["lang"]], options["pack"]
        seeded = WORLDS[pack].seed_now(actor=system("demo"), now=now(), language=language)
        if seeded.fresh:
            self.stdout.write(
                f"{seeded.customers} customers and {seeded.cases} cases are there; the rest loads now."
            )
        if options["prepare"]:
            return
        _load_rest(pack)
        told = _sign_ins(seeded.signs_in) + _customers(seeded.customers_sign_in)
        demo_start.write_stamp(options["lang"], pack, told)
        self.stdout.flush()
        demo_start.begin(language=language, asked=asked, told=told)


def _ensure_free(pack: str) -> None:
    try:
        ensure_free_for(pack)
    except OtherPack as other:
        raise CommandError(
            f"This data folder holds the pack {other}. Start it with --pack {other}, or give this one a folder"
            f" of its own: GUANXI_HOME=/path/to/another guanxi demo --pack {pack}"
        ) from other


def _load_rest(pack: str) -> None:
    """The mass history loads in the worker, once."""
    path = f"{jobs.load_history.func.__module__}.{jobs.load_history.func.__name__}"
    if not Job.objects.filter(task=path).exclude(state=Job.State.FAILED).exists():
        jobs.load_history.enqueue(pack)


def _sign_ins(people: Sequence[tuple[str, str, str]]) -> str:
    lines = [f"  {username:<12} {name} ({role})" for username, name, role in people]
    return "\n".join([f"Sign-ins, all with the password {DEMO_PASSWORD}:", *lines])


def _customers(people: Sequence[tuple[str, str, str]]) -> str:
    """Buyers and sellers sign in with a code, which a demo shows among what would have been sent."""
    if not people:
        return ""
    lines = [f"  {email:<32} {name} ({does})" for name, does, email in people]
    return "\n".join(["\nCustomers sign in at /my/sign-in/, the code is at /outbox/:", *lines])
