"""A call list of the club's demo world: members who have not bought for a while, most of whom agreed to be telephoned."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from guanxi.channels.actions import calling
from guanxi.channels.actions.calling import DAYS, Given
from guanxi.channels.models import CallList
from guanxi.core.access import Actor
from guanxi.packs.club.history import SOURCE
from guanxi.people import actions
from guanxi.people.actions import Contact

COUNT = 24
EVERY = 8  # of so many one never said yes, and one has said no since
SAID = "letter"
NAMES = {"zh-hans": "秋季新书回访", "en": "Autumn books"}
OFFERS = {
    "zh-hans": "《红楼梦》精装典藏本重印，会员先订",
    "en": "Dream of the Red Chamber, clothbound, in print again: members first",
}
GIVEN = Given(
    name=NAMES["zh-hans"],
    team="telemarketing",
    script_zh=(
        "您好，我是读书会的{我的名字}。您同意过我们打电话介绍新书，现在方便讲两分钟吗？\n"
        "（不方便：约好下次的时间，按 3。不想再接：马上记下，按 6。）\n\n"
        "您上次买的那套还喜欢吗？——先听，再说。\n\n"
        "今年秋天重印了《红楼梦》精装典藏本，会员先订。十四日内不满意可以原样退回，书款全退。\n\n"
        "要的话，我现在就替您下单：寄到原来的地址可以吗？\n"
        "不要也没关系。谢谢您的时间，再见。"
    ),
    script_en=(
        "Good day, my name is {my name}, of the book club. You agreed that we may ring you about books: is now a good time?\n"
        "(If not: agree on another time, key 3. If never again: note it at once, key 6.)\n\n"
        "How do you like the set you bought last? Listen first.\n\n"
        "This autumn the clothbound Dream of the Red Chamber is in print again, and members come first. "
        "Within fourteen days it may go back as it came, and the price is paid back.\n\n"
        "Shall I key the order for you now, to the address we have?\n"
        "No is fine as well. Thank you for your time, goodbye."
    ),
    week=dict.fromkeys(DAYS, "09:00-12:00, 14:00-21:00"),
    pause_minutes=120,
)


def open_list(*, actor: Actor, now: datetime, people: Sequence[Contact], language: str) -> CallList:
    """Make it, put customers of the slice on it and run it: calls reach the team once somebody sits there."""
    given = replace(GIVEN, name=NAMES[language], offer=OFFERS[language])
    made = calling.make_list(actor=actor, now=now - timedelta(days=2), given=given, sample=True)
    for place, contact in enumerate(people[-COUNT:]):
        known = actions.add_record(actor=actor, now=now, contact=contact, source=SOURCE, sample=True)
        if place % EVERY:
            _says(actor, now - timedelta(days=60 + place), known.record_id, given=True)
        if place % EVERY == 1:
            _says(actor, now - timedelta(days=9), known.record_id, given=False)
        calling.add_customer(
            actor=actor, now=now, public_id=made.public_id, customer=known.customer_public_id
        )
    return calling.turn_list(actor=actor, now=now, public_id=made.public_id, verb="run")


def _says(actor: Actor, at: datetime, record_id: int, *, given: bool) -> None:
    actions.state_consent(
        actor=actor,
        now=at,
        record_id=record_id,
        statements={("marketing", "phone"): given},
        source=SAID,
    )
