"""A world with every kind of actor, standing in the test's own transaction."""

import pytest

from guanxi.core import clock
from guanxi.work.queries import forget_book
from tests.security.world import World, build


@pytest.fixture
def world(db: None) -> World:
    forget_book()
    return build(clock.now())
