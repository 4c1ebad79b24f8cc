"""The published procedure: every step of every kind from the table, versions that stay, rules that can be linked."""

import copy
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from guanxi.cases.pages import drawing, table_words
from guanxi.cases.pages.procedure import citation_url
from guanxi.cases.rules import longest, machine, published
from guanxi.cases.rules.policy import CaseKind, Policy
from tests.cast import Organisation, statements
from tests.disputes import POLICY, publish

ENGLISH = {"accept-language": "en"}


def text_of(client: Client, url: str, *, status: int = 200) -> str:
    answer = client.get(url, headers=ENGLISH)
    assert answer.status_code == status
    return answer.content.decode()


def changed(**limits: int) -> dict[str, Any]:
    content = copy.deepcopy(POLICY)
    content["kinds"]["dispute"]["limits"] = limits
    content["issues"]["not_as_described"]["approval_over"] = 30_000
    content["rules"]["r3"] = {"name": {"zh-hans": "新规则", "en": "A new rule"}, "words": {"en": "Be fair."}}
    return content


@pytest.fixture
def two_versions(organisation: Organisation, now: datetime) -> None:
    publish(now)
    publish(now + timedelta(days=30), changed(negotiation=12 * 60))


@pytest.mark.parametrize("code", sorted(POLICY["kinds"]))
def test_every_state_verb_and_limit_of_a_kind_is_printed(
    two_versions: None, client: Client, code: str
) -> None:
    page = text_of(client, f"/procedure/{code}/")
    kind = Policy.from_json(changed(negotiation=12 * 60)).kinds[code]
    for stage in published.stages_of(kind):
        assert f'id="{stage.state}"' in page
        for move in stage.moves:
            assert str(table_words.VERBS[move.verb]) in page
    assert ('id="negotiation"' in page) == (code != "investigation")
    assert "9.3 d" in page or code == "dispute"


def test_the_index_names_kinds_and_what_they_are_about(two_versions: None, client: Client) -> None:
    page = text_of(client, "/procedure/")
    assert "Dispute" in page
    assert "Not as described" in page
    assert "/procedure/figures/" in page
    assert "/then-and-now/" not in page


def test_before_anything_is_published_there_is_the_procedure_of_letters(
    organisation: Organisation, client: Client
) -> None:
    assert "/procedure/request/" in text_of(client, "/procedure/")
    assert "Letters and questions" in text_of(client, "/procedure/request/")
    text_of(client, "/procedure/dispute/", status=404)
    text_of(client, "/procedure/rules/", status=404)


def test_an_older_version_stays_as_it_was_and_says_so(two_versions: None, client: Client) -> None:
    page = text_of(client, "/procedure/dispute/?version=1")
    assert "no longer the newest" in page
    assert "above ¥500.00" in page
    assert "9.3 d" in page
    newest = text_of(client, "/procedure/dispute/")
    assert "no longer the newest" not in newest
    assert "above ¥300.00" in newest
    assert "7.8 d" in newest  # 36 hours less to negotiate in


def test_what_changed_since_the_version_before(two_versions: None, client: Client) -> None:
    page = text_of(client, "/procedure/dispute/")
    lines = re.findall(r"<dt>([^<]*)</dt><dd>(?:<del>([^<]*)</del> )?(?:<ins>([^<]*)</ins>)?", page)
    assert ("limit: Negotiation", "2 d", "12 h") in lines
    assert ("issue “Not as described” · second person above", "¥500.00", "¥300.00") in lines
    assert ("rule “A new rule”", "", "A new rule") in lines
    assert 'id="changes"' not in text_of(client, "/procedure/dispute/?version=1")


@pytest.mark.parametrize("version", ["3", "0", "-1", "x", "9" * 30, "1.5", "²"])
def test_a_version_that_is_not_there(two_versions: None, client: Client, version: str) -> None:
    text_of(client, f"/procedure/dispute/?version={version}", status=404)
    text_of(client, f"/procedure/rules/?version={version}", status=404)


@pytest.mark.parametrize("code", ["nothing", "request2", "dispute-x"])
def test_a_kind_that_is_not_there(two_versions: None, client: Client, code: str) -> None:
    text_of(client, f"/procedure/{code}/", status=404)


def test_a_citation_leads_to_the_very_version(two_versions: None, client: Client) -> None:
    url = citation_url("r1@1")
    assert url == "/procedure/rules/?version=1#r1@1"
    assert 'id="r1@1"' in text_of(client, url.partition("#")[0])
    page = text_of(client, "/procedure/rules/")
    assert 'id="r3@2"' in page
    assert "Be fair." in page
    assert 'href="/procedure/rules/#r1@2"' in text_of(client, "/procedure/dispute/")


def test_pages_in_chinese(two_versions: None, client: Client) -> None:
    page = client.get("/procedure/dispute/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "商品与描述不符" in page
    assert "协商" in page


def test_a_page_costs_one_statement(two_versions: None, client: Client) -> None:
    text_of(client, "/procedure/dispute/")  # once, so that what is read once is read
    assert statements(lambda: text_of(client, "/procedure/dispute/")) == 1


def test_the_longest_path_is_printed_visit_by_visit(two_versions: None, client: Client) -> None:
    page = text_of(client, "/procedure/dispute/?version=1")
    table = page[page.index('id="longest"') :]
    rows = re.findall(r'<th scope="row">(\d+) · ', table)
    path = longest.longest(CaseKind(code="dispute", name={}))
    assert rows == [f"{n}" for n in range(1, len(path.visits) + 1)]
    assert "11.3 d" in table
    assert "14.3 d" in table


def test_every_guard_state_and_limit_has_words() -> None:
    guards = {guard.__name__ for step in machine.TABLE.values() for guard, _to in step.branches}
    assert guards <= set(table_words.GUARDS)
    assert set(table_words.STATES) == set(table_words.EXPIRY) == set(machine.STATES)
    assert {key for key in machine.LIMITS if key not in machine.STATES} - {machine.SLOW_RESPONSE} == set(
        table_words.LIMITS
    )
    assert {who for step in machine.TABLE.values() for who in step.who} == set(table_words.WHO)


def test_the_drawing_shows_every_way_and_stays_on_a_phone() -> None:
    kind = CaseKind(code="dispute", name={})
    boxes = {state: {"name": state} for state in machine.STATES}
    drawn = drawing.drawing(kind, boxes)
    joined = {(source, lane.about[1]) for lane in drawn["strokes"] for source in lane.about[0]}
    order = list(machine.STATES)
    straight = {(one, two) for one, two in published.edges(kind) if order.index(two) - order.index(one) == 1}
    assert joined | straight == set(published.edges(kind))
    assert len(drawn["spine"]) == len(straight)
    places = [float(x) for lane in drawn["strokes"] for x in re.findall(r"H([\d.]+)", lane.path)]
    assert 0 < min(places) < max(places) < drawn["width"]
