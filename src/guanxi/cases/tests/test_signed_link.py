"""The customer's signed link: opens one case, cannot be made up, can be voided."""

from datetime import datetime

import pytest
from django.core import signing

from guanxi.cases import queries
from guanxi.cases.actions import append, resolve
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.people import queries as people
from guanxi.work.actions import take_next
from tests.cast import Shopper, Staffer, Visitor, case_of, complain, nothing_happens

pytestmark = pytest.mark.django_db


def test_it_opens_its_case_and_no_other(organisation: object, visitor: Visitor, now: datetime) -> None:
    mine, other = complain(now, "我的").case, complain(now, "别人的").case
    actor = queries.link_actor(queries.link_token(mine))
    assert [case.id for case in queries.list_cases(actor)] == [mine.id]
    with pytest.raises(NotFound):
        queries.get_case(actor, other.number)
    with nothing_happens(), pytest.raises(NotFound):
        append(actor=actor, now=now, number=other.number, text="x")
    body = visitor.client.get(f"/c/{queries.link_token(mine)}/").content.decode()
    assert "我的" in body
    assert "别人的" not in body


def test_it_gives_no_other_right(buyer: Shopper, agent: Staffer, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    actor = queries.link_actor(queries.link_token(case))
    assert list(people.list_records(actor)) == []
    with nothing_happens(), pytest.raises(Denied):
        take_next(actor=actor, now=now)
    with nothing_happens(), pytest.raises(Conflict):
        resolve(actor=actor, now=now, number=case.number)


def forgeries(token: str, other_id: str) -> list[str]:
    head, tail = token.rsplit(":", 1)
    return [
        "x",
        "a:b:c",
        f"{head}:{'A' if tail[0] != 'A' else 'B'}{tail[1:]}",
        f"{head}x:{tail}",
        signing.Signer(key="another secret", salt=queries.LINK_SALT).sign_object([other_id, 1]),
        signing.dumps([other_id, 1], salt="another.salt"),
        signing.Signer(salt=queries.LINK_SALT).sign_object("not a pair"),
        signing.Signer(salt=queries.LINK_SALT).sign_object([other_id, "1; --"]),
        signing.Signer(salt=queries.LINK_SALT).sign_object([other_id, 7]),
        signing.Signer(salt=queries.LINK_SALT).sign_object(["K-NOPE", 1]),
        signing.Signer(salt=queries.LINK_SALT).sign_object([[other_id], 1]),
    ]


def test_forged_links_open_nothing(organisation: object, visitor: Visitor, now: datetime) -> None:
    case = complain(now).case
    for forged in forgeries(queries.link_token(case), case.public_id):
        with pytest.raises(NotFound):
            queries.link_actor(forged)
        with nothing_happens():
            assert visitor.client.get(f"/c/{forged}/").status_code == 404
            assert visitor.client.get(f"/c/{forged}/received/").status_code == 404
            assert visitor.client.post(f"/c/{forged}/append/", {"text": "x"}).status_code == 404


def test_raising_the_version_voids_every_link(organisation: object, visitor: Visitor, now: datetime) -> None:
    case = complain(now).case
    old = queries.link_token(case)
    assert visitor.client.get(f"/c/{old}/").status_code == 200
    case.link_version += 1
    case.save()
    assert visitor.client.get(f"/c/{old}/").status_code == 404
    assert visitor.client.get(f"/c/{queries.link_token(case_of(case.number))}/").status_code == 200


def test_verbs_by_link(organisation: object, visitor: Visitor, agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    base = f"/c/{queries.link_token(case)}"
    assert visitor.client.post(f"{base}/append/", {"text": "补充"}).status_code == 303
    with nothing_happens():
        assert visitor.client.post(f"{base}/answer/", {"text": "我是客服"}).status_code == 404
        assert visitor.client.post(f"{base}/expire/", {"text": "x"}).status_code == 404
        assert visitor.client.post(f"{base}/resolve/").status_code == 409
        assert visitor.client.post(f"{base}/append/", {"text": ""}).status_code == 422
        assert visitor.client.get(f"{base}/append/").status_code == 405


def test_sending_twice_from_the_page_is_one_message(
    organisation: object, visitor: Visitor, now: datetime
) -> None:
    case = complain(now).case
    base = f"/c/{queries.link_token(case)}"
    body = visitor.client.get(f"{base}/").content.decode()
    key = body.split('name="key" value="')[1].split('"')[0]
    assert len(key) == 36
    sent = {"text": "补充", "key": key}
    first = visitor.client.post(f"{base}/append/", sent)
    with nothing_happens():
        again = visitor.client.post(f"{base}/append/", sent)
    assert (first.status_code, again.status_code) == (303, 303)
    assert case_of(case.number).version == 2


def test_no_integer_key_stands_in_any_address(organisation: object, visitor: Visitor, now: datetime) -> None:
    case = complain(now).case
    body = visitor.client.get(f"/c/{queries.link_token(case)}/").content.decode()
    for key in (case.id, case.record_id, case.team_id):
        assert str(key) not in body
