"""Each group clears its work by keyboard alone at its own desktop, in a real browser; prints seconds per item.

Five items each, twenty with `--long`. The path is always the same: K on Today, the piece of work, what ends it, the next one.
"""

import re
import time
from collections.abc import Callable, Iterator
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desks import QUESTION, tell
from tests.harness.demos import Demos
from tests.harness.walk import SLOW_MS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
ANSWER = "On the tenth of next month; two sets are put by for you."
Clear = Callable[[Page, int], None]


@pytest.fixture(scope="module")
def world(make_demo: Demos, browser: Browser) -> Walk:
    return Walk(make_demo("en").start(), browser, "en")


@pytest.fixture
def walk(world: Walk) -> Iterator[Walk]:
    """A script error, a refused resource or a page too wide fails the test."""
    world.faults.clear()
    yield world
    world.rest()
    assert world.faults == [], "\n".join(world.faults)


@pytest.fixture
def count(long: bool) -> int:
    return 20 if long else 5


def begin(walk: Walk, username: str) -> Page:
    """Signed in, and K: the first piece of work is open."""
    desk = walk.desk(username)
    expect(desk.locator("#gx-desk")).to_be_visible()
    walk.look(desk, f"desk-{username}")
    with desk.expect_navigation():
        desk.keyboard.press("k")
    expect(desk.locator(".gx-run")).to_be_visible()
    return desk


def cleared(desk: Page) -> int:
    return int(desk.locator("[data-run-done]").get_attribute("data-run-done") or 0)


def past_orders(desk: Page) -> None:
    """Orders that trouble has stopped come first in some queues; they are left for those who settle them: G J."""
    while "/orders/" in desk.url:
        desk.keyboard.press("g")
        with desk.expect_navigation():
            desk.keyboard.press("j")


def go_through(
    walk: Walk, username: str, count: int, clear: Clear, capsys: pytest.CaptureFixture[str]
) -> None:
    """Clear `count` items, each opened by the end of the one before it."""
    desk, taken = begin(walk, username), []
    for done in range(1, count + 1):
        past_orders(desk)
        begun = time.monotonic()
        clear(desk, done)
        if done < count:  # after the last there may be none
            expect(desk.locator(f"[data-run-done='{done}']")).to_be_attached(timeout=SLOW_MS)
        taken.append(time.monotonic() - begun)
        if done == 2:
            walk.look(desk, f"desk-{username}-next")
    with capsys.disabled():
        each, middle = sum(taken) / count, median(taken)
        print(f"\n{username}: {count} items by keyboard: {each:.2f} s each, median {middle:.2f} s")


def answer(desk: Page, done: int) -> None:
    """A, words, Ctrl+Enter."""
    desk.keyboard.press("a")
    expect(desk.locator("#f-answer")).to_be_focused()
    desk.keyboard.insert_text(ANSWER)
    with desk.expect_navigation():
        desk.keyboard.press("Control+Enter")


def call(desk: Page, done: int) -> None:
    """Take a call down and resolve it while the customer is there."""
    if "/cases/new/" in desk.url:
        expect(desk.locator("textarea[name=text]")).to_be_focused()
        desk.keyboard.insert_text(QUESTION)
        while not desk.evaluate("document.activeElement.name === 'phone'"):
            desk.keyboard.press("Tab")
        desk.keyboard.insert_text(f"138 5801 {7_000 + done}")
        with desk.expect_navigation():
            desk.keyboard.press("Control+Enter")
    desk.keyboard.press("a")
    expect(desk.locator("#f-answer")).to_be_focused()
    desk.keyboard.insert_text("Told them on the telephone: the third.")
    desk.keyboard.press("Escape")
    with desk.expect_navigation():
        desk.keyboard.press("r")


def key_order(desk: Page, done: int) -> None:
    """The slip is the order: its products stand there already; or it pays one that waits."""
    if desk.locator(".gx-candidate").count():
        with desk.expect_navigation():
            desk.keyboard.press("1")
        return
    desk.keyboard.press("k")
    expect(desk.locator("textarea[name=lines]")).to_be_focused()
    if not desk.locator("textarea[name=lines]").input_value():
        desk.keyboard.insert_text("BK-1056 × 1")
    while not desk.evaluate("document.activeElement.name === 'phone'"):
        desk.keyboard.press("Tab")
    desk.keyboard.insert_text(f"139 5802 {7_000 + done}")
    with desk.expect_navigation():
        desk.keyboard.press("Control+Enter")


def decide_money(desk: Page, done: int) -> None:
    """1 for the order it fits, else back to its payer: R, Y."""
    if desk.locator(".gx-candidate").count():
        with desk.expect_navigation():
            desk.keyboard.press("1")
        return
    desk.keyboard.press("r")
    with desk.expect_navigation():
        desk.keyboard.press("y")


def test_online_service(walk: Walk, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    tell(walk.stack, f"requests('online-service', 'web', {count})")
    go_through(walk, "shenjiahe", count, answer, capsys)


def test_hotline(walk: Walk, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    go_through(walk, "zhoumin", count, call, capsys)


def test_telemarketing(walk: Walk, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    tell(walk.stack, "no_calls()")
    tell(walk.stack, f"requests('telemarketing', 'phone', {count + 1})")
    go_through(walk, "hewenbo", count, answer, capsys)


def test_letters(walk: Walk, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    tell(walk.stack, f"requests('letters', 'email', {count + 1})")
    go_through(walk, "tangxin", count, answer, capsys)


def test_document_processing(walk: Walk, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    tell(walk.stack, f"slips('DOC', 'Please send BK-1056 x 1', {count + 1})")
    go_through(walk, "luguoping", count, key_order, capsys)


def test_financial_services(walk: Walk, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    tell(walk.stack, f"slips('FIN', 'Books', {count + 1})")
    go_through(walk, "fangyuan", count, decide_money, capsys)


def test_data_maintenance(walk: Walk, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    desk = begin(walk, "panlihua")
    waiting = int(desk.locator("[data-desk-total]").inner_text().split()[0])
    begun = time.monotonic()
    for done in range(1, min(count, waiting) + 1):
        desk.keyboard.press("mal"[done % 3])
        expect(desk.locator("[data-desk-total]")).to_have_text(f"{waiting - done} waiting")
        expect(desk.locator("#gx-decide")).to_be_visible()
    with capsys.disabled():
        print(f"\npanlihua: {count} duplicates by keyboard: {(time.monotonic() - begun) / count:.2f} s each")


def test_a_saved_reply_and_a_draft_by_keyboard(walk: Walk) -> None:
    """Written once, inserted by its code, the gap filled in; the draft is there after a reload, and the macro goes on."""
    tell(walk.stack, "requests('letters', 'email', 3)")
    desk = walk.desk("tangxin")
    desk.goto(walk.url("/replies/new/"))
    walk.look(desk, "reply-new")
    for name, text in (("title_en", "Reprint"), ("body_en", "Dear {customer}, order {order} is noted. {me}")):
        desk.locator(f"[name={name}]").focus()
        desk.keyboard.insert_text(text)
    desk.locator("[name=code]").focus()
    desk.keyboard.insert_text("reprint")
    with desk.expect_navigation():
        desk.keyboard.press("Control+Enter")
    walk.look(desk, "replies")
    desk.goto(walk.url("/today/"))
    with desk.expect_navigation():
        desk.keyboard.press("k")
    past_orders(desk)
    desk.keyboard.press("e")
    expect(desk.locator("[data-replies-preview] mark")).to_be_visible()
    walk.look(desk, "replies-offered")
    desk.keyboard.press("Enter")
    area = desk.locator("#f-answer")
    expect(area).to_be_focused()
    with desk.expect_response("**/writing/keep/"):
        desk.keyboard.insert_text("A-1001")  # the gap is selected
    expect(desk.locator("[data-writing-said]")).to_contain_text("Kept")
    written = area.input_value()
    assert written.startswith("Dear ")
    assert "order A-1001 is noted" in written
    desk.evaluate("localStorage.clear()")
    desk.reload()
    expect(area).to_have_value(written)
    here = desk.url
    desk.keyboard.press("a")
    with desk.expect_navigation():
        desk.keyboard.press("Control+Enter")
    assert desk.url != here  # the next one is open
    past_orders(desk)
    desk.keyboard.press("a")
    with desk.expect_response("**/replies/"):
        desk.keyboard.type("/reprint")
    expect(desk.locator("#gx-replies-list > li")).to_have_count(1)
    desk.keyboard.press("Tab")
    expect(area).to_have_value(re.compile("⟦the number of the order⟧"))


def test_what_fits_comes_while_an_answer_is_written(walk: Walk) -> None:
    """Words, a pause, and the article stands below the field; Alt+1 puts what is said to the customer into the answer."""
    tell(walk.stack, "requests('online-service', 'web', 1)")
    desk = begin(walk, "shenjiahe")
    past_orders(desk)
    desk.keyboard.press("a")
    field = desk.locator("#f-answer")
    expect(field).to_be_focused()
    desk.keyboard.type("The parcel is late and has not arrived")
    fits = desk.locator("[data-know-suggest] li")
    expect(fits.first).to_be_visible(timeout=SLOW_MS)
    assert "/knowledge/" in (fits.first.locator("a").first.get_attribute("href") or "")
    walk.look(desk, "desk-suggested")
    says = fits.first.locator("[data-know-say]").get_attribute("data-know-say") or ""
    assert says
    desk.keyboard.press("Alt+1")
    expect(field).to_have_value(f"The parcel is late and has not arrived\n{says}")
    expect(field).to_be_focused()
    asked: list[str] = []
    desk.on("request", lambda one: asked.append(one.url) if "/knowledge/suggest/" in one.url else None)
    for letter in " Where is it":
        desk.keyboard.type(letter)
    expect(fits.first).to_be_visible()
    desk.wait_for_timeout(1_000)
    assert len(asked) == 1, "asked once after a pause, not at every letter"
