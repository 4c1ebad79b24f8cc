"""A data steward clears twenty possible duplicates by keyboard alone, in a real browser; prints seconds per item."""

import re
import time
from collections.abc import Iterator
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, expect

from guanxi.packs.cast import DEMO_PASSWORD
from tests.harness.browser import DESKTOP
from tests.harness.demos import Demos
from tests.harness.processes import Stack

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
KEYS = "mmamlmmamlmmamlmmaml"  # merge, keep apart, later: what a morning looks like


@pytest.fixture
def stack(make_demo: Demos) -> Stack:
    return make_demo("en").start()


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The steward at the desk; any script error or refused resource fails the test."""
    context = browser.new_context(**DESKTOP, locale="en-GB")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(f"{stack.url}/identity/")
    page.locator("#id_login").fill("panlihua")
    page.locator("#id_password").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^[^?]*/identity/"))
    yield page
    context.close()
    assert faults == []


def waiting(page: Page) -> int:
    return int(page.locator("[data-desk-total]").inner_text().split()[0])


def decide(page: Page, key: str, left: int) -> None:
    """One key; the next pair is there when the count says so."""
    page.keyboard.press(key)
    expect(page.locator("[data-desk-total]")).to_have_text(f"{left} waiting")
    expect(page.locator("#gx-decide")).to_be_visible()


def test_twenty_duplicates_without_a_mouse(desk: Page, capsys: pytest.CaptureFixture[str]) -> None:
    found = waiting(desk)
    assert found > len(KEYS)
    taken = []
    for place, key in enumerate(KEYS, 1):
        begun = time.monotonic()
        decide(desk, key, found - place)
        taken.append(time.monotonic() - begun)
    expect(desk.locator(".gx-desk-pace")).to_contain_text("20 decided today")
    with capsys.disabled():
        print(f"\n20 duplicates by keyboard: {sum(taken) / 20:.2f} s each, median {median(taken):.2f} s")

    last = desk.locator(".gx-desk-said")
    expect(last).to_contain_text("put off")
    for back in range(1, 3):  # the last two are taken back one after the other
        desk.keyboard.press("z")
        expect(desk.locator("[data-desk-total]")).to_have_text(f"{found - 20 + back} waiting")
    expect(last).to_contain_text("kept")

    desk.keyboard.press("d")
    expect(desk.locator("[data-desk-differences]")).to_have_attribute("aria-pressed", "true")
    here = desk.url
    desk.keyboard.press("j")
    expect(desk).not_to_have_url(here)
    desk.keyboard.press("s")
    expect(desk.locator("#gx-decide button").first).to_contain_text("Merge into B")
    desk.keyboard.press("m")
    expect(last).to_contain_text("merged")
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_be_visible()
    assert "/identity/compare/" in desk.url
