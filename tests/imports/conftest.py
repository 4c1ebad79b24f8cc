"""Who imports: a keeper of data with the rights of all kinds, and one who may see their own imports only."""

import pytest

from guanxi.core.models import Role
from tests.cast import SEES, Hire, Organisation, Staffer

RIGHTS = {**SEES, "trade.import": "all", "channels.import": "all", "imports.use": "all"}


@pytest.fixture
def keeper(organisation: Organisation, hire: Hire) -> Staffer:
    Role.objects.create(code="keeper", name={"en": "keeper"}, rights=RIGHTS)
    return hire("keeper", "keeper", "east")


@pytest.fixture
def beginner(organisation: Organisation, hire: Hire) -> Staffer:
    """May import, and sees nobody else's imports."""
    Role.objects.create(code="beginner", name={"en": "beginner"}, rights={**SEES, "imports.use": "own"})
    return hire("beginner", "beginner", "east")
