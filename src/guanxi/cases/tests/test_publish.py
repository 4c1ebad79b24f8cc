"""A version of the procedure is published once, numbered, and never changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases.actions.publishing import publish_procedure
from guanxi.cases.models import Procedure
from guanxi.cases.queries import procedures
from guanxi.cases.rules import machine, policy
from guanxi.core.access import EVERYTHING, PUBLIC, Actor, Kind, system
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.models import Event
from tests.disputes import POLICY

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
CONTENT: dict[str, Any] = {
    "currency": "CNY",
    "kinds": {"complaint": {"name": {"en": "Complaint"}, "role": "member"}},
    "remedies": {"apology": {"name": {"en": "Apology"}, "shape": "none"}},
    "issues": {"manners": {"name": {"en": "Manners"}, "kind": "complaint", "remedies": ["apology"]}},
}


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    procedures.forget_policy()
    yield
    procedures.forget_policy()


def publish(now: datetime, content: dict[str, Any] = CONTENT, actor: Actor = SYSTEM) -> Procedure:
    return publish_procedure(actor=actor, now=now, content=content, origin="pack:test")


def test_the_same_twice_is_one_version(now: datetime) -> None:
    first = publish(now)
    again = publish(now + timedelta(days=1), dict(reversed(CONTENT.items())))
    assert (first.number, again.id, Procedure.objects.count()) == (1, first.id, 1)
    event = Event.objects.get()
    assert (event.type, event.subject_kind, event.subject_id) == (
        "case.procedure_published",
        "procedure",
        first.id,
    )
    assert event.data == {
        "number": 1,
        "digest": first.digest,
        "table": machine.table_hash(),
        "origin": "pack:test",
    }


def test_kinds_stay_in_the_order_they_were_published_in(now: datetime) -> None:
    """PostgreSQL sorts the keys of what it keeps; people choose from lists in the order the pack gives."""
    turned = {**POLICY, "issues": dict(reversed(POLICY["issues"].items()))}
    for content in (POLICY, turned):
        publish(now, content)
        procedures.forget_policy()
        current = procedures.current()
        assert current is not None
        for key in policy.SECTIONS:
            assert list(getattr(current, key)) == list(content.get(key, {})), key
    assert Procedure.objects.count() == 2
    again = publish(now, procedures.get_procedure().content)  # as it is kept: nothing new
    assert (again.number, Procedure.objects.count()) == (2, 2)


def test_a_change_and_a_change_back_are_versions_of_their_own(now: datetime) -> None:
    other = {**CONTENT, "currency": "EUR"}
    numbers = [publish(now, content).number for content in (CONTENT, other, CONTENT)]
    assert numbers == [1, 2, 3]
    assert [row.content["currency"] for row in procedures.list_procedures()] == ["CNY", "EUR", "CNY"]
    current = procedures.current()
    assert current is not None
    assert current.number == 3


def test_a_new_table_makes_a_new_version_of_the_same_content(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(now)
    monkeypatch.setattr(machine, "table_hash", lambda: "another")
    second = publish(now)
    assert (second.number, second.content) == (2, first.content)
    assert second.digest != first.digest


def test_what_is_no_procedure_is_not_published(now: datetime) -> None:
    with pytest.raises(TypeError):
        publish(now, {**CONTENT, "remedies": {"apology": {"nam": {}}}})
    with pytest.raises(KeyError):
        publish(now, {"kinds": {}})
    assert not Procedure.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [(PUBLIC, SignInNeeded), (Actor(kind=Kind.STAFF, rights={"cases.head": EVERYTHING}), Denied)],
)
def test_only_who_may_change_settings(now: datetime, actor: Actor, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        publish(now, actor=actor)
    assert not Procedure.objects.exists()
    assert not Event.objects.exists()
