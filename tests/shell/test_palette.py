"""The command palette: everything one may open or do, and nothing else."""

import re
from datetime import datetime

import pytest

from guanxi.core import commands
from guanxi.core.lists import registered
from guanxi.core.models import SavedView
from guanxi.people.actions import Contact, add_record
from guanxi.trade.models import Order
from tests.cast import SYSTEM, Shopper, Staffer, Visitor, complain, nothing_happens, statements, work_off

pytestmark = pytest.mark.django_db
OUYANG = Contact("欧阳晓雯", "13900000001", "someone@post.example")
TITLE = re.compile(
    r'role="option"[^>]*data-url="([^"]*)".*?<span class="gx-clip"[^>]*>(.*?)</span>', re.DOTALL
)


def found(staffer: Staffer, text: str = "", language: str = "en", **more: str) -> dict[str, str]:
    """title -> address of every line."""
    answer = staffer.client.get("/palette/", {"q": text, "lang": language, **more})
    assert answer.status_code == 200
    return {title: url for url, title in TITLE.findall(answer.content.decode())}


@pytest.fixture
def ouyang(organisation: object, now: datetime) -> str:
    found = add_record(actor=SYSTEM, now=now, contact=OUYANG, source="import")
    work_off()
    return found.customer_public_id


@pytest.mark.parametrize(
    "text", ["欧阳", "ouyangxiaowen", "oyxw", "13900000001", "0001", "someone@post.example"]
)
def test_a_customer_by_name_pinyin_first_letters_and_number(agent: Staffer, ouyang: str, text: str) -> None:
    assert found(agent, text)["欧阳晓雯"] == f"/customers/{ouyang}/"


def test_masks_and_reach_hold_here_too(trainee: Staffer, stranger: Staffer, ouyang: str) -> None:
    assert "欧阳晓雯" in found(trainee, "oyxw")
    assert "欧阳晓雯" not in found(trainee, "0001")
    assert "欧阳晓雯" not in found(stranger, "oyxw")
    assert "13900000001" not in str(found(trainee, "oyxw"))


def test_a_case_by_its_number_and_an_order_by_its_number(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    opened = complain(now, contact=buyer.contact, text="包裹破了")
    work_off()
    assert f"/cases/{opened.case.number}/" in found(agent, opened.case.number).values()
    order = Order.objects.get(number="A-1002")
    assert f"/orders/{order.public_id}/" in found(agent, "A-1002").values()


@pytest.mark.parametrize(
    ("text", "language", "title", "url"),
    [
        ("take n", "en", "Take next", "/work/next/"),
        ("xiayijian", "en", "Take next", "/work/next/"),
        ("orders", "en", "Orders", "/orders/"),
        ("dingdan", "en", "Orders", "/orders/"),
        ("dd", "zh-hans", "订单", "/orders/"),
        ("notif", "en", "Choose your notices", "/notices/choose/"),
        ("password", "en", "Change password", "/accounts/password/change/"),
    ],
)
def test_actions_and_places_by_either_language_pinyin_and_first_letters(
    agent: Staffer, text: str, language: str, title: str, url: str
) -> None:
    assert found(agent, text, language)[title] == url


def test_only_what_one_may_do(trainee: Staffer, agent: Staffer, manager: Staffer) -> None:
    assert "Take next" not in found(trainee, "take")
    assert "Take next" in found(agent, "take")
    assert "Settings" not in found(manager, "settings")


def test_nothing_typed_offers_what_is_usual_and_what_was_recent(
    agent: Staffer, stranger: Staffer, ouyang: str
) -> None:
    recent = f"/customers/{ouyang}/,/cases/GX-0000-0000-0000/,/customers/../etc/,https://evil.example/,"
    lines = found(agent, recent=recent)
    assert next(iter(lines.items())) == ("欧阳晓雯", f"/customers/{ouyang}/")
    assert lines["Customers"] == "/customers/"
    assert "evil" not in str(lines)
    assert "欧阳晓雯" not in found(stranger, recent=recent)


def test_views_of_lists_also_saved_ones(agent: Staffer, other_agent: Staffer, now: datetime) -> None:
    SavedView.objects.create(listing="cases", name="破损 待办", query="q=破损", owner=agent.user, created=now)
    lines = found(agent, "posun")
    assert lines["破损 待办"].startswith("/cases/?q=")
    assert found(other_agent, "posun") == {}
    assert any(url.startswith("/cases/?") for url in found(agent, "overdue").values())


@pytest.mark.parametrize(
    "text", ["%", "<script>alert(1)</script>", "'; DROP", "\u202e", "x" * 5_000, "🎁", " "]
)
def test_any_text_is_a_question(agent: Staffer, text: str) -> None:
    with nothing_happens():
        answer = agent.client.get("/palette/", {"q": text})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_an_empty_answer_teaches(agent: Staffer) -> None:
    page = agent.client.get("/palette/", {"q": "zzzzqq"}).content.decode()
    assert "data-palette-empty" in page
    assert "oyxw" in page


def test_customers_and_visitors_get_none(buyer: Shopper, visitor: Visitor) -> None:
    assert buyer.client.get("/palette/").status_code == 403
    assert visitor.client.get("/palette/").status_code == 302


def test_many_customers_cost_as_many_statements_as_few(agent: Staffer, ouyang: str, now: datetime) -> None:
    def ask() -> object:
        return agent.client.get("/palette/", {"q": "oyxw"})

    few = statements(ask)
    for number in range(8):
        add_record(actor=SYSTEM, now=now, contact=Contact("欧阳晓雯", f"1390000{number:04}"), source="import")
    work_off()
    assert statements(ask) == few


def test_every_command_leads_somewhere_and_has_an_icon() -> None:
    assert len(registered()) >= 3
    for one in commands.registered().values():
        assert bool(one.url_name) != bool(one.press)
        assert one.icon
