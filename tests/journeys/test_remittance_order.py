"""A remittance order in a browser, from the slip to the supplier's payment, in both languages and with one exception.

The slip is the order. Of one book nothing is on the shelf: it is bought. Another is damaged in its bin: the order
stops, a colleague settles that on its page, and it goes on to packing, the carrier, the customer; the supplier is paid.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.harness.demos import Demos
from tests.harness.walk import SLOW_MS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
CLERK = "kongde"
PLENTY, SCARCE = "BK-1056", "BK-1126"  # the second has been bought before, and its shelf is empty
PARCEL = "SF1400556677"


@pytest.fixture(scope="module", params=["zh", "en"])
def world(request: pytest.FixtureRequest, make_demo: Demos, browser: Browser) -> Walk:
    """One running club per language."""
    return Walk(make_demo(request.param).start(), browser, request.param)


@pytest.fixture
def walk(world: Walk) -> Iterator[Walk]:
    """A walk in that demo; a script error, a refused resource or a page too wide fails it."""
    world.faults.clear()
    yield world
    world.rest()
    assert world.faults == [], "\n".join(world.faults)


class Screens:
    """The stage screens as a clerk with a scanner uses them."""

    def __init__(self, walk: Walk, desk: Page) -> None:
        self.walk, self.desk = walk, desk

    def at(self, stage: str) -> None:
        self.desk.goto(self.walk.url(f"/stages/{stage}/"))
        expect(self.desk.locator("#f-scan")).to_be_focused()

    def scan(self, text: str, said: str) -> None:
        """Type and press Enter; the screen answers with these words."""
        self.desk.keyboard.insert_text(text)
        self.desk.keyboard.press("Enter")
        expect(self.desk.locator("[data-scan-said]")).to_contain_text(said, timeout=SLOW_MS)
        self.desk.wait_for_timeout(
            150
        )  # nobody's second Enter comes sooner: what does is taken for the same scan


def _slip(walk: Walk, desk: Page) -> str:
    """Write the slip down and make it an order; the order's number."""
    desk.goto(walk.url("/remittances/new/"))
    desk.locator("input[name=slip]").fill("P-2611-0417")
    desk.locator("input[name=amount]").fill("136")
    desk.locator("input[name=payer]").fill(walk.say("蒲松年", "Lena Foxworth"))
    words = walk.say("订 {}、{} 各两本", "Please send {} and {}, two of each").format(PLENTY, SCARCE)
    desk.locator("textarea[name=text]").fill(words)
    walk.look(desk, "slip-new")
    with desk.expect_navigation():
        desk.keyboard.press("Control+Enter")
    form = desk.locator("form[action$='/key/']")
    form.locator("textarea[name=lines]").fill(f"{PLENTY} × 2\n{SCARCE} × 2")
    form.locator("input[name=phone]").fill("138 8800 0417")
    form.locator("input[name=address]").fill(walk.say("锦江区春熙路 1 号", "1 Chunxi Road, Chengdu"))
    walk.look(desk, "slip-is-the-order")
    with desk.expect_navigation():
        form.locator("button[type=submit]").last.click()
    link = desk.locator("main .gx-factline a[href*='/orders/']")
    walk.look(desk, "slip-matched")
    number = link.inner_text().strip()
    link.click()
    desk.wait_for_url("**/orders/**")
    return number


def test_from_the_slip_to_the_suppliers_payment(walk: Walk) -> None:
    desk = walk.desk(CLERK)
    number = _slip(walk, desk)
    order = desk.url
    expect(desk.locator("main")).to_contain_text("¥136.00")
    clerk = Screens(walk, desk)

    clerk.at("keying")
    clerk.scan(number, number)
    walk.look(desk, "stage-keying")
    clerk.scan("", walk.say(f"{number} 已完成", f"{number} is done"))
    clerk.at("procurement")
    clerk.scan(number, number)
    walk.look(desk, "stage-procurement")
    clerk.scan("", walk.say("已采购 2 件", "2 pieces ordered"))
    clerk.at("arrivals")
    expected = desk.locator(".gx-stop").filter(has_text=number)
    purchase = expected.locator(".gx-stop-bin").inner_text().strip()
    clerk.scan(purchase, purchase)
    walk.look(desk, "stage-arrivals")
    clerk.scan("", walk.say("已入库 2 件", "2 pieces taken in"))

    clerk.at("picking")
    clerk.scan(number, walk.say("1 单", "1 order"))
    desk.keyboard.press("F2")
    walk.look(desk, "stage-trouble")
    desk.locator("[data-scan-kind=damaged]").click()
    expect(desk.locator("[data-scan-said]")).to_contain_text(walk.say("已停下 1 单", "1 order stopped"))
    desk.goto(order)
    walk.look(desk, "order-stopped")
    trouble = desk.locator("section[id^=trouble-]")
    expect(trouble.locator("input[name^=line-]").first).to_have_value(
        "2"
    )  # the picker's scanner said which book
    trouble.locator("input[name=how][value=replaced]").check()
    with desk.expect_navigation():
        trouble.locator("button[type=submit]").last.click()
    expect(desk.locator("section[id^=trouble-]")).to_have_count(0)

    clerk.at("picking")
    clerk.scan(number, walk.say("1 单", "1 order"))
    clerk.scan(PLENTY, PLENTY)
    clerk.scan(SCARCE, SCARCE)
    walk.look(desk, "stage-picked")
    clerk.scan("", walk.say("已拣 1 单", "1 order is picked"))
    clerk.at("packing")
    clerk.scan(number, number)
    clerk.scan(f"2*{PLENTY}", PLENTY)
    clerk.scan(f"2*{SCARCE}", walk.say("已拣齐", "All is in hand"))
    walk.look(desk, "stage-packed")
    clerk.scan(PARCEL, PARCEL)
    clerk.at("logistics")
    clerk.scan(PARCEL, walk.say("已交承运商", "is with the carrier"))
    desk.goto(order)
    desk.locator("#hear summary").click()
    desk.locator("#hear select[name=code]").select_option("delivered")
    with desk.expect_navigation():
        desk.locator("#hear button[type=submit]").click()
    walk.look(desk, "order-delivered")
    clerk.at("receipt")
    clerk.scan(PARCEL, walk.say(f"{number} 在您手上", f"{number} is in your hands"))
    clerk.scan("", walk.say(f"{number} 已签收", f"{number} has arrived"))
    clerk.at("settlement")
    clerk.scan(number, number)
    walk.look(desk, "stage-settlement")
    clerk.scan("", walk.say("已付供应商", "suppliers paid"))

    desk.goto(order)
    expect(desk.locator("main")).to_contain_text(walk.say("订单已完成", "the order is done"))
    walk.look(desk, "order-done")
    desk.goto(walk.url(f"/purchases/{purchase}/"))
    expect(desk.locator("main")).to_contain_text(re.compile(walk.say("已付", "paid")))
    walk.look(desk, "purchase-paid")
