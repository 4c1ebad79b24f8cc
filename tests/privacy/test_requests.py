"""The register of requests about data: taken in, extended, refused, carried out, each by whoever may."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from guanxi.core import clock, holds, lists
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.lists import exports
from guanxi.core.models import Event
from guanxi.core.personal import Way
from guanxi.people import queries
from guanxi.people.actions import privacy, state_consent
from guanxi.people.models import PersonExport, PrivacyMark, PrivacyRequest
from guanxi.people.queries.privacy import may_contact
from tests.cast import SEES, Shopper, Staffer, _token, complain, english, nothing_happens, work_off
from tests.privacy.conftest import EMAIL, FILE_WORDS, NAME, WORDS, Traced

pytestmark = pytest.mark.django_db


def ask(who: Staffer, now: datetime, shopper: Shopper, kind: str = "deletion", **more: Any) -> PrivacyRequest:
    return privacy.open_request(
        actor=who.actor, now=now, public_id=shopper.public_id, kind=kind, channel="letter", **more
    )


def test_the_limit_follows_the_law_and_is_extended_once(
    officer: Staffer, buyer: Shopper, now: datetime
) -> None:
    row = ask(officer, now, buyer, law="gdpr")
    assert (row.due.date().isoformat(), row.state) == ("2026-04-03", "open")
    assert ask(officer, now, buyer).public_id == row.public_id  # the same asked again
    longer = privacy.extend(actor=officer.actor, now=now, public_id=row.public_id, why="three systems abroad")
    assert longer.due.date().isoformat() == "2026-06-03"
    for moment in (now, now + timedelta(days=200)):
        with nothing_happens(), pytest.raises(Conflict):
            privacy.extend(actor=officer.actor, now=moment, public_id=row.public_id, why="again")
    pipl = ask(officer, now, buyer, kind="access")
    assert (pipl.law, pipl.due.date().isoformat()) == ("pipl", "2026-03-24")


def test_only_whoever_answers_such_requests(
    officer: Staffer, agent: Staffer, stranger: Staffer, buyer: Shopper, now: datetime
) -> None:
    row = ask(officer, now, buyer)
    for actor in (agent.actor, stranger.actor):
        with nothing_happens():
            for act in (
                lambda who: ask_as(who, now, buyer),
                lambda who: privacy.refuse(actor=who, now=now, public_id=row.public_id, why="no"),
                lambda who: privacy.carry_out(actor=who, now=now, public_id=row.public_id, deed="restrict"),
                lambda who: privacy.restrict(actor=who, now=now, public_id=buyer.public_id, why="no"),
                lambda who: privacy.forget(actor=who, now=now, public_id=buyer.public_id, way=Way.ERASE),
                lambda who: privacy.ask_copy(actor=who, now=now, public_id=buyer.public_id, language="en"),
            ):
                with pytest.raises((Denied, NotFound)):
                    act(actor)
    assert agent.client.get("/privacy/").status_code == 403


def ask_as(actor: Any, now: datetime, shopper: Shopper) -> PrivacyRequest:
    return privacy.open_request(
        actor=actor, now=now, public_id=shopper.public_id, kind="access", channel="web"
    )


@pytest.mark.parametrize("typed", ["", "C-00000-00000"])
def test_erasing_needs_the_number_typed(officer: Staffer, buyer: Shopper, now: datetime, typed: str) -> None:
    row = ask(officer, now, buyer)
    with nothing_happens(), pytest.raises(Invalid):
        privacy.carry_out(actor=officer.actor, now=now, public_id=row.public_id, deed="erase", typed=typed)


def test_a_hold_or_an_open_case_stands_before_it(officer: Staffer, buyer: Shopper, now: datetime) -> None:
    row = ask(officer, now, buyer)
    case = complain(now, actor=buyer.actor).case
    act: Any = {
        "actor": officer.actor,
        "now": now,
        "public_id": row.public_id,
        "deed": "erase",
        "typed": buyer.public_id,
    }
    with nothing_happens(), pytest.raises(Conflict) as refused:
        privacy.carry_out(**act)
    assert case.number in str(refused.value.detail)
    holds.place(actor=officer.actor, now=now, kind="customer", code=buyer.public_id, why="court")
    with nothing_happens(), pytest.raises(Conflict, match="held"):
        privacy.carry_out(**act)
    page = officer.client.get(f"/privacy/{row.public_id}/erase/").content.decode()
    assert case.number in page
    assert 'name="typed"' not in page


def test_restricting_keeps_them_out_of_letters_exports_and_proposals(
    officer: Staffer, agent: Staffer, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    row = ask(officer, now, buyer, kind="restriction")
    done = privacy.carry_out(actor=officer.actor, now=now, public_id=row.public_id, deed="restrict")
    assert (done.state, done.by) == ("done", officer.user.public_id)
    assert [fact.code for fact in may_contact(buyer.customer_id, "service", "email")] == ["gate.restricted"]
    assert may_contact(seller.customer_id, "service", "email") == []
    sent = exports.send(actor=agent.actor, now=now, listing=lists.get("customers"), query="columns=name")
    assert "王小明" not in (text := sent.body.read().decode("utf-8-sig"))
    assert "Li Hua" in text
    assert "restricted" in agent.client.get(f"/customers/{buyer.public_id}/").content.decode()
    privacy.lift_restriction(actor=officer.actor, now=now, public_id=buyer.public_id, why="their word")
    assert may_contact(buyer.customer_id, "service", "email") == []


def test_the_gate_is_one(buyer: Shopper, officer: Staffer, now: datetime) -> None:
    def why(purpose: str = "marketing") -> list[str]:
        return [fact.code for fact in may_contact(buyer.customer_id, purpose, "email")]

    assert why() == ["gate.no_consent"]
    yes = {("marketing", "email"): True}
    state_consent(actor=buyer.actor, now=now, record_id=buyer.record_id, statements=yes, source="web")
    assert why() == []
    privacy.object_to_all(actor=officer.actor, now=now, public_id=buyer.public_id, why="by telephone")
    assert (why(), why("service")) == (["gate.objected"], [])


def test_pages_carry_a_request_from_letter_to_erasure(
    officer: Staffer, buyer: Shopper, now: datetime
) -> None:
    client = officer.client
    made = client.post("/privacy/new/", {
        "key": "k1", "customer": buyer.public_id, "kind": "deletion", "law": "pipl", "channel": "letter", "note": "Please.",
    })  # fmt: skip
    row = PrivacyRequest.objects.get()
    assert (made.status_code, made["Location"]) == (303, f"/privacy/{row.public_id}/")
    assert "Erase" in client.get(made["Location"]).content.decode()
    assert row.public_id in client.get("/privacy/").content.decode()
    preview = client.get(f"/privacy/{row.public_id}/erase/").content.decode()
    assert buyer.public_id in preview
    wrong = client.post(f"/privacy/{row.public_id}/erase/", {"key": "k2", "typed": "no"})
    assert wrong.status_code == 422
    done = client.post(f"/privacy/{row.public_id}/erase/", {"key": "k3", "typed": buyer.public_id})
    assert done.status_code == 303
    row.refresh_from_db()
    assert (row.state, row.note, row.outcome) == ("done", "", "Erased.")
    assert PrivacyMark.objects.get(customer_id=buyer.customer_id).erased == now
    assert "王小明" not in client.get(done["Location"]).content.decode()
    assert Event.objects.get(type="person.erased").data["request"] == row.public_id


def test_a_copy_holds_everything_and_only_its_maker_fetches_it(
    traced: Traced, officer: Staffer, hire: Any, now: datetime
) -> None:
    export = privacy.ask_copy(
        actor=officer.actor, now=now, public_id=traced.customer.public_id, language="zh-hans"
    )
    work_off()
    export.refresh_from_db()
    assert export.state == "ready"
    link = f"/privacy/copies/{privacy.link_key(export)}/"
    body = b"".join(officer.client.get(link).streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("data.html").decode()
        files = [name for name in archive.namelist() if name.startswith("files/")]
        assert archive.read(files[0]).decode() == FILE_WORDS
    known = json.dumps(data, ensure_ascii=False)
    for marker in (NAME, EMAIL, WORDS, "A-77001", traced.case):
        assert marker in known
        assert marker in page
    assert data["customer"] == traced.customer.public_id
    assert {"people.records", "channels.messages", "trade.orders", "core.events"} <= {
        one["code"] for one in data["holdings"]
    }
    assert "src=" not in page
    assert "<link" not in page
    assert 'lang="zh-Hans"' in page
    other = hire("second officer", "privacy")
    assert other.client.get(link).status_code == 404
    assert english().get(link).status_code in (302, 401)
    with clock.at(now + timedelta(days=8)):
        assert officer.client.get(link).status_code == 404
        privacy.sweep_copies(now=clock.now())
    assert PersonExport.objects.get().state == "expired"
    assert queries.records_of(traced.customer.id)


def test_over_the_api(organisation: Any, buyer: Shopper, now: datetime) -> None:
    machine = _token("gx_test_token_of_requests", {**SEES, "people.privacy": "all"}, None, now)
    client = Client(headers=machine.headers)
    asked = {"customer": buyer.public_id, "kind": "deletion", "law": "gdpr", "channel": "email"}

    def post(path: str, body: dict[str, Any], key: str) -> Any:
        return client.post(
            f"/api/v1/privacy{path}", body, content_type="application/json", headers={"Idempotency-Key": key}
        )

    made = [post("/requests", asked, "k").json() for _ in range(2)]
    assert made[0] == made[1]
    number = made[0]["id"]
    assert [one["id"] for one in client.get("/api/v1/privacy/requests").json()["items"]] == [number]
    may = f"/api/v1/privacy/may-contact?customer={buyer.public_id}&channel=email&purpose="
    assert client.get(f"{may}service").json() == {"may": True, "reasons": []}
    assert client.get(f"{may}marketing").json() == {
        "may": False,
        "reasons": ["no consent for promotion by e-mail"],
    }
    wrong = post(f"/requests/{number}/do", {"deed": "erase"}, "e1")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["typed"])
    done = post(f"/requests/{number}/do", {"deed": "erase", "typed": buyer.public_id}, "e2")
    assert (done.status_code, done.json()["state"]) == (200, "done")
    again = post(f"/requests/{number}/do", {"deed": "refuse", "why": "late"}, "e3")
    assert (again.status_code, again.json()["code"]) == (409, "closed")
