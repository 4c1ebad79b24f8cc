"""Who answers requests about data, and one person who has left traces through every channel there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanxi.cases.actions import answer, resolve
from guanxi.cases.queries import link_token
from guanxi.channels.actions import send_sign_in_code
from guanxi.core import holds, lists
from guanxi.core.lists import exports, runs, saving
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import Role, StaffLetter, WebhookDelivery, WebhookEndpoint
from guanxi.core.money import Money
from guanxi.people.actions import Contact, state_consent
from guanxi.people.models import Customer, Record
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, ProductRow, add_products, import_buyers
from tests.cast import (
    ROLES,
    SEES,
    SYSTEM,
    Hire,
    Machine,
    Organisation,
    Staffer,
    _token,
    case_of,
    english,
    work_off,
)

NAME, EMAIL, PHONE = "欧阳青岚", "qinglan.marker@unique-post.example", "139 7700 4411"
PHONE_KEY = "+8613977004411"
WORDS, REPLY, MORE = "青瓷茶盏碎成七片了", "尊敬的青岚女士，我们补寄一只", "盒子里还少了一张茶巾券"
FILE_NAME, FILE_WORDS = "茶盏照片-独一无二.txt", "附件里写着门牌号七百四十二弄"
IMPORTED, HOLD_WHY, PROOF = "邮件里说的暗号紫藤花开", "因为欧阳青岚打官司", "电话里亲口答应的录音八百五十一"
NOTE, ECHO = "ShelfMarkQinglan", "echoed qinglan.marker@unique-post.example back"
MARKERS = (NAME, "青岚女士", EMAIL, "13977004411", "139 7700 4411", WORDS, "补寄一只", MORE, FILE_NAME, FILE_WORDS, IMPORTED,
           PROOF, NOTE)  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.GUANXI_HOME = tmp_path / "home"
    settings.MEDIA_ROOT = tmp_path / "home" / "files"
    settings.SCAN_COMMAND = settings.CLAMD = settings.ERASURE_REGISTER = ""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def officer(organisation: Organisation, hire: Hire) -> Staffer:
    """The data protection officer."""
    rights = {**SEES, "people.privacy": "all", "site.retention": "all"}
    Role.objects.create(code="privacy", name={"en": "privacy"}, rights=rights)
    return hire("officer", "privacy")


@pytest.fixture
def importer(organisation: Organisation, now: datetime) -> Machine:
    rights = {**ROLES["agent"], "channels.import": "all", "trade.import": "all", "imports.use": "all",
              "cases.intake": "all"}  # fmt: skip
    return _token("gx_test_token_of_privacy", rights, None, now)


@dataclass(frozen=True)
class Traced:
    """The person, and what hangs on them."""

    customer: Customer
    case: str
    cookies: Mapping[str, Any]

    @property
    def records(self) -> list[int]:
        return list(Record.objects.filter(customer=self.customer).values_list("id", flat=True))


@pytest.fixture
def traced(agent: Staffer, officer: Staffer, importer: Machine, now: datetime) -> Traced:
    """Somebody who wrote by form with a file, by mail and API, bought, was answered, imported, searched for and exported."""
    visitor = english()
    visitor.post("/complain/", {
        "key": "form-of-the-marked", "text": f"{WORDS}，请补。", "name": NAME, "phone": PHONE, "email": EMAIL,
        "files": SimpleUploadedFile(FILE_NAME, FILE_WORDS.encode(), "text/plain"),
    })  # fmt: skip
    customer = Record.objects.get(name=NAME).customer
    number = customer.records.get().cases.get().number
    _by_api(importer)
    _by_import(
        importer,
        "customers",
        f"姓名,邮箱,手机\n{NAME},{EMAIL},{PHONE}\n路人,passer@post.example,\n{NAME},{EMAIL},12\n",
    )
    _by_import(
        importer,
        "messages",
        f"编号,时间,方向,渠道,邮箱,正文\nm1,2026-02-01 10:00,收到,邮件,{EMAIL},{IMPORTED}\n",
    )
    _bought(now)
    answer(actor=agent.actor, now=now, number=number, text=REPLY)
    work_off()
    case = case_of(number)
    visitor.post(f"/c/{link_token(case)}/append/", {"key": "append-of-the-marked", "text": MORE})
    resolve(actor=agent.actor, now=now, number=number, text="")
    send_sign_in_code(now=now, email=EMAIL, language="en")
    visitor.post("/my/sign-in/", {"reach": EMAIL})
    record = customer.records.order_by("created", "id").first()
    assert record is not None
    state_consent(actor=agent.actor, now=now, record_id=record.id, statements={("marketing", "email"): True},
                  source="phone", proof=PROOF)  # fmt: skip
    hold = holds.place(actor=officer.actor, now=now, kind="customer", code=customer.public_id, why=HOLD_WHY)
    holds.lift(actor=officer.actor, now=now, public_id=hold.public_id, why=HOLD_WHY)
    _looked_for(agent, now)
    _told_elsewhere(agent, now)
    work_off()
    return Traced(customer, number, visitor.cookies)


def _by_api(machine: Machine) -> None:
    client = Client(headers={**machine.headers, "Idempotency-Key": f"{NOTE}-1"})
    body = {"source": "crm", "name": NAME, "email": EMAIL, "member": NOTE}
    answered = client.post("/api/v1/customers", body, content_type="application/json")
    assert answered.status_code == 201, answered.content


def _by_import(machine: Machine, kind: str, text: str) -> None:
    file = SimpleUploadedFile(f"{NAME}-{kind}.csv", text.encode("gb18030"), "text/csv")
    answered = Client(headers=machine.headers).post(
        "/api/v1/imports", {"kind": kind, "file": file, "then": "start"}
    )
    assert answered.status_code == 201, answered.content
    work_off()


def _bought(now: datetime) -> None:
    add_products(
        actor=SYSTEM, now=now, products=[ProductRow("TC-1", "tea", {"en": "Cup", "zh-hans": "茶盏"})]
    )
    order = OrderRow("A-77001", now, [LineRow("TC-1", 1, Money(66_600, "CNY"))])
    import_buyers(
        actor=SYSTEM, now=now, buyers=[BuyerRow(Contact(NAME, email=EMAIL), now, [order])], source="shop"
    )


def _looked_for(agent: Staffer, now: datetime) -> None:
    listing = lists.get("customers")
    saving.save_view(actor=agent.actor, now=now, listing=listing, name=f"{NAME} 的单子", query=f"q={NAME}")
    export = exports.start(actor=agent.actor, now=now, listing=listing, query="columns=name,email&sort=name")
    runs.start(actor=agent.actor, now=now, listing=listing, bulk=listing.get_bulk(agent.actor, "consent"),
               choice=Choice(query=f"q={NAME}", everything=True),
               values={"purpose": "marketing", "channel": "phone", "proof": PROOF})  # fmt: skip
    work_off()
    export.refresh_from_db()
    assert export.state == "ready"


def _told_elsewhere(agent: Staffer, now: datetime) -> None:
    StaffLetter.objects.create(
        user=agent.user, title=f"{NAME} has written", body=WORDS, language="en", state="sent", created=now
    )
    endpoint = WebhookEndpoint.objects.create(
        name="crm", url="https://crm.example/", seed="s", owner=agent.user, created=now
    )
    WebhookDelivery.objects.create(endpoint=endpoint, kind="replay", seq=1, type="case.opened", state="failed",
                                   response_body=ECHO, created=now)  # fmt: skip
