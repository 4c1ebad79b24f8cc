"""`guanxi bench NAME`: the scripts of the repository's bench/ folder, one for each promise of speed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

ROOT = Path(__file__).resolve().parents[5]


def names() -> list[str]:
    """The benches there are."""
    return sorted(path.stem for path in (ROOT / "bench").glob("*.py") if path.stem != "__init__")


class Command(BaseCommand):
    help = "Run one bench of docs/promises.md by its name; its options follow (try --quick)."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """The first word names the bench; everything after it goes to the script as it is."""
        sys.exit(self._run(argv[2:]))

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("run it from the command line: guanxi bench NAME")

    def _run(self, words: list[str]) -> int:
        if not (ROOT / "bench").is_dir():
            self.stderr.write("guanxi bench needs the repository: clone it, then ./guanxi bench")
            return 1
        if not words or words[0] not in names():
            self.stdout.write("guanxi bench NAME [--quick], where NAME is one of: " + ", ".join(names()))
            return 0 if words in (["--help"], ["-h"]) else 2
        script = ROOT / "bench" / f"{words[0]}.py"
        return subprocess.run([sys.executable, script, *words[1:]], cwd=ROOT, check=False).returncode  # noqa: S603
