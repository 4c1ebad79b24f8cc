"""The shell in a real browser, by keyboard alone: palette, keys, why, help, notices live, colleagues at the same page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from guanxi.engine.pinyin import pinyin
from guanxi.packs.cast import DEMO_PASSWORD
from tests.harness.browser import DESKTOP, PHONE, until
from tests.harness.demos import Demos
from tests.harness.processes import Stack

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
LATER = "又想起一件事：发票也没有。"
AGENT, ADMINISTRATOR = "guyiming", "bailu"


@pytest.fixture
def stack(make_demo: Demos) -> Stack:
    return make_demo("zh").start()


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[Page]:
    yield from _page(browser.new_context(**DESKTOP, locale="zh-CN"))


@pytest.fixture
def other(browser: Browser, stack: Stack) -> Iterator[Page]:
    yield from _page(browser.new_context(**DESKTOP, locale="zh-CN"))


@pytest.fixture
def phone(browser: Browser, stack: Stack) -> Iterator[Page]:
    yield from _page(browser.new_context(**PHONE, locale="zh-CN"))


def _page(context: BrowserContext) -> Iterator[Page]:
    """A page on which any script error or refused resource fails the test."""
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def test_the_shell_by_keyboard_alone(stack: Stack, desk: Page, other: Page, phone: Page) -> None:
    _sign_in(stack, desk, AGENT)
    _keys(desk)
    _palette(desk)
    case = _takes_a_case(stack, desk)
    _why(desk)
    _help(desk)
    _colleague(stack, desk, other, case)
    _told_live(stack, desk, phone)


def _sign_in(stack: Stack, page: Page, who: str) -> None:
    page.goto(f"{stack.url}/accounts/login/")
    page.locator("#id_login").fill(who)
    page.locator("#id_password").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/**")


def _keys(desk: Page) -> None:
    """The sheet says what the page holds; two keys in a row lead to another place."""
    desk.keyboard.press("?")
    sheet = desk.locator("#gx-keys")
    expect(sheet.locator("h3")).to_have_count(3)
    expect(sheet.get_by_text("案件", exact=True)).to_be_visible()
    desk.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    desk.keyboard.press("g")
    desk.keyboard.press("c")
    desk.wait_for_url("**/customers/")


def _palette(desk: Page) -> None:
    """By first letters to a customer, then there again from what is recent."""
    row = (
        desk.locator("tbody a[href*='/customers/']")
        .filter(has_text=re.compile("^[\u4e00-\u9fff]{2,4}$"))
        .first
    )
    name, url = row.inner_text(), str(row.get_attribute("href"))
    typed = pinyin(name).replace(" ", "")
    desk.keyboard.press("Control+k")
    box = desk.locator("#gx-palette-q")
    expect(box).to_be_focused()
    desk.keyboard.type(typed)
    chosen = desk.locator("#gx-palette-list [role=option]").filter(has_text=name).first
    expect(chosen).to_be_visible()
    expect(box).to_have_attribute("aria-activedescendant", "gx-palette-0")
    assert url.startswith("/customers/")
    for _ in range(desk.locator("#gx-palette-list [role=option]").count()):
        if desk.locator("[aria-selected=true]").get_attribute("data-url") == url:
            break
        desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**{url}")
    desk.keyboard.press("g")
    desk.keyboard.press("t")
    desk.wait_for_url("**/today/**")
    desk.keyboard.press("Control+k")
    expect(desk.locator("#gx-palette-list [role=option]").first).to_contain_text(name)
    expect(desk.locator("#gx-palette-list [aria-selected=true]")).to_have_count(
        0
    )  # Enter takes nothing by accident
    desk.keyboard.type("xiayijian")
    expect(desk.locator("#gx-palette-list [aria-selected=true]")).to_have_attribute("data-url", "/work/next/")
    desk.keyboard.press("Escape")
    expect(desk.locator("#gx-palette")).to_be_hidden()


def _takes_a_case(stack: Stack, desk: Page) -> str:
    expect(desk.locator("[data-key=n]").first).to_be_visible()
    until(desk, "!document.activeElement.matches('input, textarea')")  # the palette gave the focus back
    desk.keyboard.press("n")
    desk.wait_for_url(re.compile(r"/cases/GX"))
    return desk.url


def _why(desk: Page) -> None:
    """Each explanation in turn, in the side panel, and back to where one was."""
    side = desk.locator("#gx-side")
    desk.keyboard.press("w")
    expect(side).to_be_visible()
    first = side.locator(".gx-why-panel h3").inner_text()
    expect(side.locator(".gx-why-choice")).to_have_count(2)
    expect(side.get_by_text(re.compile(r"@\d")).first).to_be_visible()  # the rule and its version
    desk.keyboard.press("w")
    expect(side.locator(".gx-why-panel h3")).not_to_have_text(first)
    desk.keyboard.press("Escape")
    expect(side).to_be_hidden()


def _help(desk: Page) -> None:
    desk.keyboard.press("h")
    expect(desk.locator("#gx-side .gx-help li")).not_to_have_count(0)
    desk.keyboard.press("h")
    expect(desk.locator("#gx-side")).to_be_hidden()


def _colleague(stack: Stack, desk: Page, other: Page, case: str) -> None:
    """Seen while she is there, with what she does, and gone when she leaves."""
    _sign_in(stack, other, ADMINISTRATOR)
    other.goto(case)
    here = desk.locator(".gx-here-one")
    expect(here).to_have_count(1, timeout=10_000)
    expect(here).to_contain_text("白露")
    expect(other.locator(".gx-here-one")).to_contain_text("顾一鸣")
    other.locator("textarea[name=text]").first.fill("马上")
    expect(here).not_to_have_text("白白露", timeout=10_000)  # avatar and name, and now: writing an answer
    other.goto(f"{stack.url}/orders/")
    expect(here).to_have_count(0, timeout=10_000)


def _told_live(stack: Stack, desk: Page, phone: Page) -> None:
    """The customer writes again from her own page; the bell and the tab's title say so without a reload."""
    number = re.search(r"GX-[\d-]+", desk.url)
    assert number is not None
    link = stack.run(
        "shell",
        "-c",
        "from guanxi.cases.models import Case; from guanxi.cases.queries import link_token;"
        f"print(link_token(Case.objects.get(number='{number[0]}')))",
    )
    desk.goto(f"{stack.url}/orders/")
    before = _bell(desk)
    phone.goto(f"{stack.url}/c/{link.strip().splitlines()[-1]}/")
    phone.locator("textarea[name=text]").first.fill(LATER)
    phone.locator("form[action*='/append/'] button[type=submit]").last.click()
    expect(desk.locator(".gx-bell-count")).to_have_text(re.compile(rf"^{before + 1}\b"), timeout=15_000)
    assert desk.title().startswith(f"({before + 1}) ")
    desk.keyboard.press("g")
    desk.keyboard.press("n")
    desk.wait_for_url("**/notices/")
    desk.locator("a[data-read-url]").first.click()
    desk.wait_for_url(f"**/cases/{number[0]}/")
    desk.goto(f"{stack.url}/orders/")
    expect(desk.locator("#gx-bell")).to_have_attribute("data-title-count", str(before))


def _bell(desk: Page) -> int:
    return int(desk.locator("#gx-bell").get_attribute("data-title-count") or 0)
