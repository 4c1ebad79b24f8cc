"""Real programs for real tests: PostgreSQL, Postfix, Chromium and Guanxi's own processes, started and stopped here."""

import os
import shutil
from typing import NoReturn

import pytest


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


def dies_with_parent(signal_name: str) -> list[str]:
    """A command prefix that ends the child when this process is killed, where the system offers one."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", signal_name, "--"] if setpriv else []
