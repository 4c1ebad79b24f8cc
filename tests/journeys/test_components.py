"""Forms, timeline, charts, panels and files in a real browser: a lost connection, filters, table and CSV, an upload."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from guanxi.packs.cast import DEMO_PASSWORD
from tests.harness.browser import DESKTOP, PHONE, until
from tests.harness.demos import Demos
from tests.harness.processes import Stack

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
WORDS = "The box arrived open and one record is missing."


@pytest.fixture(scope="module")
def stack(make_demo: Demos) -> Stack:
    """One demo for the whole file: each test acts on matters of its own."""
    return make_demo("en").start()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, PHONE)


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[Page]:
    for page in _page(browser, DESKTOP):
        page.goto(f"{stack.url}/accounts/login/")
        page.locator("#id_login").fill("guyiming")
        page.locator("#id_password").fill(DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/today/")
        yield page


def _page(browser: Browser, look: dict[str, object]) -> Iterator[Page]:
    """A page on which any script error or breach of the content policy fails the test; lost connections are meant."""
    context = browser.new_context(**look, locale="en-GB")  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    context.close()
    assert faults == []


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (640, 480), (11, 95, 120)).save(drawn, "JPEG")
    return drawn.getvalue()


def _first_case(page: Page, stack: Stack) -> str:
    page.goto(f"{stack.url}/cases/")
    return str(page.locator("a[href*='/cases/GX']").first.evaluate("link => link.href"))


def test_words_survive_a_lost_connection_a_reload_and_count_once(stack: Stack, phone: Page) -> None:
    phone.goto(f"{stack.url}/complain/")
    phone.get_by_label("What happened").fill(WORDS)
    phone.get_by_label("E-mail").fill("lost.link@shop.example")
    phone.reload()  # nothing was sent: the draft comes back and says from when
    expect(phone.get_by_label("What happened")).to_have_value(WORDS)
    expect(phone.locator("[data-note='restored']")).to_contain_text(re.compile(r"Restored from \d\d:\d\d"))

    reached: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        if not reached:
            route.fetch()  # it reaches us, but the answer is lost on the way
        reached.append(route.request.post_data or "")
        return route.abort("internetdisconnected")

    phone.route("**/complain/", lose)
    phone.get_by_role("button", name="Send complaint").click()
    expect(phone.locator("[data-note='offline']")).to_contain_text("No connection.")
    expect(phone.get_by_label("What happened")).to_have_value(WORDS)
    phone.reload()
    expect(phone.get_by_label("What happened")).to_have_value(WORDS)
    phone.unroute("**/complain/")
    phone.get_by_role("button", name="Send complaint").click()
    phone.wait_for_url("**/received/")
    number = phone.locator(".gx-case-no").inner_text()
    assert len(reached) >= 1
    found = stack.run("shell", "-c", _count("lost.link@shop.example"))
    assert found.split()[-1] == "1", "the first sending and the second are one case"
    assert number.startswith("GX-")
    phone.goto(f"{stack.url}/complain/")
    expect(phone.get_by_label("What happened")).to_have_value("")  # what is sent is no draft any more


def _count(email: str) -> str:
    return (
        "from guanxi.cases.models import Case;"
        f"print(Case.objects.filter(record__identifiers__value='{email}').distinct().count())"
    )


def test_an_error_stands_beside_its_field_and_keeps_words_and_files(
    stack: Stack, phone: Page, tmp_path: Path
) -> None:
    photo = tmp_path / "box.jpg"
    photo.write_bytes(picture())
    phone.goto(f"{stack.url}/complain/")
    phone.get_by_label("What happened").fill(WORDS)
    phone.locator("#f-files").set_input_files(photo)
    phone.get_by_label("E-mail").fill("not an address")
    phone.get_by_role("button", name="Send complaint").click()
    expect(phone.locator("#f-email-error")).to_be_visible()
    expect(phone.locator("#f-email")).to_be_focused()
    expect(phone.get_by_label("What happened")).to_have_value(WORDS)
    expect(phone.locator("[data-list] li")).to_contain_text("box.jpg")
    phone.locator("#f-email").fill("right@shop.example")
    phone.get_by_role("button", name="Send complaint").click()
    phone.wait_for_url("**/received/")
    phone.get_by_role("link", name="Follow my case").click()
    expect(phone.locator(".gx-file b")).to_have_text("box.jpg")
    expect(phone.locator(".gx-file img")).to_be_visible(timeout=1) if phone.locator(
        ".gx-file img"
    ).count() else None


def test_staff_answer_with_a_picture_that_is_drawn_small(stack: Stack, desk: Page, tmp_path: Path) -> None:
    photo, page_file = tmp_path / "receipt.jpg", tmp_path / "page.html"
    photo.write_bytes(picture())
    page_file.write_text("<script>alert(1)</script>")
    url = _first_case(desk, stack)
    desk.goto(url)
    desk.locator("#f-answer-files").set_input_files(page_file)
    expect(desk.locator("#f-answer-files-error")).to_contain_text("cannot be sent")
    desk.get_by_role("button", name="Take out page.html").click()
    desk.locator("#f-answer-files").set_input_files(photo)
    desk.locator("#f-answer").fill("Here is the receipt.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".gx-file").filter(has_text="receipt.jpg")).to_be_visible()
    for _try in range(20):  # the worker draws it
        desk.reload()
        if desk.locator(".gx-file img").count():
            break
        desk.wait_for_timeout(500)
    drawn = desk.locator(".gx-file img").first
    size = drawn.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])")
    assert size == [416, 312]


def timeline_of(desk: Page) -> Locator:
    """The folded timeline on a case's page."""
    return desk.locator("details[data-lazy]").filter(has_text="Timeline of the case")


def test_the_timeline_is_filtered_searched_and_grows_in_place(stack: Stack, desk: Page) -> None:
    url = _first_case(desk, stack)
    desk.goto(url)
    timeline_of(desk).locator("summary").first.click()
    card = desk.locator("#gx-timeline")
    expect(card.locator(".gx-entry").first).to_be_visible()
    everything = card.locator(".gx-entry").count()
    card.locator("select[name=way]").select_option("in")
    expect(card).to_have_attribute(
        "hx-get", re.compile("way=in")
    )  # drawn anew; nothing may have gone out before
    expect(card.locator(".gx-entry--out")).to_have_count(0)
    assert 0 < card.locator(".gx-entry").count() <= everything
    card.locator("input[name=q]").fill("no such words")
    expect(card).to_contain_text("Nothing here matches")
    card.get_by_role("link", name="Show all").click()
    expect(card.locator(".gx-entry")).to_have_count(everything)


def test_a_panel_that_does_not_come_says_so_and_can_be_tried_again(stack: Stack, desk: Page) -> None:
    desk.goto(_first_case(desk, stack))
    desk.route("**/panels/**", lambda route: route.abort())
    fold = timeline_of(desk)
    fold.locator("summary").first.click()
    expect(fold.locator("[data-lazy-in]")).to_contain_text("This part did not come.")
    desk.unroute("**/panels/**")
    fold.locator("[data-lazy-in]").get_by_role("button", name="Try again").click()
    expect(desk.locator("#gx-timeline .gx-entry").first).to_be_visible()


def test_a_chart_is_a_drawing_a_table_and_a_file_in_both_themes(stack: Stack, desk: Page) -> None:
    desk.goto(f"{stack.url}/activity/")
    until(desk, "document.documentElement.dataset.charts === 'drawn'")
    expect(desk.locator("[data-chart='chart-flow'] canvas")).to_be_visible()
    card = desk.locator(".gx-chart-card").first
    light = card.screenshot()
    desk.evaluate("document.documentElement.dataset.theme = 'dark'")
    desk.wait_for_timeout(400)
    assert card.screenshot() != light
    assert "highest" in str(desk.locator("[data-chart='chart-flow']").get_attribute("aria-label"))
    button = card.get_by_role("button", name="Table")
    button.focus()
    desk.keyboard.press("Enter")
    expect(card.locator("table")).to_be_visible()
    shown = [row.split("\t") for row in card.locator("tbody tr").all_inner_texts()]
    with desk.expect_download() as saved:
        card.get_by_role("link", name="CSV").click()
    lines = Path(saved.value.path()).read_text("utf-8-sig").splitlines()
    assert [line.split(",") for line in lines[1:]] == shown
