"""The API against its own OpenAPI document: whatever fits it and whatever does not gets a documented answer, never a 5xx.

Promise 22. Every example runs in a savepoint of its test's transaction, against the WSGI application; `--long` tries
far more of them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from guanxi.site.api import api
from guanxi.site.wsgi import application
from tests.security.world import World

EXAMPLES, EXAMPLES_LONG = 25, 800
# What an id in a path names, where it is no customer's.
THERE = {
    "orders": "sale", "market/shops": "shop", "market": "listing", "shops": "shop", "listings": "listing",
    "questions": "question", "remittances": "slip", "purchases": "purchase", "batches": "batch",
}  # fmt: skip
# Left out: that all data fitting the schema is taken (a contact nobody can be reached by fits it and is refused), and
# that all other data is refused (query parameters nobody declared are passed over).
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
OPERATIONS = {one.ok().label: one.ok() for one in DOCUMENT.get_all_operations() if isinstance(one, Ok)}


@pytest.fixture(autouse=True)
def _one_transaction(world: World) -> Iterator[None]:
    """Requests here are part of the test's transaction: their end must not close its connection."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    request_started.disconnect(reset_queries)
    yield
    request_started.connect(reset_queries)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_the_document_names_every_operation() -> None:
    paths = api.get_openapi_schema()["paths"]
    assert len(OPERATIONS) == sum(len(operations) for operations in paths.values()) >= 50


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "not fitting"]
)
def test_answers_are_documented(world: World, label: str, mode: GenerationMode) -> None:
    _try(world, label, mode, EXAMPLES)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("label", OPERATIONS)
def test_answers_are_documented_long(world: World, label: str) -> None:
    """The drill .ci/run picks from time to time."""
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        _try(world, label, mode, EXAMPLES_LONG)


def _try(world: World, label: str, mode: GenerationMode, count: int) -> None:
    operation = OPERATIONS[label]
    headers = {"Authorization": f"Bearer {world.secrets['token']}"}
    someone = world.names[next((name for part, name in THERE.items() if f"/{part}/" in label), "buyer")]
    known = {"number": world.case.number, "public_id": someone}
    if "/stages/{code}" in label:
        known["code"] = "pack"
    wanted = {name: known[name] for name in known if f"{{{name}}}" in label}
    cases = operation.as_strategy(generation_mode=mode)
    if wanted and mode is GenerationMode.POSITIVE:  # half of them about something that is there
        cases = st.one_of(cases, operation.as_strategy(path_parameters=wanted))

    @settings(
        max_examples=count, deadline=None, database=None, derandomize=True,
        phases=[Phase.explicit, Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases)
    def holds(case: "schemathesis.Case[Any]") -> None:
        here = transaction.savepoint()
        try:
            case.call_and_validate(headers=headers, checks=CHECKS)
        finally:
            transaction.savepoint_rollback(here)

    holds()
