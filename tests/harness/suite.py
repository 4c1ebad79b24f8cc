"""What must be settled before Django starts: the database, GUANXI_HOME, and that no test reaches the network."""

import atexit
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.harness import memory, migrated
from tests.harness.postgres import Cluster

SHARED = "GUANXI_TEST_SHARED"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def wanted_database(arguments: Sequence[str]) -> str:
    """`--database X` or `--database=X` on the command line, else "" (read early: Django's settings need it)."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--database="):
            return argument.partition("=")[2]
        if argument == "--database" and place + 1 < len(arguments):
            return arguments[place + 1]
    return ""


def prepare(arguments: Sequence[str]) -> None:
    """Set the environment of this test process and start Django in it; xdist's workers inherit the choice.

    Raises `RuntimeError` when settings were read before: their secret and database would not be these.
    """
    from django.conf import settings

    if settings.configured:
        raise RuntimeError("unset DJANGO_SETTINGS_MODULE: the tests choose the settings' environment first")
    _keep_bytecode()
    if not WORKER:
        os.environ[SHARED] = str(_folder("gx-run-"))
        _choose_database(wanted_database(arguments))
    os.environ["GUANXI_HOME"] = tempfile.mkdtemp(prefix="home-", dir=shared())
    os.environ["GUANXI_UNDO_SEND_S"] = "0"  # nobody thinks again: answers are mailed at once
    os.environ["GUANXI_SECRET_KEY"] = "only-for-tests-" * 4
    os.environ.setdefault("GUANXI_LOG_LEVEL", "WARNING")
    os.environ.pop("GUANXI_SMTP_URL", None)
    _start_django()


def _keep_bytecode() -> None:
    """Where Python is told to keep none, keep it in the environment's own folder: a run starts a hundred processes."""
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(Path(sys.prefix) / "bytecode")


def _choose_database(kind: str) -> None:
    if kind == "sqlite" or not (kind or _is_postgresql()):
        os.environ.pop("GUANXI_DATABASE_URL", None)
    elif _is_postgresql():  # a server that is not ours
        atexit.register(migrated.drop_all, shared())
    else:
        cluster = Cluster().start()
        atexit.register(cluster.stop)
        os.environ["GUANXI_DATABASE_URL"] = cluster.url("guanxi")


def _is_postgresql() -> bool:
    return urlsplit(os.environ.get("GUANXI_DATABASE_URL", "")).scheme.startswith("postgres")


def _folder(prefix: str) -> Path:
    """One that goes when this process ends, in memory where there is some: SQLite then syncs for free."""
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=memory()))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def shared() -> Path:
    """The folder that all processes of this run know."""
    return Path(os.environ[SHARED])


def _start_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "guanxi.site.settings"
    import django
    from django.conf import settings
    from django.test import TransactionTestCase

    # The real one takes 0.2 s a sign-in, on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()
    TransactionTestCase._fixture_teardown = lambda self: migrated.empty()  # type: ignore[attr-defined]
    _look_for_static_files_once()
    # xdist's workers inherit the environment: with this in it pytest-django would read the settings before our own.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def _look_for_static_files_once() -> None:
    """Every test client makes its middleware anew; WhiteNoise would walk and stat all static files each time."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    found: dict[str, Any] = {}
    real = WhiteNoiseMiddleware.add_files_from_finders

    def add(self: WhiteNoiseMiddleware) -> None:
        if not found:
            real(self)
            found.update(self.files)
        self.files = dict(found)

    WhiteNoiseMiddleware.add_files_from_finders = add


def is_loopback(address: Any) -> bool:
    """Whether a socket address stays on this machine (Unix sockets do)."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_network() -> None:
    """From now on a connection that would leave this machine fails at once, naming the address."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if not is_loopback(address):
            raise ConnectionRefusedError(f"tests stay on this machine; refused: {address!r}")
        real(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign,assignment]


def command_line() -> list[str]:
    return sys.argv[1:]
