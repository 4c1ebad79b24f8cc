"""A process that writes events: `python -m tests.reliability.writing`. Tests talk to it by `Writer`.

For each line `{"record_id": .., "unit_id": .., "subject": [kind, id], "count": n}` on standard input it records n
events with a detail each, one transaction an event, and answers `{"ids": [...], "committed": seconds}`. An empty line
makes it write on its own until the next line; the answer to that line then counts these events too.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


class Writer:
    """The other end: starts the process in a stack's environment. Use as a context manager."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.writing"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        assert self._answer() == {"ready": True}

    def write(self, count: int = 1, **order: Any) -> dict[str, Any]:
        """Returns the ids and the moment of the last commit (`time.time()`)."""
        self._say(json.dumps({"subject": ["thing", 1], **order, "count": count}))
        return self._answer()

    def write_on(self) -> None:
        """Write without pause until the next `write`."""
        self._say("")

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        return dict(json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process.wait(20)


def main() -> None:
    import select
    import time

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    from django.db import transaction

    from guanxi.core import clock, events
    from guanxi.core.access import system

    def one(record_id: int | None = None, unit_id: int | None = None, subject: Any = ("thing", 1)) -> int:
        event = events.Event(
            "thing.happened", system("test"), clock.now(), tuple(subject), record_id, unit_id,
            data={"code": "C-1"}, detail={"text": "一句话 😀"},
        )  # fmt: skip
        with transaction.atomic():
            return events.record(event)[0].id

    print(json.dumps({"ready": True}), flush=True)
    ids: list[int] = []
    while line := sys.stdin.readline():
        if not line.strip():
            while not select.select([sys.stdin], [], [], 0)[0]:
                ids.append(one())
            continue
        order = json.loads(line)
        ids += [one(**order) for _ in range(order.pop("count"))]
        print(json.dumps({"ids": ids, "committed": time.time()}), flush=True)
        ids = []


if __name__ == "__main__":
    main()
