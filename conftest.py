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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `long` run with --long only, those marked `one_database` on PostgreSQL with --long only."""
    if config.getoption("--long"):
        return
    from django.db import connection

    left = {"long"} if connection.vendor == "sqlite" else {"long", "one_database"}
    out = [item for item in items if any(item.get_closest_marker(name) for name in left)]
    if out:
        items[:] = [item for item in items if item not in set(out)]
        config.hook.pytest_deselected(items=out)
