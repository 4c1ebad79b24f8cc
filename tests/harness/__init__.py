"""Real programs for real tests: PostgreSQL, Postfix, Chromium and Guanxi's own processes, started and stopped here."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import pytest

MEMORY_BYTES_MIN = 2 * 2**30


def memory() -> Path | None:
    """A folder in memory, where nothing waits for a disk; None where there is none with room."""
    folder = Path("/dev/shm")
    if not os.access(folder, os.W_OK):
        return None
    room = os.statvfs(folder)
    return folder if room.f_bavail * room.f_frsize >= MEMORY_BYTES_MIN else None


class Missing(Exception):
    """A program the test needs is not installed; the message says what to install."""


def program(name: str, package: str, *folders: str) -> str:
    """The path of an installed program, or raise `Missing` naming its Debian package."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *folders]))
    if found is None:
        raise Missing(f"{name} is not installed (Debian: apt-get install {package})")
    return found


def skip(missing: Missing) -> NoReturn:
    """Skip with the reason; where everything is required (.ci/run), fail instead."""
    if os.environ.get("GUANXI_TEST_REQUIRE_ALL"):
        pytest.fail(str(missing), pytrace=False)
    pytest.skip(str(missing))


# The system ends such a child with the *thread* that started it: this one lives as long as the process.
_STARTER = ThreadPoolExecutor(1, "starter")


def start(signal_name: str, command: Sequence[Any], **options: Any) -> "subprocess.Popen[bytes]":
    """`Popen`, in a session of its own, that gets the signal when this process is killed, where the system offers that.

    May be called in a thread that ends before the child.
    """
    setpriv = shutil.which("setpriv")
    prefix = [setpriv, "--pdeathsig", signal_name, "--"] if setpriv else []

    def begin() -> "subprocess.Popen[bytes]":
        return subprocess.Popen([*prefix, *command], start_new_session=True, **options)

    return _STARTER.submit(begin).result()
