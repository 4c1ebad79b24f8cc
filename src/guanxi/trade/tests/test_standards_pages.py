"""Standards as everybody reads them, and as they are made: pages, form of a draft, consultation, panel from the keyboard."""

import json
import re
from datetime import datetime

import pytest

from guanxi.core import clock
from guanxi.core.models import Role
from guanxi.trade.actions import standards
from guanxi.trade.models import Assessment, Panel, StandardComment, StandardVersion
from guanxi.trade.pages.standards import editing
from guanxi.trade.queries import standards as reads
from guanxi.trade.rules import standards as rules
from tests.cast import SYSTEM, Hire, Organisation, Shopper, Staffer, Visitor, nothing_happens, statements
from tests.measured import CONTENT, DAY, phone

LINKED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def published(db: None, clock_stands: None, now: datetime) -> StandardVersion:
    return phone(now)


@pytest.fixture
def editor(hire: Hire) -> Staffer:
    Role.objects.create(
        code="editor", name={"en": "editor"}, rights={"trade.standards": "all", "work.view": "all"}
    )
    return hire("editor", "editor")


def consult(now: datetime) -> None:
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    standards.open_consultation(actor=SYSTEM, now=now, reference="phone@2", until=now + 9 * DAY)


def test_everybody_reads_a_version(
    organisation: Organisation, published: StandardVersion, visitor: Visitor
) -> None:
    shown = visitor.client.get("/standards/phone/").content.decode()
    assert "phone@1" in shown
    for words in ("Screen scratches", "≤ 10", "≥ 80", "No marks, Worn", "± 1", "20 % of the price", "(GBy)"):
        assert words in shown, words
    assert 'id="battery"' in shown  # the anchor a ruling cites
    linked = json.loads(LINKED.findall(shown)[0])
    assert linked["identifier"] == "phone@1"
    assert linked["hasDefinedTerm"][2]["sameAs"] == "https://schema.org/DamagedCondition"
    assert "phone@1" in visitor.client.get("/standards/").content.decode()
    assert "Quality standards" in visitor.client.get("/").content.decode()
    chinese = visitor.client.get("/standards/phone/?lang=zh-hans").content.decode()
    assert "电池健康度" in chinese


def test_a_version_as_json(published: StandardVersion, visitor: Visitor) -> None:
    body = visitor.client.get("/standards/phone/1.json").json()
    assert body["content"] == CONTENT
    assert standards.digest_of(body["content"]) == body["digest"]
    assert visitor.client.get("/standards/phone/2.json").status_code == 404


def test_older_versions_stay_where_they_are_cited(
    published: StandardVersion, now: datetime, visitor: Visitor
) -> None:
    changed = {**CONTENT, "parameters": [*CONTENT["parameters"][1:]]}
    phone(now, content=changed)
    newest = visitor.client.get("/standards/phone/").content.decode()
    assert "What changed with version 2" in newest
    old = visitor.client.get("/standards/phone/?version=1").content.decode()
    assert "A newer version has been published." in old
    assert "Screen scratches" in old
    for wrong in ("3", "x", "99999"):
        assert visitor.client.get(f"/standards/phone/?version={wrong}").status_code == 404


def test_drafts_are_nobodys_business(published: StandardVersion, visitor: Visitor, now: datetime) -> None:
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    assert visitor.client.get("/standards/phone/?version=2").status_code == 404
    assert "@2" not in visitor.client.get("/standards/phone/").content.decode()


def test_commenting_signed_in(
    published: StandardVersion, buyer: Shopper, visitor: Visitor, now: datetime
) -> None:
    consult(now)
    form = {"key": "k1", "text": "太严了", "about": "scratches"}
    assert buyer.client.post("/standards/phone/2/comment/", form).status_code == 303
    shown = visitor.client.get("/standards/phone/?version=2").content.decode()
    assert "太严了" in shown
    assert "A customer" in shown
    assert "王小明" not in shown
    assert "Sign in to comment" in shown
    with nothing_happens():
        assert visitor.client.post("/standards/phone/2/comment/", form).status_code == 401
        again = buyer.client.post("/standards/phone/2/comment/", {"key": "k2", "text": " "})
    assert again.status_code == 422
    assert "Say something." in again.content.decode()


def test_the_page_of_a_standard_costs_the_same_however_much_was_said(
    published: StandardVersion, buyer: Shopper, visitor: Visitor, now: datetime
) -> None:
    consult(now)
    visitor.client.get("/standards/phone/?version=2")
    few = statements(lambda: visitor.client.get("/standards/phone/?version=2"))
    for number in range(5):
        standards.comment_on(actor=buyer.actor, now=now, reference="phone@2", text=f"{number}")
    assert statements(lambda: visitor.client.get("/standards/phone/?version=2")) == few


def test_the_form_of_a_draft_gives_back_what_it_was_given() -> None:
    draft = editing.draft_of(rules.Content.from_json(CONTENT))
    sent = dict(draft.texts)
    for kind, rows in (("g", draft.grades), ("p", draft.parameters), ("r", draft.remedies)):
        sent |= {
            f"{kind}{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()
        }
    content = editing.content_from(editing.draft_from(sent))
    assert rules.faults(content) == []
    assert rules.Content.from_json(content) == rules.Content.from_json(CONTENT)


def test_from_a_draft_to_the_next_version_by_forms(
    published: StandardVersion, editor: Staffer, buyer: Shopper, now: datetime
) -> None:
    begun = editor.client.post("/standards/desk/phone/draft/", {"key": "d"})
    assert begun["Location"] == "/standards/desk/phone/write/"
    shown = editor.client.get("/standards/desk/phone/write/").content.decode()
    names = re.findall(r'<(?:input|textarea|select)[^>]* name="([gpr]\d+-[a-z0-9_]+)"', shown)
    assert {"g0-code", "p0-l1", "r3-share"} <= set(names)
    draft = editing.draft_of(rules.Content.from_json(CONTENT))
    sent = {**draft.texts, "changes_zh": "收紧", "changes_en": "Stricter"}
    for kind, rows in (("g", draft.grades), ("p", draft.parameters), ("r", draft.remedies)):
        sent |= {
            f"{kind}{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()
        }
    with nothing_happens():
        wrong = editor.client.post(
            "/standards/desk/phone/write/",
            {**sent, "key": "w1", "version": 1, "p0-l1": "few", "p1-unit": "percent"},
        )
    assert wrong.status_code == 422
    assert "Write it as &lt;= 10, &gt;= 80 or 80 - 90." in wrong.content.decode()
    assert 'value="few"' in wrong.content.decode()
    kept = editor.client.post(
        "/standards/desk/phone/write/", {**sent, "key": "w2", "version": 1, "p0-l1": "<= 8"}
    )
    assert kept.status_code == 303
    row = StandardVersion.objects.get(number=2)
    assert row.content["parameters"][0]["limits"]["B"] == {"max": 8.0}
    assert (
        editor.client.post("/standards/desk/phone/consult/", {"key": "c1", "until": "2000-01-01"}).status_code
        == 422
    )
    until = (now + 8 * DAY).date().isoformat()
    assert (
        editor.client.post("/standards/desk/phone/consult/", {"key": "c2", "until": until}).status_code == 303
    )
    standards.comment_on(actor=buyer.actor, now=now, reference="phone@2", text="Too strict")
    comment = StandardComment.objects.get().public_id
    assert "1 waits for an answer" in editor.client.get("/standards/desk/phone/").content.decode()
    answered = editor.client.post(
        "/standards/desk/phone/answer/", {"key": "a", "comment": comment, "answer": "Noted"}
    )
    assert answered.status_code == 303
    with clock.at(now + 10 * DAY):
        assert editor.client.post("/standards/desk/phone/publish/", {"key": "p"}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.effective) == ("published", now + 10 * DAY)
    assert editor.client.get("/standards/desk/phone/write/").status_code == 404


def test_a_new_standard(editor: Staffer, clock_stands: None) -> None:
    form = {"key": "n", "code": "hat", "name_zh": "帽子", "name_en": "Hats", "category": ""}
    assert editor.client.post("/standards/desk/", form)["Location"] == "/standards/desk/hat/"
    with nothing_happens():
        again = editor.client.post("/standards/desk/", {**form, "key": "n2", "code": "Desk!"})
    assert again.status_code == 422
    assert "hat" in editor.client.get("/standards/desk/").content.decode()


def test_a_panel_by_forms(published: StandardVersion, editor: Staffer, agent: Staffer, now: datetime) -> None:
    opened = editor.client.post("/standards/desk/phone/panel/", {"key": "o"})["Location"]
    for number, fields in enumerate(({"user": agent.user.public_id}, {"name": "Dr Ye"}, {"name": "Ms Tan"})):
        assert editor.client.post(f"{opened}expert/", {"key": f"e{number}", **fields}).status_code == 303
    for number in (1, 2):
        form = {"key": f"s{number}", "specimen": f"No. {number}"}
        assert editor.client.post(f"{opened}specimen/", form).status_code == 303
    shown = agent.client.get(opened).content.decode()
    assert "Agent on No. 1" in shown
    with nothing_happens():
        assert agent.client.post(f"{opened}publish/", {"key": "x"}).status_code == 403
        assert editor.client.post(f"{opened}publish/", {"key": "y"}).status_code == 422
    mine = {"key": "m1", "expert": "1", "specimen": "1", "grade": "A", "value-scratches": "2"}
    assert agent.client.post(f"{opened}assess/", mine).status_code == 303
    assert "Agent on No. 2" in agent.client.get(opened).content.decode()  # on to the next
    with nothing_happens():
        bad = agent.client.post(f"{opened}assess/", {**mine, "key": "m2", "value-scratches": "two"})
    assert bad.status_code == 422
    assert 'value="two"' in bad.content.decode()
    for expert in (1, 2, 3):
        for specimen, grade in ((1, "A"), (2, "C")):
            form = {
                "key": f"j{expert}{specimen}",
                "expert": str(expert),
                "specimen": str(specimen),
                "grade": grade,
            }
            assert editor.client.post(f"{opened}assess/", form).status_code == 303
    assert Assessment.objects.count() == 6
    assert editor.client.post(f"{opened}publish/", {"key": "z"}).status_code == 303
    assert Panel.objects.get().result["alpha"] == 1.0
    assert "α <b" in editor.client.get("/standards/phone/").content.decode()


def test_only_editors_make_standards(published: StandardVersion, agent: Staffer) -> None:
    with nothing_happens():
        for path in ("/standards/desk/", "/standards/desk/phone/"):
            assert agent.client.get(path).status_code == 403
        assert agent.client.post("/standards/desk/phone/end/", {"key": "x"}).status_code == 403
    assert reads.in_force("phone", clock.now()) == published
