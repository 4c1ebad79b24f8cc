"""Fixtures for every test: a fixed moment, who plays in it, and the real programs around Guanxi."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from playwright.sync_api import Browser
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker

from guanxi.cases.queries import procedures, suggesting
from guanxi.core import options
from guanxi.trade.queries import rulesets
from tests.harness import Missing, migrated, skip, suite
from tests.harness.browser import chromium
from tests.harness.demos import Demos
from tests.harness.mail import Dovecot, Postfix, hanging_server
from tests.harness.postgres import Cluster
from tests.harness.processes import Stack

pytest_plugins = ["tests.cast"]
StackMaker = Callable[..., Stack]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> None:
    """pytest-django's, but for a copy of what one process of the run has migrated."""
    with django_db_blocker.unblock():
        migrated.use_copy(suite.shared(), suite.WORKER or "alone")


@pytest.fixture
def now() -> datetime:
    """Tuesday 3 March 2026, 10:00 in Shanghai: an ordinary working morning."""
    return datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def settings_stand_still() -> None:
    """Run-time settings hold their defaults and are not read anew: tests count statements."""
    options.forget(stand_still=True)
    suggesting.forget(stand_still=True)
    procedures.forget_policy()
    rulesets.forget_rules()
    translation.activate("en")  # not the language of whoever asked for the last page of the test before


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether drills run at their full counts."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def vendor() -> str:
    """The suite's database, "sqlite" or "postgresql", for tests that use it by other ways than our fixtures."""
    return str(connection.vendor)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A durable cluster (fsync on) of one's own, for drills that kill it. Skips without PostgreSQL."""
    cluster = Cluster(durable=True)
    try:
        cluster.start()
    except Missing as missing:
        cluster.stop()
        skip(missing)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Postfix]:
    """A real Postfix; `mail_server.url` is a GUANXI_SMTP_URL. Skips without Postfix or root."""
    server = Postfix()
    try:
        server.start()
    except Missing as missing:
        server.stop()
        skip(missing)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def imap_server(mail_server: Postfix) -> Iterator[Dovecot]:
    """A real Dovecot over what `mail_server` delivers to help@ and shop@house.example. Skips without it."""
    server = Dovecot()
    try:
        server.start(mail_server.mail)
    except Missing as missing:
        server.stop()
        skip(missing)
    yield server
    server.stop()


@pytest.fixture
def hanging_mail_server() -> Iterator[str]:
    """The GUANXI_SMTP_URL of a server that accepts and never answers."""
    with hanging_server() as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Skips where it is not installed."""
    # Playwright keeps a loop in this thread, which Django takes for asynchronous code; nothing here is. It ends with the
    # file, so that other tests of this process have none.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    try:
        with chromium() as running:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            yield running
    except Missing as missing:
        skip(missing)
    finally:
        if before is None:
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


class Databases:
    """Fresh migrated databases of the suite's kind, outside its own: copies of one that was migrated once."""

    def __init__(self, folder: Path, cluster: Cluster | None) -> None:
        self._folder, self._cluster, self._count = folder, cluster, 0
        if cluster:
            source = make_conninfo(
                os.environ["GUANXI_DATABASE_URL"], dbname=migrated.template(suite.shared())
            )
            cluster.load("template_gx", source=source)
        else:
            self._file = migrated.file(suite.shared())

    def new(self) -> str:
        """The address of another database with every table and no row of ours."""
        self._count += 1
        if self._cluster:
            return self._cluster.create(f"stack_{self._count}", template="template_gx")
        target = self._folder / f"stack_{self._count}.sqlite3"
        shutil.copy(self._file, target)
        return f"sqlite:///{target}"


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Databases:
    """Durable databases outside the suite's own, for real processes (kill drills, journeys, backups)."""
    cluster = request.getfixturevalue("postgres") if connection.vendor == "postgresql" else None
    with django_db_blocker.unblock():
        return Databases(tmp_path_factory.mktemp("databases"), cluster)


@pytest.fixture
def make_stack(databases: Databases, tmp_path: Path) -> Iterator[StackMaker]:
    """`make_stack(extra={...})` gives a `Stack` over a fresh database, not started; it is stopped after the test."""
    made: list[Stack] = []

    def make(extra: dict[str, str] | None = None) -> Stack:
        home = tmp_path / f"home{len(made)}"
        home.mkdir()
        made.append(Stack(database_url=databases.new(), home=home, extra=extra))
        return made[-1]

    yield make
    for stack in made:
        stack.stop()


@pytest.fixture(scope="module")
def make_demo(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demos]:
    """`make_demo("zh")` gives a `Stack` of the demo, not started; it is stopped after the file's tests."""
    demos = Demos(tmp_path_factory.mktemp("demos"), suite.shared(), databases.new)
    yield demos
    demos.stop()


@pytest.fixture
def stack(make_stack: StackMaker) -> Stack:
    """web, live and worker, running over a fresh database."""
    return make_stack().start()
