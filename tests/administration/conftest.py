"""An administrator, an auditor and an operator of machines beside the cast."""

from collections.abc import Iterator

import pytest

from guanxi.core import options
from guanxi.core.models import Role
from guanxi.work.queries import forget_book
from tests.cast import Hire, Organisation, Staffer

ROLES = {
    "administrator": dict.fromkeys(
        ("site.settings", "site.audit", "site.monitor", "site.retention", "people.view", "cases.view", "work.view",
         "channels.view", "channels.outbox", "people.contacts"),
        "all",
    ),
    "auditor": {"site.audit": "all"},
    "branch-auditor": {"site.audit": "branch"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def house(organisation: Organisation) -> Iterator[None]:
    """The roles of this folder; settings as they come."""
    for code, rights in ROLES.items():
        Role.objects.create(code=code, name={"en": code, "zh-hans": code}, rights=rights)
    yield
    options.forget(stand_still=True)
    forget_book()


@pytest.fixture
def boss(hire: Hire) -> Staffer:
    return hire("boss", "administrator", "east")


@pytest.fixture
def auditor(hire: Hire) -> Staffer:
    """Reads the trail and nothing else."""
    return hire("auditor", "auditor")
