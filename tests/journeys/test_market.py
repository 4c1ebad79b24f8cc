"""The marketplace in a browser, in both languages: goods sent back and paid for; declared one grade, found another."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from guanxi.packs.marketplace.cast import KNOWN
from tests.harness.demos import LANGUAGES, Demos
from tests.harness.walk import SLOW_MS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
HANDLER, SECOND, SUPERVISOR = {"zh": "xiejun", "en": "oliver"}, "linshu", "mayingjie"
EXPERT = "wuzhongheng"


@pytest.fixture(scope="module", params=["zh", "en"])
def world(request: pytest.FixtureRequest, make_demo: Demos, browser: Browser) -> Walk:
    """One running marketplace per language for the whole file."""
    return Walk(make_demo(request.param, "marketplace").start(), browser, request.param)


@pytest.fixture
def walk(world: Walk) -> Iterator[Walk]:
    """A walk in that demo; a script error, a refused resource or a page too wide fails it."""
    world.faults.clear()
    yield world
    world.rest()
    assert world.faults == [], "\n".join(world.faults)


def issue(phone: Page, place: int = 1) -> Locator:
    return phone.locator(f"#issue-{place}")


def address_of(walk: Walk, *, sells: str = "") -> str:
    people = KNOWN[LANGUAGES[walk.language]]
    return next(one.contact.email for one in people if one.sells == sells)


def bought(walk: Walk, buyer: Page, listing: str) -> str:
    """Buy and pay for one piece; the code of the order."""
    buyer.goto(walk.url(listing))
    walk.look(buyer, "market-listing")
    buyer.locator("a[href$='/buy/']").click()
    form = buyer.locator("main form")
    form.locator("input[name=name]").fill(walk.say("欧阳晓雯", "Maya Bennett"))
    form.locator("input[name=phone]").fill("154 8800 6601")
    form.locator("input[name=address]").fill(walk.say("杭州市文三路 1 号 502 室", "1 Wensan Road, Hangzhou"))
    walk.look(buyer, "market-buy")
    form.locator("button[type=submit]").click()
    buyer.wait_for_url("**/my/orders/**")
    found = re.search(r"/my/orders/([^/]+)/", buyer.url)
    assert found, buyer.url
    return found[1]


def sent(walk: Walk, seller: Page, order: str, tracking: str) -> None:
    seller.goto(walk.url("/my/shop/"))
    seller.locator(f"#ship input[name=tracking-{order}]").fill(tracking)
    walk.look(seller, "market-shop")
    with seller.expect_navigation():
        seller.locator("#ship button[type=submit]").click()
    expect(seller.locator(f"#ship input[name=tracking-{order}]")).to_have_count(0)


def received(walk: Walk, buyer: Page, order: str) -> None:
    have_it = buyer.locator("#gx-turn form[action$='/receive/'] button")
    expect(have_it).to_be_visible(timeout=2 * SLOW_MS)  # live: the shop has sent it, nobody reloaded
    have_it.click()
    buyer.wait_for_url(f"**/my/orders/{order}/**")


def test_what_is_sent_back_in_seven_days_is_paid_by_itself(walk: Walk) -> None:
    buyer, seller = walk.customer(address_of(walk)), walk.customer(address_of(walk, sells="books"))
    seller.goto(walk.url("/my/shop/"))
    shop = seller.locator("#shop a[href*='/shops/']").get_attribute("href") or ""
    buyer.goto(walk.url(shop))
    listing = buyer.locator("main a[href*='/market/L-']").first.get_attribute("href") or ""
    order = bought(walk, buyer, listing)
    sent(walk, seller, order, f"YT{walk.say('71', '72')}00412233")
    received(walk, buyer, order)
    walk.look(buyer, "return-order")
    buyer.locator("#returns a[href$='/return/']").click()
    buyer.locator("input[name=reason]").first.check()
    walk.look(buyer, "return-ask")
    buyer.locator("main form button[type=submit]").last.click()
    buyer.wait_for_url("**/my/returns/**")
    buyer.locator("form[action$='/send/'] input[name=carrier]").fill("SF")
    buyer.locator("form[action$='/send/'] input[name=tracking]").fill("SF1400998877")
    buyer.locator("form[action$='/send/'] button").click()
    walk.look(buyer, "return-sent")
    seller.goto(walk.url(f"/my/shop/orders/{order}/"))
    seller.locator("#returns a[href*='/my/returns/']").first.click()
    walk.look(seller, "return-shop")
    if (arrived := seller.locator("form[action$='/arrive/'] button")).count():
        with seller.expect_navigation():
            arrived.click()
    with seller.expect_navigation():
        seller.locator("form[action$='/accept/'] button").click()
    expect(buyer.locator("#gx-turn")).to_contain_text(walk.say("已退款", "refunded"), timeout=SLOW_MS)
    walk.look(buyer, "return-paid")
    buyer.goto(walk.url(f"/my/orders/{order}/"))
    expect(buyer.locator("main")).to_contain_text(walk.say("退款", "refund"))
    walk.look(buyer, "return-order-end")


def declared_listing(walk: Walk, buyer: Page, shop: str) -> str:
    """The first thing on sale in a shop that declares a grade."""
    buyer.goto(walk.url(shop))
    links = [link.get_attribute("href") or "" for link in buyer.locator("main a[href*='/market/L-']").all()]
    for listing in dict.fromkeys(links):
        buyer.goto(walk.url(listing))
        if buyer.locator("#declared").count() and buyer.locator("a[href$='/buy/']").count():
            return listing
    raise AssertionError("nothing is declared")


def test_declared_one_grade_found_another_contested_and_appealed(walk: Walk) -> None:
    buyer, seller = walk.customer(address_of(walk)), walk.customer(address_of(walk, sells="phones"))
    desk, second, boss = walk.desk(HANDLER[walk.language]), walk.desk(SECOND), walk.desk(SUPERVISOR)
    seller.goto(walk.url("/my/shop/"))
    shop = seller.locator("#shop a[href*='/shops/']").get_attribute("href") or ""
    order = bought(walk, buyer, declared_listing(walk, buyer, shop))
    sent(walk, seller, order, f"YT{walk.say('81', '82')}00412299")
    received(walk, buyer, order)
    buyer.locator("#wrong a[href*='not_as_described']").click()
    buyer.locator("textarea[name=text]").fill(
        walk.say("屏幕划痕比声明的多得多。", "The screen has far more scratches than declared.")
    )
    walk.look(buyer, "grade-complain")
    buyer.locator("form[data-form=complain] button[type=submit]").last.click()
    buyer.wait_for_url("**/received/**")
    found = re.search(r"GX-\d{4}-\d{4}-\d{4}", buyer.locator("main").inner_text())
    assert found
    number = found[0]

    walk.accept(desk, number)
    seller.goto(walk.url(f"/my/cases/{number}/"))
    walk.does(seller, "contest", walk.say("寄出前检查过。", "I checked it before it left."))
    walk.open(desk, number)
    consult = desk.locator("form[action$='/consult/']")
    consult.locator("xpath=ancestor::details[1]/summary").click()
    asked = (
        consult.locator("select[name=expert] option").filter(has_text="吴仲衡").first.get_attribute("value")
    )
    consult.locator("select[name=expert]").select_option(value=asked or "")
    consult.locator("textarea[name=text]").fill(walk.say("请数划痕。", "Please count the scratches."))
    with desk.expect_navigation():
        consult.locator("button[type=submit]").click()
    expert = walk.desk(EXPERT)
    walk.open(expert, number)
    measured = expert.locator("#gx-measure form")
    measured.locator("input[name=value-scratches]").fill("40")
    with expert.expect_navigation():
        measured.locator("button[type=submit]").click()
    expect(expert.locator("#gx-measure")).to_contain_text("> ")
    walk.look(expert, "grade-measured")
    finding = expert.locator("form[action$='/find/']")
    finding.locator("textarea[name=text]").fill(walk.say("划痕四十道。", "Forty scratches."))
    with expert.expect_navigation():
        finding.locator("button[type=submit]").click()
    walk.open(desk, number)
    reasons = walk.say(
        "实测划痕四十道，低于声明的等级。", "Forty scratches were measured: below the grade declared."
    )
    walk.rule(desk, "u", reasons, remedy="refund", amount="100")
    walk.look(desk, "grade-ruling")
    walk.sent(desk)
    walk.does(seller, "comment", walk.say("不同意。", "I do not agree."))
    buyer.goto(walk.url(f"/my/cases/{number}/"))
    expect(issue(buyer)).to_contain_text("40")
    walk.does(buyer, "agree")
    walk.confirm(desk, number, walk.say("测量有记录。", "The count is on record."))
    if boss.request.get(walk.url("/cases/approvals/")).text().count(number):
        walk.approve(boss, number, "grade-approvals")
    expect(issue(buyer)).to_contain_text(walk.say("已付给您 ¥100.00", "¥100.00 paid to you"), timeout=SLOW_MS)
    walk.look(buyer, "grade-decided")
    seller.goto(walk.url(f"/my/cases/{number}/"))
    with walk.form(seller, "appeal") as form:
        form.locator("input[name=grounds][value=error]").check()
        form.locator("textarea[name=text]").fill(walk.say("数错了。", "They were miscounted."))
    walk.open(second, number)
    again = walk.say("重数为三十八道，结论不变。", "Counted anew: thirty-eight. The ruling stands.")
    walk.rule(second, "u", again, remedy="refund", amount="100")
    walk.sent(second)
    walk.does(seller, "agree")
    walk.does(buyer, "agree")
    expect(issue(buyer)).to_contain_text(again, timeout=SLOW_MS)
    walk.look(buyer, "grade-appealed")
