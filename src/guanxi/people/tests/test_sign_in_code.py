"""Signing in with a one-time code: to a known address, once, for ten minutes, five tries; strangers learn nothing."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.channels.actions import send_sign_in_code
from guanxi.channels.models import Message
from guanxi.core.errors import Invalid, Throttled
from guanxi.core.models import Detail, Event
from guanxi.people.actions import CODE_AGE, CODE_TRIES, redeem_code
from guanxi.people.models import Identifier, SignInCode
from tests.cast import Shopper, Visitor, everything, in_threads, nothing_happens

pytestmark = pytest.mark.django_db
EMAIL = "xiaoming.wang@example.com"


def ask(now: datetime, email: str = EMAIL) -> str:
    return send_sign_in_code(now=now, email=email, language="en")


def code_in_mail() -> str:
    found = re.search(r"\b\d{6}\b", Message.objects.latest("id").body)
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_signs_in_once(buyer: Shopper, now: datetime) -> None:
    attempt = ask(now)
    mail = Message.objects.get()
    assert (mail.purpose, mail.address, mail.state) == ("security", EMAIL, "queued")
    code = code_in_mail()
    record = redeem_code(now=now, public_id=attempt, code=f" {code} ")
    assert record in {buyer.record_id, *buyer_records(buyer)}
    assert Identifier.objects.get(record_id=record, kind="email").verified == now
    assert Event.objects.filter(type="person.signed_in").count() == 1
    with nothing_happens(), pytest.raises(Invalid) as refused:
        redeem_code(now=now, public_id=attempt, code=code)
    assert refused.value.code == "code_void"


def buyer_records(buyer: Shopper) -> list[int]:
    from guanxi.people.queries import records_of

    return records_of(buyer.customer_id)


def test_only_a_digest_is_kept(buyer: Shopper, now: datetime) -> None:
    attempt = ask(now)
    code = code_in_mail()
    row = SignInCode.objects.get(public_id=attempt)
    assert code not in row.digest
    assert len(row.digest) == 64
    assert not Detail.objects.filter(event__type="message.queued").exists()
    assert not [event for event in Event.objects.all() if code in str(event.data)]


def test_too_old(buyer: Shopper, now: datetime) -> None:
    attempt, code = ask(now), code_in_mail()
    with nothing_happens(), pytest.raises(Invalid):
        redeem_code(now=now + CODE_AGE + timedelta(seconds=1), public_id=attempt, code=code)
    assert redeem_code(now=now + CODE_AGE, public_id=attempt, code=code)


def test_wrong_tries_stay_counted_and_end(buyer: Shopper, now: datetime) -> None:
    attempt, code = ask(now), code_in_mail()
    for tries in range(1, CODE_TRIES + 1):
        with pytest.raises(Invalid) as refused:
            redeem_code(now=now, public_id=attempt, code=wrong(code))
        assert refused.value.code == "code_wrong"
        assert SignInCode.objects.get(public_id=attempt).tries == tries
    with nothing_happens(), pytest.raises(Invalid) as refused:
        redeem_code(now=now, public_id=attempt, code=code)
    assert refused.value.code == "code_void"


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_are_five(buyer: Shopper, now: datetime) -> None:
    attempt, code = ask(now), code_in_mail()

    def guess(number: int) -> Any:
        return redeem_code(now=now, public_id=attempt, code=f"{(int(code) + 1 + number) % 1_000_000:06d}")

    in_threads(20, guess)
    assert SignInCode.objects.get(public_id=attempt).tries == CODE_TRIES
    with pytest.raises(Invalid):
        redeem_code(now=now, public_id=attempt, code=code)


@pytest.mark.django_db(transaction=True)
def test_the_right_code_eight_times_at_once_signs_in_once(buyer: Shopper, now: datetime) -> None:
    attempt, code = ask(now), code_in_mail()
    done = in_threads(8, lambda _: redeem_code(now=now, public_id=attempt, code=code))
    assert len([one for one in done if isinstance(one, int)]) == 1
    assert Event.objects.filter(type="person.signed_in").count() == 1


def test_an_unknown_address_looks_the_same_and_sends_nothing(
    buyer: Shopper, visitor: Visitor, now: datetime
) -> None:
    known = visitor.client.post("/my/sign-in/", {"reach": EMAIL})
    unknown = visitor.client.post("/my/sign-in/", {"reach": "nobody@post.example"})
    assert (known.status_code, unknown.status_code) == (303, 303)
    assert len(known.headers["Location"]) == len(unknown.headers["Location"])
    assert Message.objects.count() == 1
    pages = [visitor.client.get(one.headers["Location"]) for one in (known, unknown)]
    assert [page.status_code for page in pages] == [200, 200]
    attempt = unknown.headers["Location"].strip("/").split("/")[-1]
    for guess in ("000000", "123456"):
        with pytest.raises(Invalid) as refused:
            redeem_code(now=now, public_id=attempt, code=guess)
        assert refused.value.code == "code_wrong"


@pytest.mark.parametrize("email", [EMAIL, "nobody@post.example"])
def test_a_fourth_code_in_a_quarter_of_an_hour_is_refused_alike(
    buyer: Shopper, now: datetime, email: str
) -> None:
    for minute in range(3):
        ask(now + timedelta(minutes=minute), email)
    with nothing_happens(), pytest.raises(Throttled):
        ask(now + timedelta(minutes=14), email)
    assert ask(now + timedelta(minutes=16), email)


def test_the_pages(buyer: Shopper, visitor: Visitor, now: datetime) -> None:
    client = visitor.client
    assert client.get("/my/").headers["Location"] == "/my/sign-in/"
    with nothing_happens():
        for reach in ("", "12", "13958016608", "x" * 300):
            assert client.post("/my/sign-in/", {"reach": reach}).status_code == 422
    place = client.post("/my/sign-in/", {"reach": f" {EMAIL.upper()} "}).headers["Location"]
    body = client.get(place).content.decode()
    assert "x***@example.com" in body
    before = client.session.session_key
    assert client.post(place, {"code": wrong(code_in_mail())}).status_code == 422
    response = client.post(place, {"code": code_in_mail()})
    assert (response.status_code, response.headers["Location"]) == (303, "/my/")
    assert client.session.session_key != before
    assert "Dream of the Red Chamber" in client.get("/my/").content.decode()
    assert client.post("/my/sign-out/").status_code == 303
    assert client.get("/my/").headers["Location"] == "/my/sign-in/"


def test_a_refusal_of_mail_does_not_lock_out(buyer: Shopper, now: datetime) -> None:
    from guanxi.people.actions import state_consent

    state_consent(
        actor=buyer.actor,
        now=now,
        record_id=buyer.record_id,
        statements={("service", "email"): False, ("security", "email"): False},
        source="web",
    )
    ask(now)
    assert Message.objects.get().state == "queued"


def test_the_code_page_of_nothing(visitor: Visitor, buyer: Shopper) -> None:
    before = everything()
    assert visitor.client.post("/my/code/S-NOTHING/", {"code": "123456"}).status_code == 422
    assert visitor.client.post("/my/code/S-NOTHING/", {"code": "1" * 13}).status_code == 422
    assert everything() == before
