"""A throw-away PostgreSQL cluster on a Unix socket, run by an unprivileged user when we are root."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.harness import Missing, memory, program, start

START_SECONDS_MAX = 30
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def _unprivileged() -> dict[str, Any]:
    """`subprocess` arguments: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise Missing("PostgreSQL cannot run as root and neither user postgres nor nobody exists")


def _program(name: str) -> str:
    folders = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    return program(name, "postgresql", *folders)


class Cluster:
    """One cluster, in memory where there is some: what is killed is the server, not the machine under it. `durable` keeps
    what the kill drills need (fsync and whole pages in the log); without it the plain suite is faster."""

    def __init__(self, *, durable: bool = False, parent: Path | None = None) -> None:
        self._options = {} if durable else FAST
        self._as_user = _unprivileged()
        self._folder = Path(tempfile.mkdtemp(prefix="gx-pg-", dir=parent or memory()))
        self._data = self._folder / "data"
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Make and start the cluster; raises `Missing` without PostgreSQL, `RuntimeError` with its log if it fails."""
        initdb, self._postgres = _program("initdb"), _program("postgres")
        if self._as_user:
            os.chown(self._folder, self._as_user["user"], self._as_user["group"])
        made = subprocess.run(
            [initdb, "-D", self._data, "-U", "guanxi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            cwd=self._folder, capture_output=True, text=True, **self._as_user,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(made.stderr)
        return self.restart()

    def restart(self) -> Self:
        """Start the server on the existing data, e.g. after `kill`."""
        options = {"listen_addresses": "", "unix_socket_directories": str(self._folder), **self._options}
        command = [self._postgres, "-D", str(self._data)]
        for name, value in {"max_connections": "200", "timezone": "UTC", **options}.items():
            command += ["-c", f"{name}={value}"]
        with (self._folder / "log").open("ab") as log:
            self._server = start("INT", command, cwd=self._folder, stdout=log, stderr=log, **self._as_user)
        self._wait()
        return self

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError as error:
                if self._server is None or self._server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self._folder / "log").read_text()) from error
                time.sleep(0.05)

    def url(self, name: str) -> str:
        """The address of a database, as GUANXI_DATABASE_URL takes it."""
        return f"postgresql://guanxi@/{name}?host={self._folder}"

    def create(self, name: str, *, template: str = "template0") -> str:
        """Make a database (a copy of `template`) and return its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.url(name)

    def load(self, name: str, *, source: str) -> None:
        """Make a database that holds what the one at `source` does."""
        dump = subprocess.run([_program("pg_dump"), source], capture_output=True, check=True).stdout
        command = [_program("psql"), "-q", "-v", "ON_ERROR_STOP=1", self.create(name)]
        subprocess.run(command, input=dump, stdout=subprocess.DEVNULL, check=True)

    def drop(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def kill(self) -> None:
        """SIGKILL for the whole server, as a power cut would; `restart` recovers it."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Stop the server and remove every file. Safe to call twice."""
        self._signal(signal.SIGINT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _signal(self, number: int) -> None:
        server, self._server = self._server, None
        if server is None or server.poll() is not None:
            return
        if number == signal.SIGKILL:
            os.killpg(server.pid, number)
        else:
            server.send_signal(number)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
