"""`guanxi doctor`: what is sound and what is not."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from guanxi.core import clock, doctor


class Command(BaseCommand):
    help = "Check database, event chain, jobs, worker, search, disk and mail. Exit code 1 when something is at fault."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument("--quick", action="store_true", help="without walking the whole chain")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = []
        for check in doctor.examine(now=clock.now(), walk_chain=not options["quick"]):
            checks.append(check)
            if not options["json"]:
                self.stdout.write(self._line(check))
        faults = sum(check.state == doctor.State.FAULT for check in checks)
        if options["json"]:
            found = {"sound": not faults, "checks": [asdict(check) for check in checks]}
            self.stdout.write(json.dumps(found, ensure_ascii=False, default=str))
        if faults:
            raise SystemExit(1)

    def _line(self, check: doctor.Check) -> str:
        style = {
            doctor.State.OK: self.style.SUCCESS,
            doctor.State.WARNING: self.style.WARNING,
            doctor.State.FAULT: self.style.ERROR,
        }[check.state]
        return f"{style(f'{check.state:<8}')} {check.name:<9} {check.message}"
