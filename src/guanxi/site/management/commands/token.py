"""`guanxi token`: make or revoke a key for another system."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.errors import Invalid
from guanxi.core.models import Unit, User
from guanxi.core.tokens import issue_token, revoke_token


class Command(BaseCommand):
    help = "Make an API token (printed once), or --revoke one by its id."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="who uses it; with --revoke the token's id (T-...)")
        parser.add_argument(
            "--right", action="append", default=[], help="RIGHT or RIGHT:SCOPE (default all); repeat"
        )
        parser.add_argument(
            "--unit", default="", help="code of the unit that scopes other than all are meant for"
        )
        parser.add_argument(
            "--days", type=int, default=90, help="valid for so many days, at most 731; 0 for ever"
        )
        parser.add_argument(
            "--owner", default="", help="user name of whoever it acts for; without one, the house"
        )
        parser.add_argument("--reason", default="", help="with --days 0: why it must never expire")
        parser.add_argument("--revoke", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        moment = now()
        if options["revoke"]:
            if not revoke_token(actor=system("token"), now=moment, public_id=options["name"]):
                raise CommandError("no such token, or revoked already")
            return
        rights = {
            right: scope or "all" for right, _, scope in (one.partition(":") for one in options["right"])
        }
        unit = Unit.objects.filter(code=options["unit"]).first() if options["unit"] else None
        if options["unit"] and unit is None:
            raise CommandError(f"no unit {options['unit']}")
        owner = User.objects.filter(username=options["owner"]).first() if options["owner"] else None
        if options["owner"] and owner is None:
            raise CommandError(f"no member of staff {options['owner']}")
        try:
            _, secret = issue_token(
                actor=system("token"),
                now=moment,
                name=options["name"],
                rights=rights,
                unit_id=unit.id if unit else None,
                owner=owner,
                reason=options["reason"],
                expires=moment + timedelta(days=options["days"]) if options["days"] else None,
            )
        except Invalid as error:
            raise CommandError(" ".join(str(words) for words in error.fields.values())) from error
        self.stdout.write(secret)
