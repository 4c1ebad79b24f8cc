"""The flow a newcomer tries first, in a real browser: a complaint from a phone, *Next* at the desk, an answer, live."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from guanxi.packs.cast import DEMO_PASSWORD
from guanxi.packs.club.history import latest_buyers
from guanxi.packs.club.world import SEED
from guanxi.packs.names import person
from guanxi.people.actions import Contact
from tests.harness.browser import DESKTOP, PHONE
from tests.harness.demos import Demos
from tests.harness.processes import Stack

pytestmark = [pytest.mark.browser]
AT_TODAY, AT_WORK = re.compile(r"^[^?]*/today/"), re.compile(r"/cases/GX|/orders/O-")
TEXT = {
    "zh": "请问《红楼梦》布面精装什么时候再版？我想订两套送给老师。",
    "en": "When will the clothbound Dream of the Red Chamber be printed again? I would like two sets for my teachers.",
}
ANSWER = {
    "zh": "下月十号再版，已为您预留两套。",
    "en": "On the tenth of next month; two sets are put by for you.",
}


@dataclass
class World:
    stack: Stack
    language: str
    buyer: Contact

    def url(self, path: str) -> str:
        return f"{self.stack.url}{path}"


@pytest.fixture(params=["en", pytest.param("zh", marks=pytest.mark.one_database)])
def world(request: pytest.FixtureRequest, make_demo: Demos) -> World:
    stack = make_demo(request.param).start()
    return World(stack, request.param, person(latest_buyers(150)[0][0].customer, SEED))


@pytest.fixture
def phone(browser: Browser, world: World) -> Iterator[Page]:
    yield from _page(browser.new_context(**PHONE, locale="zh-CN" if world.language == "zh" else "en-GB"))


@pytest.fixture
def desk(browser: Browser, world: World) -> Iterator[Page]:
    yield from _page(browser.new_context(**DESKTOP, locale="zh-CN" if world.language == "zh" else "en-GB"))


def _page(context: BrowserContext) -> Iterator[Page]:
    """A page on which any script error or refused resource fails the test."""
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def test_complaint_next_answer_resolve_live(world: World, phone: Page, desk: Page) -> None:
    number = _complain(world, phone)
    _sign_in(world, desk)
    _take_until(world, desk, number)
    _sees_who_and_why(world, desk)
    _answer(world, desk)
    expect(phone.locator(".gx-turn--mine").first).to_be_visible(timeout=15_000)  # live: nobody reloaded
    expect(phone.get_by_text(ANSWER[world.language])).to_be_visible()
    _resolve(world, desk, number)
    expect(phone.locator(".gx-turn--done").first).to_be_visible(timeout=15_000)
    phone.goto(world.url("/outbox/"))
    expect(phone.get_by_text(number).first).to_be_visible()


def _complain(world: World, phone: Page) -> str:
    phone.goto(world.url("/"))
    phone.locator("a[href*='/complain/']").first.click()
    phone.locator("textarea[name=text]").fill(TEXT[world.language])
    phone.locator("input[name=phone]").fill(world.buyer.phone)
    phone.locator("input[name=name]").fill(world.buyer.name)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    phone.locator("form[action='/complain/'] button[type=submit]").last.click()
    phone.wait_for_url("**/received/")
    found = re.search(r"GX-\d{4}-\d{4}-\d{4}", phone.locator("main").inner_text())
    assert found, "no case number"
    phone.locator("a[href*='/c/']").first.click()
    expect(phone.get_by_text(TEXT[world.language]).first).to_be_visible()
    expect(phone.locator(".gx-clock")).to_be_visible()  # the promised time runs
    return found[0]


def _sign_in(world: World, desk: Page) -> None:
    desk.goto(world.url("/today/"))
    desk.locator("#id_login").fill("guyiming")
    desk.locator("#id_password").fill(DEMO_PASSWORD)
    desk.keyboard.press("Enter")
    desk.wait_for_url(AT_TODAY)


def _take_until(world: World, desk: Page, number: str) -> None:
    """Press *Next* and settle what is more urgent, by keyboard, until the newcomer's case comes up."""
    for _ in range(30):
        desk.goto(world.url("/today/"))
        expect(desk.locator(".gx-because").first).to_be_visible()
        desk.keyboard.press("n")
        desk.wait_for_url(AT_WORK)
        if number in desk.url:
            return
        if "/orders/" in desk.url:  # an order that trouble has stopped
            with desk.expect_navigation():
                desk.locator("section[id^=trouble-] button[type=submit]").last.click()
            continue
        desk.locator("textarea[name=text]").first.fill(ANSWER[world.language])
        desk.keyboard.press("Control+Enter")
        desk.wait_for_load_state()
        expect(desk.locator(".gx-talk").get_by_text(ANSWER[world.language]).first).to_be_visible()
    raise AssertionError("the case never came up")


def _sees_who_and_why(world: World, desk: Page) -> None:
    expect(desk.locator(".gx-because").first).to_be_visible()
    expect(desk.get_by_text(TEXT[world.language]).first).to_be_visible()
    aside = desk.locator("main aside").last
    expect(aside.get_by_text(world.buyer.name).first).to_be_visible()
    expect(
        aside.get_by_text("US$" if world.language == "zh" else "$").first
    ).to_be_visible()  # their purchases
    case = desk.url
    desk.locator("main aside a[href*='/customers/']").first.click()
    expect(desk.locator(".gx-entry").nth(2)).to_be_visible()  # the timeline: orders and the complaint
    expect(desk.get_by_text(TEXT[world.language]).first).to_be_visible()
    desk.goto(case)


def _answer(world: World, desk: Page) -> None:
    desk.locator("textarea[name=text]").first.fill(ANSWER[world.language])
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".gx-talk").get_by_text(ANSWER[world.language])).to_be_visible()


def _resolve(world: World, desk: Page, number: str) -> None:
    desk.locator("h1").click()  # leave the text box: keys work on the page
    desk.keyboard.press("r")
    desk.wait_for_url(AT_TODAY)
    desk.goto(world.url(f"/cases/{number}/"))
    expect(desk.locator("textarea[name=text][id=f-answer]")).to_have_count(0)
