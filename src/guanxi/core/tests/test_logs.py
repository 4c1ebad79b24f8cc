"""Logs hold no telephone number, address, card, id or signed link, wherever in a line it stands."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest
import structlog

from guanxi.cases import queries
from guanxi.site.logs import mask
from tests.cast import Staffer, Visitor, complain

PHONES = ["13958016608", "139 5801 6608", "139-5801-6608", "+86 139 5801 6608", "+8613958016608", "008613958016608",
          "+442079460018", "010-6500 1234", "057187654321"]  # fmt: skip
EMAILS = ["a@b.example", "xiaoming.wang+tag@sub.example.com", "UPPER@EXAMPLE.COM"]
CARDS = ["6222021234567890123", "4111 1111 1111 1111", "4111-1111-1111-1111"]
IDS = ["110101199003078515", "11010119900307851X", "11010119900307851x"]
AROUND = ["{}", "tel {}", "tel:{}", "tel={}", "({})", '"{}"', "{}.", "{},", "{};", "电话{}。", "请打{}谢谢", "{}\n", "'{}'",
          "<{}>", "x: {} y", "key={};"]  # fmt: skip


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("personal", [*PHONES, *EMAILS, *CARDS, *IDS])
def test_it_is_masked_wherever_it_stands(personal: str, around: str) -> None:
    masked = mask(around.format(personal))
    digits = "".join(filter(str.isdigit, personal))
    assert personal not in masked
    assert "[" in masked
    left = "".join(filter(str.isdigit, masked))
    assert len(left) <= 4 or not digits, masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-03T02:00:00.123456Z",
        "2026-03-03 10:00:00",
        "duration 1234.567 ms",
        "GX-2603-1234-5678",
        "C-7Q4M2-K9DX3",
        "127.0.0.1:8000",
        "port 54321",
        "HTTP 200 in 12 ms",
        "/cases/GX-2603-1234-5678/",
    ],
)
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    assert mask(text) == text


def test_secrets_of_machines() -> None:
    assert "gx_abcdefghijklmnop" not in mask("Authorization: Bearer gx_abcdefghijklmnop")


@pytest.mark.django_db
def test_signed_links(organisation: object, now: datetime) -> None:
    token = queries.link_token(complain(now).case)
    for text in (f"GET /c/{token}/ 404", f"http://x.example/c/{token}/received/", f"/c/{token}"):
        assert token not in mask(text)
        assert token.rsplit(":", 1)[1] not in mask(text)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What our own handler would write."""
    root = logging.getLogger()
    (handler,) = [
        one for one in root.handlers if isinstance(one.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    stream = io.StringIO()
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    yield stream
    if before is not None:
        handler.setStream(before)


def test_every_way_into_the_log(written: io.StringIO) -> None:
    personal = "13958016608"
    logging.getLogger("django").error("call %s now", personal)
    logging.getLogger("anything").warning("mail to %(to)s", {"to": "a@b.example"})
    structlog.get_logger("guanxi").error(
        "event", phone=personal, nested={"email": "a@b.example"}, many=[personal]
    )
    try:
        raise ValueError(f"bad phone {personal}")
    except ValueError:
        logging.getLogger("django").exception("failed")
        structlog.get_logger("guanxi").exception("failed", who=personal)
    text = written.getvalue()
    assert text.count("[phone]") >= 5
    assert personal not in text
    assert "a@b.example" not in text
    assert all(json.loads(line) for line in text.splitlines())


@pytest.mark.django_db
def test_a_whole_flow_leaves_no_trace_of_a_person(
    agent: Staffer, visitor: Visitor, now: datetime, written: io.StringIO
) -> None:
    sent = {"text": "我的电话13958016608", "phone": "13958016608", "email": "a.b@post.example", "key": "k"}
    place = visitor.client.post("/complain/", sent).headers["Location"]
    visitor.client.get(place)
    visitor.client.get(place.replace("received/", "x"))
    visitor.client.post("/complain/", {**sent, "phone": "1", "key": "k2"})
    visitor.client.get("/nothing/13958016608/?q=a.b@post.example")
    agent.client.get("/search/", {"q": "13958016608"})
    text = written.getvalue()
    for personal in ("13958016608", "a.b@post.example", place.split("/")[2]):
        assert personal not in text
