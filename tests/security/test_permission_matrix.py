"""Every route x method x actor, generated from the URL configuration and held against `matrix.toml`. Promise 21.

Each cell says the exact status; where nothing may happen it also says that nothing did: no row of any table changed.
"""

import tomllib
from pathlib import Path

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
# Whether a method exists depends on the route alone: a few actors are enough to see it.
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


def cell(world: World, actor: str, key: str, method: str) -> str:
    """Call one cell and undo it; says what was wrong, or nothing."""
    before = counts()
    client = world.client(actor)
    here = transaction.savepoint()
    try:
        status = send(client, method, key, world).status_code
        after = counts()
    finally:
        transaction.savepoint_rollback(here)
    wanted = expected(key, method, actor)
    if status != wanted:
        return f"{method} {key!r} as {actor}: {status}, expected {wanted}"
    if after != before and (method in ("GET", "HEAD") or status >= 400):
        changed = {table: after[table] - before[table] for table in after if after[table] != before[table]}
        return f"{method} {key!r} as {actor}: {status}, and yet {changed}"
    return ""


def test_every_route_is_in_the_table() -> None:
    known = {route_of(key) for key in CALLS}
    assert set(routes()) == known
    assert set(CALLS) == set(TABLE)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("actor", ACTORS)
def test_what_each_actor_may(world: World, actor: str) -> None:
    wrong = [
        cell(world, actor, key, method)
        for key in CALLS
        for method in METHODS
        if expected(key, method, actor) != 405 or actor in PROBES
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
