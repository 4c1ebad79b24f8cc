"""The three processes side by side, for the demo and for a single machine: started, watched, started again when they die."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

RESTART_PAUSE_S = 0.5


def web_command(host: str, port: int, *, workers: int, threads: int) -> list[str]:
    """granian's command line. Blocking threads are always stated: its default is one per core and too few for slow clients."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads), "--backlog", "1024",
        "--respawn-failed-workers", "--no-ws", "--log-level", "warning",
        "guanxi.site.wsgi:application",
    ]  # fmt: skip


def own_command(*words: str) -> list[str]:
    """A `guanxi` command in this interpreter."""
    return [sys.executable, "-m", "guanxi", *words]


@dataclass
class Family:
    """Child processes that live and die together with us."""

    commands: dict[str, Sequence[str]]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ending: bool = False

    def start(self) -> None:
        """Start every child and take over SIGTERM and SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        for name in self.commands:
            self._start(name)

    def _start(self, name: str) -> None:
        self.children[name] = subprocess.Popen(self.commands[name], env=os.environ)  # noqa: S603  our own commands

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.ending = True

    def watch(self) -> None:
        """Until told to end: whoever dies is started again."""
        while not self.ending:
            time.sleep(RESTART_PAUSE_S)
            for name, child in self.children.items():
                if child.poll() is not None and not self.ending:
                    print(
                        f"{name} ended with {child.returncode}: starting it again",
                        file=sys.stderr,
                        flush=True,
                    )
                    self._start(name)

    def stop(self, patience_s: float = 8.0) -> None:
        """Ask, wait, insist."""
        for child in self.children.values():
            child.terminate()
        until = time.monotonic() + patience_s
        for child in self.children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def wait_until_ready(url: str, *, seconds_max: float = 30.0) -> float:
    """Seconds until `url` answers 200. Raises `TimeoutError`."""
    began = time.monotonic()
    while time.monotonic() - began < seconds_max:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own loopback address
                if answer.status == 200:
                    return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"{url} does not answer")
