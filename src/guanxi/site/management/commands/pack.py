"""`guanxi pack check FOLDER`: every fault of a pack with file and line, or what is in it and how long its procedure takes."""

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanxi.cases.rules import longest
from guanxi.cases.rules.policy import CaseKind, Policy
from guanxi.packs.install import role_faults
from guanxi.packs.loader import FOLDER, Pack, check

LANGUAGE = "en"


class Command(BaseCommand):
    help = "Check a pack: a folder of TOML files (docs/packs.md). Needs no database and changes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["check"])
        parser.add_argument("folder", help="the pack's folder, or the name of a pack that comes with Guanxi")

    def handle(self, *args: Any, **options: Any) -> None:
        place = Path(options["folder"])
        if not place.is_dir():
            place = FOLDER / options["folder"]
        if not place.is_dir():
            raise CommandError(f"there is no folder {options['folder']}")
        pack, faults = check(place.resolve())
        faults = [*faults, *role_faults(pack)]
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} to mend in {place.name}")
        for line in summary(pack):
            self.stdout.write(line)


TRADING = ("lines", "flows", "stages", "carriers", "troubles")


def summary(pack: Pack) -> list[str]:
    """What a sound pack holds, and the longest path of each kind of case."""
    teams = sum(unit.kind == "team" for unit in pack.units)
    counts = {"units": len(pack.units), "teams among them": teams, "roles": len(pack.roles)}
    lines = [
        f"{pack.code}: {_listed(counts | {'products': len(pack.products)})}; {', '.join(pack.languages)}"
    ]
    if pack.trading is not None:
        lines.append(f"trade.toml: {_listed({name: len(pack.trading[name]) for name in TRADING})}")
    if pack.procedure is None:
        return [*lines, "no cases.toml: every case is a plain request"]
    policy = Policy.from_json(pack.procedure)
    parts = {
        "issues": policy.issues,
        "remedies": policy.remedies,
        "rules": policy.rules,
        "grounds of rejection": policy.rejections,
        "causes": policy.causes,
        "penalties": policy.penalties,
    }
    sizes = {name: len(part) for name, part in parts.items()}
    lines.append(f"cases.toml: {_listed(sizes)}; {policy.currency}")
    return [*lines, *(path_of(kind) for kind in policy.kinds.values())]


def path_of(kind: CaseKind) -> str:
    """The longest way from the complaint to its decision: every limit used up, the complainant's own time not counted."""
    alone, asked = (
        longest.longest(kind, consultation=consultation).elapsed for consultation in (False, True)
    )
    return f"  {kind.name.get(LANGUAGE) or kind.code}: decided within {_days(alone)}, with a consultation {_days(asked)}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _days(span: timedelta) -> str:
    return f"{span / timedelta(days=1):.1f} d"
