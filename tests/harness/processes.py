"""Guanxi's own processes - web, live, worker - started for real against a given database, killed and measured."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil

from tests.harness import start

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 60
NAMES = ("web", "live", "worker")


_HELD: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody else is given as long as this process lives: held by a socket that never listens.

    Granian shares its port with whoever allows it (SO_REUSEPORT), so that two stacks on one port would answer for
    each other.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    holder = socket.socket()
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        holder.setsockopt(socket.SOL_SOCKET, option, 1)
    holder.bind(("127.0.0.1", port))
    _HELD.append(holder)
    return port


def wait_for_port(
    port: int, process: subprocess.Popen[bytes], *, seconds_max: float = START_SECONDS_MAX
) -> bool:
    """True once something listens on the port; False when the process ended or time ran out."""
    end = time.monotonic() + seconds_max
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def guanxi(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one command to its end in `environment`; raises `RuntimeError` with its output when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "guanxi", *arguments],
        cwd=ROOT, env=dict(environment), capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"guanxi {' '.join(arguments)}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done


class Stack:
    """web, live and worker over one database and one GUANXI_HOME. Use as a context manager, or `start` and `stop`."""

    def __init__(self, *, database_url: str, home: Path, extra: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.ports = {"web": free_port(), "live": free_port()}
        self.url = f"http://127.0.0.1:{self.ports['web']}"
        self.live_url = f"http://127.0.0.1:{self.ports['live']}/live"
        self.environment = {
            **os.environ,
            "GUANXI_HOME": str(home),
            "GUANXI_DATABASE_URL": database_url,
            "GUANXI_BASE_URL": self.url,
            "GUANXI_LIVE_URL": self.live_url,
            "GUANXI_PLAIN_LOGS": "1",
            **(extra or {}),
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *arguments: str) -> str:
        """Run one command, e.g. `run("doctor")`, and return what it printed."""
        return guanxi(*arguments, environment=self.environment).stdout

    def start(self, *names: str) -> Self:
        """Start the named processes (all three without names) and wait until the servers answer."""
        for name in names or NAMES:
            self._spawn(name)
        for name in names or NAMES:
            self._ready(name)
        return self

    def _spawn(self, name: str) -> None:
        command = {"web": ["serve", "--port", str(self.ports["web"])],
                   "live": ["live", "--port", str(self.ports["live"])],
                   "worker": ["worker"]}[name]  # fmt: skip
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = start(
                "TERM", [sys.executable, "-m", "guanxi", *command],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def _ready(self, name: str) -> None:
        process = self.processes[name]
        answers = wait_for_port(self.ports[name], process) if name in self.ports else process.poll() is None
        if not answers or (name == "web" and not self._healthy()):
            self.stop()
            raise RuntimeError(f"{name} did not start: {self.log(name)[-4000:]}")

    def _healthy(self) -> bool:
        end = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return True
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.1)
        return False

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(errors="replace")

    def kill(self, name: str) -> None:
        """SIGKILL for the process and all its children, at once."""
        self._end(name, signal.SIGKILL)

    def terminate(self, name: str, *, seconds_max: float = 20) -> int:
        """SIGTERM, then wait; returns the exit code, kills and raises `TimeoutError` when it does not end."""
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGTERM)
        try:
            return process.wait(seconds_max)
        except subprocess.TimeoutExpired as error:
            self.kill(name)
            raise TimeoutError(f"{name} did not end: {self.log(name)[-2000:]}") from error

    def _end(self, name: str, number: int) -> None:
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        process.wait(20)

    def pss_mib(self) -> dict[str, float]:
        """Proportional memory of each process with its children, in MiB."""
        return {name: _pss_bytes(process.pid) / 2**20 for name, process in self.processes.items()}

    def stop(self) -> None:
        """End everything: politely first, then by force."""
        for process in self.processes.values():
            process.terminate()
        psutil.wait_procs(
            [psutil.Process(p.pid) for p in self.processes.values() if p.poll() is None], timeout=8
        )
        for name in list(self.processes):
            self._end(name, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _pss_bytes(pid: int) -> int:
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return sum(each.memory_full_info().pss for each in family)
