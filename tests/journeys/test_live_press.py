"""What is pressed while the page draws its turn anew is pressed once and never lost: live.js in a browser, without a server."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Browser, Page, Route, expect

import guanxi.site

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
STATIC = Path(guanxi.site.__file__).parent / "static"
BASE = "http://127.0.0.1:1"
PAGE = """<!doctype html><html lang="en"><head><meta name="gx-live" content="/live"><meta name="htmx-config"
content='{"allowEval":false,"includeIndicatorStyles":false}'><script src="/static/vendor/htmx.min.js" defer></script>
<script type="module" src="/static/gx/form.js"></script><script type="module" src="/static/gx/live.js"></script></head><body>
<section id="gx-turn" data-live="order:1" hx-get="/order" hx-select="#gx-turn" hx-trigger="gx:live" hx-swap="outerHTML">
<h2>Drawn %(drawn)s</h2><form method="post" action="/accept"><button type="submit" data-busy="Paying">Accept</button></form>
<details><summary>Refuse</summary><form method="post" action="/refuse"><textarea name="words" id="f-words"></textarea>
<button type="submit">Refuse</button></form></details></section></body></html>"""
SOURCE = """window.EventSource = class extends EventTarget { constructor() { super(); window.gxSource = this; } close() {} };
window.EventSource.CLOSED = 2;"""
HEAR = """window.gxSource.dispatchEvent(
    new MessageEvent("message", {data: JSON.stringify({seq: 1, type: "x", topics: ["order:1"]})}))"""


def _none() -> list[str]:
    return []


class Turn:
    """A page with a turn and its server: how often it was drawn, what was posted; one drawing or posting may be held."""

    def __init__(self, page: Page) -> None:
        self.page, self.drawn, self.posted = page, 0, _none()
        self.held: Route | None = None
        self.holds = ""
        self.is_slow = False  # nothing comes back for what was posted
        page.route(f"{BASE}/**", self._serve)
        page.goto(f"{BASE}/order")
        self.accept = page.get_by_role("button", name="Accept")

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(BASE)
        if path.startswith("/static/"):
            return route.fulfill(path=STATIC / path.removeprefix("/static/"))
        if route.request.method == "POST":
            self.posted.append(path + unquote_plus(route.request.post_data or ""))
            if self.is_slow:
                return route.fulfill(status=204)
        if self.holds and self.holds == route.request.method and self.held is None:
            self.held = route
            return None
        return self.answer(route)

    def answer(self, route: Route) -> None:
        self.drawn += 1
        route.fulfill(body=PAGE % {"drawn": self.drawn}, content_type="text/html")

    def go_on(self) -> None:
        assert self.held is not None
        self.answer(self.held)

    def hear(self) -> None:
        self.page.evaluate(HEAR)

    def until_held(self) -> None:
        for _again in range(200):
            if self.held is not None:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError("nothing was asked for")

    def shows(self, drawn: int) -> None:
        expect(self.page.locator("h2")).to_have_text(f"Drawn {drawn}")

    def press(self) -> None:
        self.accept.hover()
        self.page.mouse.down()


@pytest.fixture
def turn(browser: Browser) -> Iterator[Turn]:
    page = browser.new_page()
    page.set_default_timeout(5_000)
    page.add_init_script(SOURCE)
    yield Turn(page)
    page.context.close()


def test_a_press_is_not_lost_to_news_heard_while_it_lasts(turn: Turn) -> None:
    turn.press()
    turn.hear()
    turn.page.wait_for_timeout(500)  # longer than live.js waits
    turn.shows(1)
    turn.page.mouse.up()
    turn.shows(2)  # what the press leads to
    assert turn.posted == ["/accept"]


def test_a_press_is_not_lost_to_news_on_their_way(turn: Turn) -> None:
    turn.holds = "GET"
    turn.hear()
    turn.until_held()
    turn.press()
    turn.go_on()  # the new turn arrives under the finger
    turn.page.wait_for_timeout(100)
    turn.shows(1)
    turn.page.mouse.up()
    expect(turn.page.locator("h2")).to_have_text("Drawn 3")
    assert turn.posted == ["/accept"]


def test_a_page_that_is_being_left_is_not_drawn_anew(turn: Turn) -> None:
    turn.is_slow = True
    turn.accept.click()
    said = turn.page.get_by_role("button", name="Paying")
    expect(said).to_have_attribute("aria-disabled", "true")
    turn.hear()
    turn.page.wait_for_timeout(500)
    expect(said).to_be_visible()  # a new drawing would have asked for a second press
    turn.shows(1)
    assert turn.posted == ["/accept"]


def test_news_are_drawn_once_the_press_is_over(turn: Turn) -> None:
    turn.page.locator("h2").hover()
    turn.page.mouse.down()
    turn.hear()
    turn.page.wait_for_timeout(400)
    turn.shows(1)
    turn.page.mouse.up()
    turn.shows(2)


def test_words_begun_are_not_swept_away(turn: Turn) -> None:
    turn.page.locator("summary").click()
    turn.page.locator("#f-words").fill("It is not mine")
    turn.page.locator("h2").click()  # the field has lost the focus, its words are unsent
    turn.hear()
    turn.page.wait_for_timeout(500)
    turn.shows(1)
    expect(turn.page.locator("#f-words")).to_have_value("It is not mine")
    turn.page.locator("#f-words").fill("")
    turn.page.locator("h2").click()
    turn.shows(2)


def test_the_keyboard_stays_where_it_was(turn: Turn) -> None:
    turn.accept.focus()
    turn.hear()
    turn.shows(2)
    expect(turn.accept).to_be_focused()
    turn.page.keyboard.press("Enter")
    turn.shows(3)
    assert turn.posted == ["/accept"]
