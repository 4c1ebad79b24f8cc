"""Ten things an operator does with a list, by keyboard alone, in a real browser; prints how many seconds each took."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from guanxi.packs.cast import DEMO_PASSWORD
from tests.harness.browser import DESKTOP, until
from tests.harness.demos import Demos
from tests.harness.processes import Stack

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
TABS_MAX = 80
Task = Callable[[Page], None]


@pytest.fixture
def stack(make_demo: Demos) -> Stack:
    return make_demo("en").start()


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Signed in at the desk; any script error or refused resource fails the test."""
    context = browser.new_context(**DESKTOP, locale="en-GB", accept_downloads=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(f"{stack.url}/today/")
    page.locator("#id_login").fill("guyiming")
    page.locator("#id_password").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^[^?]*/today/"))
    yield page
    context.close()
    assert faults == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, selector: str) -> None:
    """Tab until it has the focus, as somebody without a mouse does."""
    for _ in range(TABS_MAX):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def focused(page: Page, selector: str) -> None:
    matches = "selector => document.activeElement.matches(selector)"
    until(page, matches, selector, timeout=90)  # an export waits for a worker with a world to catch up on


def find(page: Page) -> None:
    press(page, "f")
    page.keyboard.type("book")
    press(page, "Enter")
    expect(page.locator(".gx-filter-chip b").first).to_have_text("book")
    assert page.locator("tbody tr").count() >= 1
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url(re.compile(r"/cases/$"))


def filter_it(page: Page) -> None:
    press(page, "a")
    focused(page, "summary.gx-menu-item")
    while page.evaluate("document.activeElement.textContent") != "Stage":
        press(page, "ArrowDown")
    press(page, "Enter")
    focused(page, "input[name=one]")
    press(page, "Space", "Enter")
    page.wait_for_url(re.compile(r"state=recorded"))
    expect(page.locator(".gx-filter-chip b")).to_have_text("Received")


def sort(page: Page) -> None:
    press(page, "o")
    focused(page, "th[aria-sort] a")
    press(page, "ArrowLeft", "Enter")
    page.wait_for_url(re.compile(r"sort=due"))
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Time left")


def quick(page: Page) -> None:
    press(page, "j", "Space")
    titles = page.locator(".gx-quick-title")
    expect(titles).to_be_visible()
    first = titles.inner_text()
    press(page, "j")
    expect(titles).not_to_have_text(first)
    press(page, "Escape")
    expect(page.locator("#gx-quick")).to_be_hidden()
    assert "/cases/?" in page.url


def edit(page: Page) -> None:
    press(page, "e")
    focused(page, "#gx-cell-value")
    page.keyboard.type("By keyboard alone")
    press(page, "Enter")
    expect(page.locator("tr.gx-cursor .gx-cover")).to_have_text("By keyboard alone")
    focused(page, "tr.gx-cursor")


def save_view(page: Page) -> None:
    press(page, "v")
    focused(page, "[data-view-name]")
    page.keyboard.type("First in line")
    press(page, "Enter")
    expect(page.locator(".gx-tab[aria-current]")).to_have_text("First in line")


def export(page: Page) -> None:
    press(page, "s")
    focused(page, ".gx-export-box button")
    with page.expect_download() as waiting:
        press(page, "Enter")
    text = waiting.value.path().read_text("utf-8-sig")
    assert text.splitlines()[0].startswith("Case,")
    assert "By keyboard alone" in text
    press(page, "Escape")


def select_and_act(page: Page) -> None:
    press(page, "j", "x", "j", "x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    press(page, "b")
    focused(page, ".gx-bulk-verbs button")
    while "Set language" not in page.evaluate("document.activeElement.textContent"):
        press(page, "ArrowRight")
    press(page, "Enter")
    page.wait_for_url(re.compile(r"/bulk/language/"))
    expect(page.locator("h1")).to_contain_text("2")
    tab_to(page, "select")
    press(page, "ArrowDown", "ArrowDown")
    press(page, "Control+Enter")
    page.wait_for_url(re.compile(r"/lists/runs/[^/]+/$"))


def open_row(page: Page) -> None:
    press(page, "g", "a")
    page.wait_for_url(re.compile(r"/cases/$"))
    press(page, "j", "j", "Enter")
    page.wait_for_url(re.compile(r"/cases/GX-"))
    expect(page.locator("h1")).to_be_visible()


def turn_pages(page: Page) -> None:
    press(page, "g", "o")
    page.wait_for_url(re.compile(r"/orders/$"))
    first = page.locator("tbody tr").first.get_attribute("data-key-of")
    press(page, "]")
    page.wait_for_url(re.compile(r"after="))
    assert page.locator("tbody tr").first.get_attribute("data-key-of") != first
    press(page, "[")
    page.wait_for_url(re.compile(r"before="))
    assert page.locator("tbody tr").first.get_attribute("data-key-of") == first


TASKS: dict[str, Task] = {
    "find": find,
    "filter": filter_it,
    "order": sort,
    "quick view": quick,
    "edit in place": edit,
    "save a view": save_view,
    "export": export,
    "select and act": select_and_act,
    "open": open_row,
    "turn pages": turn_pages,
}


def test_ten_tasks_without_a_mouse(desk: Page, stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    desk.goto(f"{stack.url}/cases/")
    taken = {}
    for name, task in TASKS.items():
        begun = time.monotonic()
        task(desk)
        taken[name] = time.monotonic() - begun
    with capsys.disabled():
        print("\nten tasks with a list, by keyboard, in seconds:")
        for name, seconds in taken.items():
            print(f"  {name:<16}{seconds:6.2f}")
    assert len(taken) == 10
