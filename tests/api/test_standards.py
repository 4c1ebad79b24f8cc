"""Quality standards by the generated client: read, drafted, commented, judged; goods in dispute measured."""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from guanxi_client import Guanxi, Problem

from guanxi.cases.models import Measurement
from guanxi.core import clock
from guanxi.core.models import Role
from guanxi.trade.actions import standards
from guanxi.trade.models import Assessment, OrderLine, StandardVersion
from guanxi.trade.queries.standards import declare
from tests.api.conftest import RIGHTS, Connect
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens
from tests.disputes import Dispute, give_deposit, open_dispute, publish
from tests.measured import CONTENT, DAY, GOOD, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(clock_stands: None, now: datetime) -> StandardVersion:
    return phone(now)


@pytest.fixture
def maker(owner: Staffer, published: StandardVersion, connect: Connect) -> Guanxi:
    """A token of somebody who makes standards."""
    rights = {**RIGHTS, "trade.standards": "all"}
    Role.objects.filter(code="integrator").update(rights=rights)
    return connect(rights)


def consult(now: datetime) -> None:
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    standards.open_consultation(actor=SYSTEM, now=now, reference="phone@2", until=now + 9 * DAY)


def refused(error: pytest.ExceptionInfo[Problem]) -> tuple[int, str]:
    return error.value.status, error.value.code


def test_any_token_reads_what_is_public(published: StandardVersion, crm: Guanxi, now: datetime) -> None:
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    [one] = crm.list_standards()["items"]
    assert (one["code"], one["category"], [row["citation"] for row in one["versions"]]) == (
        "phone",
        "phones",
        ["phone@1"],
    )
    assert crm.get_standard("phone") == one
    whole = crm.get_version("phone", 1)
    assert whole["content"] == CONTENT
    assert whole["digest"] == standards.digest_of(CONTENT)
    for look in (lambda: crm.get_version("phone", 2), lambda: crm.get_standard("hat")):
        with pytest.raises(Problem) as error:
            look()
        assert refused(error) == (404, "not_found")


def test_a_version_on_its_way(maker: Guanxi, now: datetime) -> None:
    draft = maker.draft_version("phone", body={})
    assert (draft["citation"], draft["state"], draft["content"]) == ("phone@2", "draft", CONTENT)
    changed = deepcopy(CONTENT)
    changed["parameters"][0]["limits"]["B"]["max"] = 5
    maker.get_version("phone", 2)
    seen = maker.etag
    assert maker.change_draft("phone", 2, body={"content": changed}, if_match=seen)["version"] == 2
    with nothing_happens(), pytest.raises(Problem) as stale:
        maker.change_draft("phone", 2, body={"content": CONTENT}, if_match=seen)
    assert stale.value.status == 412
    changed["parameters"][1]["unit"] = "percent"
    with nothing_happens(), pytest.raises(Problem) as wrong:
        maker.change_draft("phone", 2, body={"content": changed})
    assert list(wrong.value.fields) == ["parameters.1.unit"]
    with nothing_happens(), pytest.raises(Problem) as early:
        maker.step_version("phone", 2, "publish", body={})
    assert refused(early) == (409, "wrong_state")
    until = (now + 9 * DAY).isoformat()
    assert maker.step_version("phone", 2, "consult", body={"until": until})["state"] == "consultation"
    said = maker.add_comment("phone", 2, body={"text": "Too strict", "about": "scratches"})
    assert (said["author"], said["answered"]) == ("Owner", None)
    with nothing_happens(), pytest.raises(Problem) as elsewhere:
        maker.answer_comment("phone", 1, said["id"], body={"text": "No"})
    assert elsewhere.value.status == 404
    assert maker.answer_comment("phone", 2, said["id"], body={"text": "Noted"})["answer"] == "Noted"
    with clock.at(now + 9 * DAY):
        assert maker.step_version("phone", 2, "publish", body={})["state"] == "published"
        assert maker.step_version("phone", 2, "end", body={})["state"] == "superseded"
    [comment] = maker.list_comments("phone", 2)["items"]
    assert (comment["about"], comment["answer"]) == ("scratches", "Noted")


def test_who_makes_standards(published: StandardVersion, crm: Guanxi, owner: Staffer, now: datetime) -> None:
    consult(now)
    said = standards.comment_on(actor=owner.actor, now=now, reference="phone@2", text="Too strict")
    panel = standards.open_panel(actor=SYSTEM, now=now, reference="phone@1").public_id
    assert crm.list_panels("phone")["items"] == []
    with nothing_happens():
        for status, call in (
            (403, lambda: crm.draft_version("phone", body={})),
            (403, lambda: crm.change_draft("phone", 2, body={"content": CONTENT})),
            (403, lambda: crm.step_version("phone", 2, "recall", body={})),
            (403, lambda: crm.answer_comment("phone", 2, said.public_id, body={"text": "No"})),
            (403, lambda: crm.end_panel(panel, "close")),
            (404, lambda: crm.get_panel(panel)),
            (404, lambda: crm.assess(panel, body={"expert": 1, "specimen": 1, "grade": "A"})),
        ):
            with pytest.raises(Problem) as error:
                call()
            assert error.value.status == status


def test_an_expert_judges_by_their_token(
    published: StandardVersion, crm: Guanxi, owner: Staffer, now: datetime
) -> None:
    panel = standards.open_panel(actor=SYSTEM, now=now, reference="phone@1").public_id
    standards.add_expert(actor=SYSTEM, now=now, panel=panel, user=owner.user)
    standards.add_expert(actor=SYSTEM, now=now, panel=panel, name="Dr Ye")
    standards.add_specimen(actor=SYSTEM, now=now, panel=panel, name="No. 1")
    values: dict[str, bool | int | float | str] = {
        "scratches": 4,
        "battery": 85.5,
        "unlocked": True,
        "housing": "worn",
    }
    found = crm.assess(panel, body={"expert": 1, "specimen": 1, "grade": "B", "values": values})
    assert found["specimens"][0]["assessments"][0]["values"] == values
    assert Assessment.objects.get().values == values
    with nothing_happens(), pytest.raises(Problem) as other:
        crm.assess(panel, body={"expert": 2, "specimen": 1, "grade": "B"})
    assert other.value.status == 403
    with nothing_happens(), pytest.raises(Problem) as wrong:
        crm.assess(panel, body={"expert": 1, "specimen": 1, "grade": "Z", "values": {"scratches": 1.5}})
    assert sorted(wrong.value.fields) == ["grade", "scratches"]


def test_a_closed_panel_tells_no_grades(maker: Guanxi, now: datetime) -> None:
    panel = standards.open_panel(actor=SYSTEM, now=now, reference="phone@1").public_id
    standards.add_specimen(actor=SYSTEM, now=now, panel=panel, name="No. 1")
    assert maker.get_panel(panel)["state"] == "open"
    with nothing_happens(), pytest.raises(Problem) as few:
        maker.end_panel(panel, "publish")
    assert few.value.status == 409
    assert maker.end_panel(panel, "close")["state"] == "closed"
    assert len(maker.get_panel(panel)["specimens"]) == 1
    Role.objects.filter(code="integrator").update(rights=RIGHTS)
    assert maker.get_panel(panel)["specimens"] == []


@pytest.fixture
def dispute(published: StandardVersion, buyer: Shopper, seller: Shopper, now: datetime) -> Dispute:
    """A phone sold as B by phone@1, complained of and contested."""
    said = declare(version_ref="phone@1", grade="B", values=GOOD, now=now)
    OrderLine.objects.filter(order__number="A-1001").update(declaration=said)
    publish(now)
    give_deposit(seller.record_id, 200_000, now)
    return open_dispute(now, against=seller.record_id, contact=buyer.contact, order="A-1001", amount=8_800)


def test_goods_in_dispute_are_measured(dispute: Dispute, crm: Guanxi) -> None:
    made = crm.measure(dispute.number, 1, body={"values": {"scratches": 14, "unlocked": True}})
    assert (made["citation"], made["declared"], made["found"], made["worse"]) == ("phone@1", "B", "C", 1)
    assert (made["remedy"], made["share"], made["amount_minor"], made["currency"]) == (
        "partial_refund",
        0.2,
        1_760,
        "CNY",
    )
    assert made["differences"] == [
        {
            "parameter": "scratches",
            "declared": 4,
            "found": 14,
            "min": None,
            "max": 10.0,
            "among": [],
            "critical": False,
        }
    ]
    assert crm.list_measurements(dispute.number, 1)["items"] == [made]
    assert Measurement.objects.get().values == {"scratches": 14, "unlocked": True}


def test_what_is_not_measured(dispute: Dispute, crm: Guanxi, connect: Connect) -> None:
    reader = connect({"cases.view": "all"})
    tries: list[tuple[Guanxi, dict[str, bool | int | float | str], int, list[str]]] = [
        (crm, {"scratches": "many", "weight": 3}, 422, ["scratches", "weight"]),
        (crm, {}, 422, ["body.values"]),
        (reader, {"scratches": 14}, 403, []),
    ]
    for client, values, status, fields in tries:
        assert client.list_measurements(dispute.number, 1) == {"items": []}
        with nothing_happens(), pytest.raises(Problem) as error:
            client.measure(dispute.number, 1, body={"values": values})
        assert error.value.status == status
        assert sorted(error.value.fields or {}) == fields


NAME = {"zh-hans": "平板电脑", "en": "Tablets"}


def test_from_a_category_to_a_panel_that_agrees(maker: Guanxi, owner: Staffer, now: datetime) -> None:
    for _ in range(2):  # under the same code the same category
        assert maker.add_standard_category(body={"code": "tablets", "name": NAME}) == {
            "code": "tablets",
            "name": NAME,
        }
    assert [one["code"] for one in maker.list_standard_categories()["items"]] == ["phones", "tablets"]
    made = maker.add_standard(
        body={"category": "tablets", "code": "tablet", "name": NAME}, idempotency_key="s"
    )
    assert (made["code"], made["versions"]) == ("tablet", [])
    again = maker.add_standard(
        body={"category": "tablets", "code": "tablet", "name": NAME}, idempotency_key="s"
    )
    assert again == made
    panel = maker.open_panel("phone", body={"number": 1})
    assert (panel["citation"], panel["state"], panel["experts"]) == ("phone@1", "open", [])
    panel = maker.add_expert(panel["id"], body={"user": owner.user.public_id})
    panel = maker.add_expert(panel["id"], body={"name": "Tao", "about": "Repairs phones"})
    panel = maker.add_expert(panel["id"], body={"name": "Mei"})
    assert [one["place"] for one in panel["experts"]] == [1, 2, 3]
    for name in ("First", "Second"):
        panel = maker.add_specimen(panel["id"], body={"name": name})
    for specimen, grade in ((1, "A"), (2, "C")):
        for expert in (1, 2, 3):
            maker.assess(panel["id"], body={"expert": expert, "specimen": specimen, "grade": grade})
    done = maker.end_panel(panel["id"], "publish")
    assert (done["state"], done["alpha"], [one["median"] for one in done["specimens"]]) == (
        "published", 1.0, ["A", "C"],
    )  # fmt: skip


def test_a_panel_without_agreement_is_closed(maker: Guanxi, now: datetime) -> None:
    panel = maker.open_panel("phone", body={"number": 1})["id"]
    with nothing_happens(), pytest.raises(Problem) as error:
        maker.end_panel(panel, "publish")
    assert refused(error) == (409, "specimens")
    assert maker.end_panel(panel, "close")["state"] == "closed"
    with nothing_happens(), pytest.raises(Problem) as error:
        maker.add_expert(panel, body={"name": "Tao"})
    assert refused(error) == (409, "wrong_state")


def test_what_cannot_be_added(maker: Guanxi, crm: Guanxi, now: datetime) -> None:
    """Wrong codes, what is taken, a draft; and nobody without the right adds anything."""
    consult(now)
    tries: tuple[tuple[Callable[[Guanxi], Any], tuple[int, str]], ...] = (
        (
            lambda to: to.add_standard(body={"category": "hats", "code": "hat", "name": NAME}),
            (422, "category"),
        ),
        (
            lambda to: to.add_standard(body={"category": "phones", "code": "phone", "name": NAME}),
            (422, "code"),
        ),
        (
            lambda to: to.add_standard(body={"category": "phones", "code": "desk", "name": NAME}),
            (422, "code"),
        ),
        (lambda to: to.add_standard_category(body={"code": "Hats!", "name": NAME}), (422, "code")),
        (
            lambda to: to.add_standard_category(body={"code": "hats", "name": {"en": "Hats"}}),
            (422, "name_zh"),
        ),
        (lambda to: to.open_panel("phone", body={"number": 3}), (404, "")),
    )
    maker.list_standards()
    crm.list_standards()  # their tokens were used: that is noted once
    for attempt, (status, field) in tries:
        with nothing_happens(), pytest.raises(Problem) as error:
            attempt(maker)
        assert error.value.status == status
        assert field in (error.value.fields or {"": ""})
        with nothing_happens(), pytest.raises(Problem) as error:
            attempt(crm)
        assert error.value.status == 403
