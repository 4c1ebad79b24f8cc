"""The public page of branches: where, when, open now."""

from datetime import datetime

import pytest

from guanxi.work.actions import set_branch
from guanxi.work.tests.test_branches import ALWAYS, COUNTER, text
from tests.cast import SYSTEM, Organisation, Visitor

pytestmark = pytest.mark.django_db


def test_everybody_reads_them(organisation: Organisation, visitor: Visitor, now: datetime) -> None:
    assert "Our branches" not in visitor.client.get("/").content.decode()
    counter = {**COUNTER, "week": {"mon-fri": ["09:00-09:30", "13:00-17:00"]}}
    put = [("east", text(counter, services=[{"zh-hans": "现金", "en": "Cash"}])),
           ("west", text(ALWAYS, city={"zh-hans": "上海", "en": "Shanghai"}))]  # fmt: skip
    for code, told in put:
        set_branch(actor=SYSTEM, now=now, unit=organisation.units[code], text=told)
    page = visitor.client.get("/branches/").content.decode()
    for words in (
        "Hangzhou",
        "Closed now",
        "opens at 13:00",
        "Mon–Fri",
        "Cash",
        "day and night",
        'href="tel:05711"',
    ):
        assert words in page
    narrowed = visitor.client.get("/branches/?open=1").content.decode()
    assert "east" not in narrowed.split("<main")[1]
    assert "day and night" not in visitor.client.get("/branches/?city=Hangzhou").content.decode()
    assert "Our branches" in visitor.client.get("/").content.decode()
