"""Small demo worlds."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from guanxi.core.access import system
from guanxi.core.models import Unit
from guanxi.packs.club import world
from guanxi.packs.playing import Seeded
from guanxi.work import queries as teams

Seed = Callable[..., Seeded]
CUSTOMERS = 80
CASES = 40 + 15 + 2 + 3  # letters, disputes under way, settled ones, mails


@pytest.fixture(autouse=True)
def _fresh_teams(settings: Any, tmp_path: Path) -> Iterator[None]:
    """No team of another test's organisation, and an anchor file of one's own."""
    settings.GUANXI_HOME = tmp_path
    teams.forget_book()
    yield
    teams.forget_book()


@pytest.fixture
def seed(now: datetime, db: None) -> Seed:
    """`seed()` builds the world of a slice of 80 customers."""

    def make(language: str = "zh-hans") -> Seeded:
        return world.seed_now(
            actor=system("test"), now=now, language=language, slice_customers=CUSTOMERS, settled=1, plans=()
        )

    return make


@pytest.fixture
def root(seed: Seed) -> Unit:
    """The root unit of a seeded world."""
    seed()
    return Unit.objects.get(code="club")
