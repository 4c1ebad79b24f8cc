"""A world with every kind of actor: in the test's own transaction, or in the database of real processes."""

import json
import subprocess
import sys

import pytest

from guanxi.core import clock
from guanxi.core.figures import forget_lately
from guanxi.work.queries import forget_book
from tests.harness.processes import ROOT, Stack
from tests.security.world import World, build

_BUILD = """
import json, django
django.setup()
from guanxi.core import clock
from tests.security.world import build
world = build(clock.now())
print(json.dumps({"token": world.secrets["token"], "link": world.link}))
"""


@pytest.fixture
def world(db: None) -> World:
    forget_book()
    forget_lately()
    return build(clock.now())


def build_in(stack: Stack) -> dict[str, str]:
    """The same world for a running site; gives its `token` and the signed `link` of a case."""
    environment = {
        **stack.environment,
        "DJANGO_SETTINGS_MODULE": "guanxi.site.settings",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", _BUILD], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    made: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return made
