"""Four disputes from beginning to end in a browser, in both languages: as the sides, the handlers, a supervisor see them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from guanxi.packs.club.history import latest_buyers
from guanxi.packs.club.world import SEED
from guanxi.packs.names import person
from guanxi.packs.pictures import picture
from tests.harness.demos import Demos
from tests.harness.walk import SLOW_MS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
HANDLER = {"zh": "xiejun", "en": "oliver"}
SECOND, SUPERVISOR = "linshu", "mayingjie"


@pytest.fixture(scope="module", params=["zh", "en"])
def world(request: pytest.FixtureRequest, make_demo: Demos, browser: Browser) -> Walk:
    """One running demo per language for the whole file."""
    return Walk(make_demo(request.param).start(), browser, request.param)


@pytest.fixture
def walk(world: Walk) -> Iterator[Walk]:
    """A walk in that demo; a script error, a refused resource or a page too wide fails it."""
    world.faults.clear()
    yield world
    world.rest()
    assert world.faults == [], "\n".join(world.faults)


def issue(phone: Page, place: int = 1) -> Locator:
    return phone.locator(f"#issue-{place}")


def test_two_issues_in_one_text_are_decided_differently(walk: Walk) -> None:
    phone, desk = walk.phone(), walk.desk(HANDLER[walk.language])
    text = walk.say(
        "书到现在还没有收到，物流显示已签收，可我没拿到包裹。打电话去问，客服态度很差，话没说完就挂了电话。",
        "The three books never arrived, though tracking says delivered. When I called, your agent was rude to me and hung up.",
    )
    number = walk.complain(phone, text, name=walk.say("陶静怡", "Nora Whitfield"), email="nora@example.net")
    missing, rude = walk.say("没有收到", "Never arrived"), walk.say("服务态度", "How I was treated")
    expect(phone.locator(".gx-side-read")).to_contain_text(missing)
    expect(phone.locator(".gx-side-read")).to_contain_text(rude)
    walk.look(phone, "two-received")
    walk.follow(phone)
    names = [issue(phone, place).locator("h2").first.inner_text() for place in (1, 2)]
    assert sorted(names) == sorted([missing, rude])
    lost, treated = names.index(missing) + 1, names.index(rude) + 1
    walk.look(phone, "two-phone")

    walk.until(phone, phone.locator("#gx-turn"))
    walk.accept(desk, number, lost)
    refund = walk.say(
        "承运商没有签收人的照片或签名，不能证明送到本人。按“送达由我们证明”退还书款。",
        "The carrier has neither photograph nor signature. Under “We prove delivery” the price is returned.",
    )
    walk.rule(desk, "u", refund, remedy="refund", amount="96")
    walk.look(desk, "two-desk-ruling")
    walk.sent(desk)
    walk.accept(desk, number, treated)
    heard = walk.say(
        "通话录音里同事语气平和，电话是线路中断，两分钟后已回拨。",
        "On the recording our colleague stays polite; the line broke and she rang back within two minutes.",
    )
    walk.rule(desk, "x", heard)
    walk.sent(desk)

    expect(issue(phone, lost)).to_contain_text("¥96.00", timeout=SLOW_MS)  # live: nobody reloaded
    walk.look(phone, "two-phone-hearing")
    walk.does(phone, "agree", place=lost)
    walk.does(
        phone, "comment", walk.say("回拨时没人道歉。", "Nobody apologised when she rang back."), place=treated
    )
    walk.confirm(
        desk,
        number,
        walk.say(
            "已转告同事回拨时先致歉；录音不支持“态度差”。",
            "We told our colleague to begin with an apology; the recording does not show rudeness.",
        ),
        treated,
    )
    expect(issue(phone, lost)).to_contain_text(
        walk.say("已付给您 ¥96.00", "¥96.00 paid to you"), timeout=SLOW_MS
    )
    expect(issue(phone, treated)).to_contain_text(walk.say("不支持", "not upheld"), timeout=SLOW_MS)
    expect(issue(phone, treated)).to_contain_text(heard)
    walk.look(phone, "two-phone-decided")
    walk.open(desk, number, lost)
    walk.look(desk, "two-desk-decided")


def test_a_rejected_complaint_goes_on_by_appeal_on_the_same_number(walk: Walk) -> None:
    phone, desk, second = walk.phone(), walk.desk(HANDLER[walk.language]), walk.desk(SECOND)
    text = walk.say(
        "包裹在转运站停了十二天，到现在还没有收到书，订单金额 132 元。",
        "I never received the parcel with my books, for which I paid 132 yuan.",
    )
    number = walk.complain(phone, text, name=walk.say("葛文涛", "Henry Doyle"), email="henry@example.net")
    walk.follow(phone)
    walk.open(desk, number)
    walk.until(desk, desk.locator("#f-accept-text"))
    desk.keyboard.press("x")
    fold = desk.locator("form[action$='/issues/1/reject/']")
    expect(fold).to_be_visible()
    fold.locator("select[name=code]").select_option("nothing_to_check")
    why = walk.say("没有单号，查不到这个包裹。", "Without its number we cannot find the parcel.")
    needed = walk.say("一张看得到单号的物流截图。", "A screenshot of the tracking page with the number.")
    fold.locator("textarea[name=text]").fill(why)
    fold.locator("textarea[name=would_change]").fill(needed)
    walk.look(desk, "rejected-desk")
    with desk.expect_navigation():
        fold.locator("button[type=submit]").click()

    expect(issue(phone)).to_contain_text(needed, timeout=SLOW_MS)
    expect(issue(phone)).to_contain_text(why)
    walk.look(phone, "rejected-phone")
    with walk.form(phone, "appeal") as form:
        form.locator("input[name=grounds][value=evidence]").check()
        form.locator("textarea[name=text]").fill(
            walk.say("单号末四位 3307，截图里看得到。", "Ending 3307, as you can see.")
        )
    expect(phone.locator("main")).to_contain_text(number)
    walk.look(phone, "rejected-appealed")
    walk.open(desk, number)
    expect(desk.locator("[data-ruling]")).to_have_count(0)  # whoever rejected it does not decide the appeal
    walk.look(desk, "rejected-desk-not-fresh")
    walk.open(second, number)
    walk.rule(
        second,
        "u",
        walk.say("单号 3307 自十一日起停在转运站，超过十日。", "3307 has stood still since the eleventh."),
        remedy="refund",
        amount="132",
    )
    walk.sent(second)
    expect(issue(phone)).to_contain_text("¥132.00", timeout=SLOW_MS)
    walk.does(phone, "agree")
    expect(issue(phone)).to_contain_text(walk.say("已付给您 ¥132.00", "¥132.00 paid to you"), timeout=SLOW_MS)
    expect(phone.locator("main")).to_contain_text(number)
    walk.look(phone, "rejected-phone-end")


def test_a_contested_claim_is_approved_and_an_appeal_changes_the_ruling(walk: Walk) -> None:
    mine, desk, second = walk.phone(), walk.desk(HANDLER[walk.language]), walk.desk(SECOND)
    text = walk.say(
        "在旧书店买的“作者签名本”与页面描述不符：签名是印上去的，不是手写。要求退回 860 元。",
        "The “signed copy” is not as described: the signature is printed, not written. I want the 860 yuan back.",
    )
    number = walk.complain(mine, text, name=walk.say("汪若彤", "Alice Marlow"), email="alice@example.net")
    walk.follow(mine)
    walk.name_other_side(desk, number, walk.say("拾页旧书店", "Second Leaf Books"), "seller")
    walk.accept(desk, number)

    theirs = walk.phone()
    theirs.goto(walk.link_of(number, "shop.rare@example.net"))
    expect(theirs.locator("main")).to_contain_text(text)
    walk.look(theirs, "contested-shop-asked")
    said = walk.say(
        "签名由原藏家转让，附签售照片。", "It came from a collector, with a photograph of the signing."
    )
    walk.does(theirs, "contest", said, photo=shot("signing_photo"))
    expect(issue(theirs).locator(".gx-side-piece--mine")).to_be_visible()
    expect(issue(mine)).to_contain_text(said, timeout=SLOW_MS)
    walk.look(mine, "contested-phone")
    walk.open(desk, number)
    reasons = walk.say(
        "签名有网点，是印刷的；签售照片看不出是这一册。",
        "The signature shows a printing screen; the photograph may be of any copy.",
    )
    walk.rule(desk, "u", reasons, remedy="refund", amount="860")
    expect(desk.locator("[data-approval=yes]")).to_be_visible()
    walk.look(desk, "contested-desk-ruling")
    walk.sent(desk)
    expect(issue(mine)).to_contain_text(reasons, timeout=SLOW_MS)
    expect(issue(theirs)).to_contain_text(reasons, timeout=SLOW_MS)
    walk.look(theirs, "contested-shop-hearing")
    walk.does(theirs, "comment", walk.say("我们也是受骗。", "We were deceived ourselves."))
    walk.does(mine, "comment", walk.say("退款即可。", "The money is enough."))
    walk.confirm(desk, number, walk.say("是否知情不影响退款。", "Whether the shop knew does not bear on it."))
    boss = walk.desk(SUPERVISOR)
    walk.approve(boss, number, "contested-approvals")

    paid = walk.say("已付给您 ¥860.00", "¥860.00 paid to you")
    expect(issue(mine)).to_contain_text(paid, timeout=SLOW_MS)
    expect(issue(theirs)).to_contain_text(
        walk.say("¥860.00", "¥860.00 paid to the other side"), timeout=SLOW_MS
    )
    for phone in (mine, theirs):
        expect(issue(phone)).to_contain_text(reasons)
        rule = issue(phone).locator("a[href*='/procedure/rules/']").first.get_attribute("href")
        assert phone.request.get(walk.url(rule or "")).ok
    walk.look(mine, "contested-phone-decided")
    walk.look(theirs, "contested-shop-decided")

    with walk.form(theirs, "appeal") as form:
        form.locator("input[name=grounds][value=evidence]").check()
        form.locator("textarea[name=text]").fill(
            walk.say("作者来信确认本人签过这一册。", "The author writes that this copy was signed.")
        )
        form.locator("input[type=file][name=files]").first.set_input_files(shot("receipt"))
    walk.open(desk, number)
    expect(desk.locator("[data-ruling]")).to_have_count(0)
    walk.open(second, number)
    anew = walk.say(
        "来信可信，签名为真；但封面有水渍未说明，退一半。",
        "The letter is sound and the signature real; the stain was not named, so half goes back.",
    )
    walk.rule(second, "p", anew, remedy="partial_refund", amount="430")
    walk.look(second, "contested-desk-appeal")
    walk.sent(second)
    walk.does(theirs, "agree")
    walk.does(mine, "agree")
    expect(issue(mine)).to_contain_text(anew, timeout=SLOW_MS)
    expect(issue(mine).locator(".gx-side-amount").first).to_contain_text("¥430.00", timeout=SLOW_MS)
    walk.look(mine, "contested-phone-changed")
    walk.look(theirs, "contested-shop-changed")
    walk.open(second, number)
    walk.look(second, "contested-desk-changed")


def shot(name: str) -> FilePayload:
    """A photograph as a phone's camera hands it over."""
    return {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture(name)}


def test_a_shop_against_a_malicious_review(walk: Walk) -> None:
    shop, desk = walk.phone(), walk.desk(HANDLER[walk.language])
    buyer = person(latest_buyers(150)[1][0].customer, SEED)
    review = walk.say("骗子店，卖的全是盗版！", "Crooks. Everything they sell is pirated!")
    text = walk.say(
        "这位会员没在我们店买过东西，却留下这样的评价。",
        "This member never bought from us, and yet left such a review.",
    )
    shop.goto(walk.url("/complain/"))
    expect(shop.locator("a[href$='?as=seller']")).to_be_visible()
    name, email = walk.say("听雨唱片行", "Harbour Lane Records"), "shop.records@example.net"
    number = walk.complain(
        shop, text, way="seller", kind="malicious_review", quote=review, name=name, email=email
    )
    expect(shop.locator(".gx-side-read")).to_contain_text(review)
    walk.follow(shop)
    expect(issue(shop)).to_contain_text(review)
    walk.look(shop, "review-shop")
    walk.name_other_side(desk, number, buyer.name, "member")
    walk.accept(desk, number)
    walk.look(desk, "review-desk-waits")
    member = walk.phone()
    member.goto(walk.link_of(number, buyer.email))
    expect(issue(member)).to_contain_text(review)
    walk.look(member, "review-member-asked")
    walk.does(member, "contest", walk.say("我只是气话。", "I was angry."))
    walk.open(desk, number)
    expect(desk.locator("main")).to_contain_text(review)
    ruled = walk.say(
        "没有任何订单，“全是盗版”与事实不符，加注说明。",
        "There is no order; “everything is pirated” is untrue and is labelled.",
    )
    walk.rule(desk, "u", ruled, remedy="review_labelled")
    walk.look(desk, "review-desk-ruling")
    walk.sent(desk)
    walk.does(shop, "agree")
    walk.does(member, "agree")
    walk.approve(walk.desk(SUPERVISOR), number, "review-approvals")
    for phone in (shop, member):
        expect(issue(phone)).to_contain_text(walk.say("评价加注说明", "Review labelled"), timeout=SLOW_MS)
        expect(issue(phone)).to_contain_text(ruled)
    expect(issue(shop).locator(".gx-side-ruling")).to_contain_text(
        walk.say("支持", "upheld"), timeout=SLOW_MS
    )
    walk.look(shop, "review-shop-decided")
    walk.look(member, "review-member-decided")
