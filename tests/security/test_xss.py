"""Stored and reflected XSS in a real browser: every payload through every text field, then every page that shows it.

Promise 23: nothing runs, the Content-Security-Policy is not even asked to stop anything (a violation would mean that
markup came through), no request goes to another origin, and people read exactly what was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Dialog, Page

from guanxi.cases.rules import clean_text
from tests.fixtures import Databases
from tests.harness.processes import Stack
from tests.security.conftest import build_in
from tests.security.payloads import PAYLOADS
from tests.security.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.timeout(900)]

TRAP = """
window.__ran = [];
window.__xss = () => { window.__ran.push(location.href); console.error("__XSS__ ran"); };
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = window.__xss;
document.addEventListener("securitypolicyviolation", event => console.error(
  "__CSP__ " + event.violatedDirective + " " + event.blockedURI + " " + event.sample));
"""
POKE = """
document.querySelectorAll("details").forEach(one => one.open = true);
for (const one of document.querySelectorAll("main a, main input, main img, main svg"))
  one.dispatchEvent(new Event("mouseover", {bubbles: true}));
"""


@dataclass
class Trap:
    """A browser context that writes down whatever should not have happened in any of its pages."""

    context: BrowserContext
    origin: str
    caught: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.add_init_script(TRAP)
        self.context.on("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.on("dialog", self._asked_by_dialog)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.caught.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._asked(page, request.url))

    def _asked_by_dialog(self, dialog: Dialog) -> None:
        self.caught.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _heard(self, message: Any) -> None:
        if (
            "__XSS__" in message.text
            or "__CSP__" in message.text
            or "Content Security Policy" in message.text
        ):
            self.caught.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _asked(self, page: Page, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and not parts.netloc.startswith("127.0.0.1:"):
            self.caught.append(f"{page.url} asked {url}")

    def post(self, path: str, fields: dict[str, str]) -> APIResponse:
        """Send a form as a browser does, with the token of the session."""
        cookies = {one["name"]: one["value"] for one in self.context.cookies()}
        sent: dict[str, str | float | bool] = {**fields, "csrfmiddlewaretoken": cookies.get("gx_csrf", "")}
        return self.context.request.post(self.origin + path, form=sent, max_redirects=0)


@dataclass
class Stage:
    """The running site with every payload in it."""

    stack: Stack
    visitor: Trap
    agent: Trap
    boss: Trap
    token: str
    links: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)


def _trap(browser: Browser, stack: Stack) -> Trap:
    trap = Trap(browser.new_context(locale="en-US", base_url=stack.url), stack.url)
    page = trap.context.new_page()
    page.goto("/complain/?lang=en")
    page.close()
    return trap


def _sign_in(trap: Trap, name: str) -> None:
    page = trap.context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/today/")
    page.close()


def _fill(stage: Stage) -> None:
    """Every payload as name and words of a case: by the public form, by the API, by an operator, in turn."""
    for place, payload in enumerate(PAYLOADS):
        contact = {"name": payload[:100], "email": f"p{place}@example.org"}
        if place % 3 == 0:
            sent = stage.visitor.post("/complain/", {**contact, "text": payload})
            assert sent.status == 303, sent.text()
            link = sent.headers["location"]
            assert link.endswith("/received/")
            stage.links.append(link.removesuffix("received/"))
        elif place % 3 == 1:
            sent = stage.agent.context.request.post(
                stage.stack.url + "/api/v1/cases",
                data={"text": payload, "contact": contact, "language": "en"},
                headers={"Authorization": f"Bearer {stage.token}"},
            )
            assert sent.status == 201, sent.text()
            stage.links.append(urlsplit(sent.json()["follow_url"]).path)
        else:
            sent = stage.agent.post("/cases/new/", {**contact, "text": payload})
            assert sent.status == 303, sent.text()
            stage.numbers.append(sent.headers["location"].split("/")[-2])


def _answer_and_append(stage: Stage) -> None:
    for place, link in enumerate(stage.links):
        sent = stage.visitor.post(link + "append/", {"text": PAYLOADS[-place % len(PAYLOADS)]})
        assert sent.status == 303, sent.text()
        stage.numbers.append(_number(stage.visitor, link))
    for place, number in enumerate(filter(lambda one: _is_letter(stage, one), stage.numbers)):
        sent = stage.agent.post(f"/cases/{number}/answer/", {"text": PAYLOADS[place % len(PAYLOADS)]})
        assert sent.status == 303, sent.text()


def _is_letter(stage: Stage, number: str) -> bool:
    """Whether the desk answers it: a payload whose words name an issue is with the handlers, and is shown all the same."""
    got = stage.agent.context.request.get(
        f"{stage.stack.url}/api/v1/cases/{number}", headers={"Authorization": f"Bearer {stage.token}"}
    )
    return bool(got.json()["kind"] == "request")


def _number(trap: Trap, link: str) -> str:
    found = re.search(r"GX-\d{4}-\d{4}-\d{4}", trap.context.request.get(trap.origin + link).text())
    assert found
    return found.group()


def _put_back(stage: Stage) -> None:
    """The word why somebody puts work back, for as many items as wait."""
    listed = stage.agent.context.request.get(
        stage.stack.url + "/api/v1/work", headers={"Authorization": f"Bearer {stage.token}"}
    ).json()
    letters = [item for item in listed["items"] if item["kind"] == "case.answer"]
    for payload, item in zip(PAYLOADS, letters, strict=False):
        assert stage.agent.post(f"/work/{item['id']}/take/", {}).status == 303
        assert stage.agent.post(f"/work/{item['id']}/put-back/", {"word": payload[:200]}).status == 303


@pytest.fixture(scope="module")
def stack(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One site for the whole file."""
    with Stack(database_url=databases.new(), home=tmp_path_factory.mktemp("xss")).start() as running:
        yield running


@pytest.fixture(scope="module")
def made(stack: Stack) -> dict[str, str]:
    return build_in(stack)


@pytest.fixture
def bare(stack: Stack, made: dict[str, str], browser: Browser) -> Stage:
    """The site with its people, and nothing hostile from this test yet."""
    traps = [_trap(browser, stack) for _ in range(3)]
    stage = Stage(stack, traps[0], traps[1], traps[2], made["token"], [f"/c/{made['link']}/"])
    _sign_in(stage.agent, "agent")
    _sign_in(stage.boss, "administrator")
    return stage


@pytest.fixture
def stage(bare: Stage) -> Stage:
    _fill(bare)
    _put_back(bare)
    _answer_and_append(bare)
    return bare


def _visit(trap: Trap, *paths: str) -> list[str]:
    """What a person reads on each page; whatever is on it gets the focus and the pointer."""
    page = trap.context.new_page()
    texts = []
    for path in paths:
        page.goto(path, wait_until="load")
        page.evaluate(POKE)
        texts.append(" ".join((page.text_content("main") or "").split()))
        ran = page.evaluate("window.__ran")
        assert ran == [], path
    page.close()
    return texts


def _shown(text: str) -> str:
    return " ".join(clean_text(text).split())


def test_the_trap_works(browser: Browser, stack: Stack) -> None:
    """Whatever this file relies on is seen to fail: a script that runs, and one that the policy stops."""
    trap = _trap(browser, stack)
    page = trap.context.new_page()
    page.goto("/")
    page.evaluate("__xss()")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=x onerror=__xss()>'")
    page.wait_for_timeout(300)
    assert any("__XSS__" in line for line in trap.caught)
    assert any("__CSP__" in line for line in trap.caught)


def test_nothing_reflected_runs(bare: Stage) -> None:
    """Search, filters, languages, addresses, refused forms: what is only echoed."""
    asked = [quote(payload) for payload in PAYLOADS]
    _visit(bare.agent, *(f"/search/?q={one}" for one in asked))
    for place in ("/cases/?q=", "/customers/?q=", "/cases/?state=", "/cases/?after="):
        _visit(bare.agent, *(place + one for one in asked[::6]))
    for place in ("/?lang=", "/accounts/login/?next=", "/procedure/?x=", "/my/sign-in/?reach="):
        _visit(bare.visitor, *(place + one for one in asked[1::6]))
    _visit_refused_forms(bare)
    assert _caught(bare) == []


def _visit_refused_forms(stage: Stage) -> None:
    page = stage.visitor.context.new_page()
    for payload in PAYLOADS:
        page.goto("/complain/")
        page.fill("[name=text]", payload)
        for name in ("name", "phone", "reference"):
            page.fill(f"[name={name}]", payload)
        with page.expect_navigation():
            page.evaluate("document.querySelector('main form').submit()")
        assert page.input_value("[name=text]").strip() == payload.strip()
        assert page.evaluate("window.__ran") == []
    forms = (("/", "reach"), ("/", "number"), ("/my/sign-in/", "reach"), ("/accounts/login/", "login"))
    for place, payload in enumerate(PAYLOADS):
        path, field_name = forms[place % len(forms)]
        page.goto(path)
        page.evaluate(POKE)
        page.fill(f"main [name={field_name}]", payload)
        with page.expect_navigation():
            page.evaluate(f"document.querySelector('main [name={field_name}]').form.submit()")
        assert page.evaluate("window.__ran") == [], (path, payload)
    page.close()
    stage.visitor.context.add_cookies(
        [{"name": "gx_lang", "value": quote(PAYLOADS[2]), "url": stage.stack.url}]
    )
    _visit(stage.visitor, "/", "/complain/", "/procedure/")


def test_what_arrives_live_does_not_run(bare: Stage) -> None:
    """An open page takes in what the customer adds, by htmx, in place."""
    link = bare.links[0]
    page = bare.agent.context.new_page()
    page.goto(f"/cases/{_number(bare.visitor, link)}/")
    for payload in ("<img src=x onerror=__xss()> live one", "</ol><script>__xss()</script> live two"):
        assert bare.visitor.post(link + "append/", {"text": payload}).status == 303
        page.wait_for_selector(f"text={payload[-8:]}", timeout=20_000)
        assert payload in (page.text_content("#gx-talk") or "")
    assert page.evaluate("window.__ran") == []
    page.close()
    assert _caught(bare) == []


def _caught(stage: Stage) -> list[str]:
    return [*stage.visitor.caught, *stage.agent.caught, *stage.boss.caught]


def test_nothing_stored_runs(stage: Stage) -> None:
    """Cases, customers, lists, search, mail, the customer's own pages: read by a visitor, an agent, an administrator."""
    everything = "\n".join(
        _visit(stage.agent, *(f"/cases/{number}/" for number in stage.numbers))
        + _visit(stage.visitor, *stage.links)
    )
    for payload in PAYLOADS:
        assert _shown(payload) in everything, payload
    _visit(stage.visitor, *(f"{link}received/" for link in stage.links[::4]))
    for number in stage.numbers:
        text = stage.agent.context.request.get(f"{stage.stack.url}/cases/{number}/").text()
        stage.customers += re.findall(r'href="(/customers/C-[^"/]+/)"', text)
    customers = sorted(set(stage.customers))
    assert len(customers) >= len(PAYLOADS)
    read = "\n".join(_visit(stage.agent, *customers))
    for payload in PAYLOADS:
        assert " ".join(payload[:100].split())[:20].strip() in read or _shown(payload) in read, payload
    lists = ("/today/", "/cases/", "/customers/", "/orders/", "/cases/?state=answered")
    _visit(stage.agent, *lists)
    _visit(stage.boss, "/outbox/", "/settings/", *lists)
    assert _caught(stage) == []
