"""Every route x method x actor, generated from the URL configuration and held against `matrix.toml`. Promise 21.

Each cell says the exact status; where nothing may happen it also says that nothing did: no row of any table changed.
"""

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from guanxi.core.models import Event
from tests.security.calls import CALLS, METHODS, route_of, send
from tests.security.routes import routes
from tests.security.world import ACTORS, STAFF, TOKENS, World

Cells = dict[str, dict[str, dict[str, int]]]
TABLE: Cells = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text())
GROUPS = {
    "staff": frozenset(STAFF) - {"inactive"},
    "customers": frozenset({"customer", "other_customer"}),
    "visitors": frozenset({"public", "link", "inactive", *TOKENS}),
}
# What a request may write besides business: that somebody is signed in or failed to.
NOT_BUSINESS = {"django_session", "axes_accessattempt", "axes_accessfailurelog", "people_signincode"}
# Whether a method exists depends on the route alone, and HEAD takes the way of GET: a few actors are enough to see it.
PROBES = ("public", "customer", "administrator", "token")


def expected(key: str, method: str, actor: str) -> int:
    """The cell of the table; HEAD is GET of a page, and what is not named is not allowed."""
    is_operation = key.startswith("api/") and not key.endswith(".json")
    cell = TABLE[key].get("GET" if method == "HEAD" and not is_operation else method)
    if cell is None:
        return 405
    group = next(name for name, members in GROUPS.items() if actor in members)
    return next(cell[name] for name in (actor, group, "all") if name in cell)


def counts() -> dict[str, int]:
    """Rows of every business table, in one statement."""
    tables = sorted({model._meta.db_table for model in apps.get_models()} - NOT_BUSINESS)
    quoted = (f"SELECT '{table}', COUNT(*) FROM \"{table}\"" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(quoted))
        return dict(cursor.fetchall())


class Caller:
    """One actor who tries cells, each as if it were the first: whatever a cell did is undone."""

    def __init__(self, world: World, actor: str) -> None:
        self.world, self.actor = world, actor
        self._client = world.client(actor)
        self._cookies = deepcopy(self._client.cookies)
        self._before = counts()

    def wrong_at(self, key: str, method: str) -> str:
        """Call one cell; says what was wrong, or nothing."""
        self._client.cookies = deepcopy(self._cookies)
        here = transaction.savepoint()
        try:
            status = send(self._client, method, key, self.world).status_code
            after = counts()
        finally:
            transaction.savepoint_rollback(here)
        wanted = expected(key, method, self.actor)
        if status != wanted:
            return f"{method} {key!r} as {self.actor}: {status}, expected {wanted}"
        if after != self._before and (method in ("GET", "HEAD") or status >= 400):
            changed = {table: count - self._before[table] for table, count in after.items()}
            changed = {table: more for table, more in changed.items() if more}
            return f"{method} {key!r} as {self.actor}: {status}, and yet {changed}"
        return ""


def test_every_route_is_in_the_table() -> None:
    known = {route_of(key) for key in CALLS}
    assert set(routes()) == known
    assert set(CALLS) == set(TABLE)


@pytest.mark.parametrize("actor", ACTORS)
def test_what_each_actor_may(world: World, actor: str, settings: Any, long: bool) -> None:
    settings.API_PER_MINUTE = 0  # more refusals here than one address may collect in a minute
    caller = Caller(world, actor)
    wrong = [
        caller.wrong_at(key, method)
        for key in CALLS
        for method in METHODS
        if actor in PROBES or (expected(key, method, actor) != 405 and (long or method != "HEAD"))
    ]
    assert [line for line in wrong if line] == []


def test_a_route_without_an_entry_fails(world: World) -> None:
    with pytest.raises(KeyError):
        expected("brand/new/", "GET", "public")


def test_denied_leaves_no_event(world: World) -> None:
    """The counts above look at every table; this names the one that must never lie."""
    before = Event.objects.count()
    for actor in ("public", "other_customer", "trainee", "stranger", "token_without", "token_expired"):
        send(world.client(actor), "POST", "cases/<slug:number>/<slug:verb>/", world)
        send(world.client(actor), "POST", "api/v1/cases/<number>/<verb>", world)
    assert Event.objects.count() == before
