"""Somebody else's ids do not exist: 404 in pages and API, and no list, search or panel shows them."""

import pytest
from django.http.response import HttpResponseBase

from guanxi.cases import actions as cases
from guanxi.cases.models import Case
from guanxi.cases.queries import link_token, search_words
from guanxi.core import clock
from guanxi.core.access import PUBLIC
from guanxi.core.search import put_many
from guanxi.people.actions import Contact
from guanxi.site.actors import customer_actor
from tests.security.world import World

PAGES = (
    "/cases/{number}/", "/customers/{buyer}/", "/my/cases/{number}/",
)  # fmt: skip
OPERATIONS = ("/api/v1/cases/{number}", "/api/v1/customers/{buyer}", "/api/v1/orders/{order}")


def _names(world: World) -> dict[str, str]:
    return {
        "number": world.case.number,
        "buyer": world.buyer.customer.public_id,
        "order": world.order.public_id,
        "item": world.item.public_id,
    }


def _body(response: HttpResponseBase) -> str:
    return str(response.content.decode())  # type: ignore[attr-defined]  # none of ours streams


def _secrets(world: World) -> tuple[str, ...]:
    """What must not stand in any answer to a stranger."""
    return (
        world.case.number,
        world.buyer.customer.public_id,
        world.buyer.name,
        "liming",
        "13912345678",
        "收货地址",
    )


@pytest.mark.parametrize("place", ["/cases/{number}/", "/customers/{buyer}/"])
def test_pages_of_another_branch_are_not_there(world: World, place: str) -> None:
    assert world.client("stranger").get(place.format(**_names(world))).status_code == 404


@pytest.mark.parametrize("place", OPERATIONS)
def test_operations_of_another_branch_are_not_there(world: World, place: str) -> None:
    assert world.client("token_abroad").get(place.format(**_names(world))).status_code == 404


@pytest.mark.parametrize("verb", ["answer", "resolve", "append", "reopen", "nonsense"])
def test_verbs_on_a_strangers_case(world: World, verb: str) -> None:
    number = world.case.number
    assert world.client("stranger").post(f"/cases/{number}/{verb}/", {"text": "x"}).status_code == 404
    assert (
        world.client("other_customer").post(f"/my/cases/{number}/{verb}/", {"text": "x"}).status_code == 404
    )
    answer = world.client("token_abroad").post(
        f"/api/v1/cases/{number}/{verb}", {"text": "x"}, content_type="application/json"
    )
    assert answer.status_code == (422 if verb == "nonsense" else 404)


def test_work_of_another_team_is_not_there(world: World) -> None:
    for verb in ("take", "put-back"):
        sent = world.client("stranger").post(f"/work/{world.item.public_id}/{verb}/", {"word": "x"})
        assert sent.status_code == 404


def test_work_in_somebody_elses_hands_cannot_be_put_back(world: World) -> None:
    assert world.client("agent").post(f"/work/{world.item.public_id}/take/").status_code == 303
    sent = world.client("supervisor").post(f"/work/{world.item.public_id}/put-back/", {"word": "x"})
    assert sent.status_code == 404


@pytest.mark.parametrize(
    "place",
    [
        "/today/", "/cases/", "/customers/", "/orders/", "/outbox/",
        "/search/?q=李明", "/search/?q=liming", "/search/?q=13912345678", "/search/?q=收货地址",
        "/search/?q={number}", "/search/?q={buyer}", "/cases/?q={number}", "/customers/?q=李明",
    ],
)  # fmt: skip
def test_lists_and_search_show_nothing_of_others(world: World, place: str) -> None:
    from guanxi.people.queries import search_words as person_words

    put_many([search_words(one) for one in Case.objects.select_related("record")])
    put_many([person_words(world.buyer)])
    sent = world.client("stranger").get(place.format(**_names(world)))
    asked = place.format(**_names(world))
    assert sent.status_code == 200
    for secret in _secrets(world):
        assert secret in asked or secret not in _body(sent), secret


@pytest.mark.parametrize(
    "place",
    ["/api/v1/cases", "/api/v1/customers", "/api/v1/orders", "/api/v1/work", "/api/v1/customers?q=李明"],
)
def test_api_lists_are_empty_abroad(world: World, place: str) -> None:
    assert world.client("token_abroad").get(place).json()["items"] == []
    assert world.client("token").get(place).json()["items"] or "q=" in place


def test_a_customer_sees_only_their_own(world: World) -> None:
    mine = _body(world.client("other_customer").get("/my/"))
    assert world.other_case.number in mine
    assert world.case.number not in mine
    assert world.client("other_customer").get(f"/my/cases/{world.case.number}/").status_code == 404


@pytest.mark.parametrize("forge", ["cut", "swapped", "other salt", "old version", "junk", "nul", "long"])
def test_forged_links_open_nothing(world: World, forge: str) -> None:
    from django.core import signing

    link, other = world.link, world.other_link
    forged = {
        "cut": link[:-3],
        "swapped": link.rpartition(":")[0] + ":" + other.rpartition(":")[2],
        "other salt": signing.dumps([world.case.public_id, 1], salt="another"),
        "old version": signing.dumps([world.case.public_id, 0], salt="guanxi.case", compress=True),
        "junk": "AAAA:BBBB:CCCC",
        "nul": "a%00b",
        "long": "a" * 5000,
    }[forge]
    client = world.client("public")
    for tail in ("", "received/"):
        assert client.get(f"/c/{forged}/{tail}").status_code in (404, 400 if forge == "nul" else 404)
    assert client.post(f"/c/{forged}/append/", {"text": "x"}).status_code in (404, 400)


def test_a_link_opens_its_case_and_no_other(world: World) -> None:
    page = _body(world.client("public").get(f"/c/{link_token(world.case)}/"))
    assert world.case.number in page
    assert world.other_case.number not in page
    assert world.answered.number not in page


def test_a_strangers_telephone_and_my_address_do_not_open_their_file(world: World) -> None:
    """Whoever knows a customer's name and telephone is taken for them, but signs in to what they stated themselves only."""
    intruder = Contact("李明", "13912345678", "intruder@example.net")
    opened = cases.open_case(actor=PUBLIC, now=clock.now(), contact=intruder, text="let me in", channel="web")
    assert (
        opened.recognised.customer_id == world.buyer.customer_id
    )  # name and telephone are enough to be recognised
    actor = customer_actor(opened.recognised.record_id)
    assert list(Case.objects.visible_to(actor)) == [opened.case]
    owner = customer_actor(world.buyer.id)
    assert world.case in Case.objects.visible_to(owner)


def test_mail_about_a_case_goes_to_no_address_a_stranger_wrote(world: World) -> None:
    from guanxi.channels.actions import Words, send

    by_phone = Contact("李明", "13912345678", "")
    intruder = Contact("李明", "13912345678", "intruder@example.net")
    now = clock.now()
    mine = cases.open_case(actor=PUBLIC, now=now, contact=by_phone, text="by telephone only", channel="web")
    cases.open_case(actor=PUBLIC, now=now, contact=intruder, text="let me in", channel="web")
    words = Words("Answer", "Private words", "en")
    sent = send(actor=PUBLIC, now=now, record_id=mine.case.record_id, words=words)
    assert sent.address == "liming@example.org"  # the shop's own import, not the newest
