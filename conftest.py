"""Loaded before any test module, in the rooms as under tests/: chooses the database and starts Django on it."""

import pytest
from hypothesis import HealthCheck, settings

from tests.harness import Missing, suite

try:
    suite.prepare(suite.command_line())
except Missing as missing:
    pytest.exit(str(missing), returncode=3)
suite.refuse_network()

pytest_plugins = ["tests.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("guanxi")
    group.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        help="default: what GUANXI_DATABASE_URL says, else sqlite",
    )
    group.addoption("--long", action="store_true", help="drills at their full counts")
    group.addoption(
        "--second-database",
        action="store_true",
        help="the suite has run on another one: leave out what would only do the same again",
    )


def pytest_configure(config: pytest.Config) -> None:
    """How slow the machine is fails no property, and the ordinary suite tries the same examples every time: a new fault
    found by chance belongs to `--long`, not to somebody else's change."""
    settings.register_profile(
        "guanxi",
        deadline=None,
        derandomize=not config.getoption("--long"),
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("guanxi")


def pytest_report_header() -> str:
    from django.db import connection

    return f"database: {connection.vendor}"


# What a test asks for that needs a database. A test without any of them is the same on each.
DATABASES = frozenset({"db", "transactional_db", "databases", "postgres", "vendor"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `long` without --long, and on a second database what the first has shown already."""
    if config.getoption("--long"):
        return
    second = config.getoption("--second-database")
    out = [item for item in items if item.get_closest_marker("long") or (second and _is_shown_by_one(item))]
    if out:
        items[:] = [item for item in items if item not in set(out)]
        config.hook.pytest_deselected(items=out)


def _is_shown_by_one(item: pytest.Item) -> bool:
    asks = item.get_closest_marker("django_db") or DATABASES & set(getattr(item, "fixturenames", ()))
    return not asks or item.get_closest_marker("one_database") is not None
