"""A world with every kind of actor: around the tests' own transactions, or in the database of real processes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

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


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for a file: it takes half a second. The transactions of the tests nest in this one."""
    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
        forget_book()
        made = build(clock.now())
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def world(built: World, db: None) -> World:
    """The world as it was built, whatever the test before did to it."""
    forget_book()
    forget_lately()
    return deepcopy(built)


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
