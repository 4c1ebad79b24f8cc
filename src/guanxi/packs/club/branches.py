"""What stewards find in the demo world: another shop's list that doubles some people, and how well everything is kept.

Streets exist, houses and flats are invented.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from guanxi.core.access import Actor
from guanxi.core.money import Money
from guanxi.packs.club.history import SOURCE
from guanxi.packs.names import again, stranger
from guanxi.people import actions
from guanxi.people.actions import Contact
from guanxi.people.models import Identifier, Record
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, import_buyers

FIRST, COUNT, LIST, LETTER = 40, 36, "branch", "letter"  # which of the latest buyers, how many; sources
STREETS = {
    "zh-hans": (
        "浙江省杭州市西湖区文二西路",
        "上海市徐汇区漕溪北路",
        "北京市海淀区中关村大街",
        "广东省深圳市南山区科苑南路",
        "四川省成都市武侯区人民南路",
        "江苏省南京市鼓楼区中山北路",
    ),
    "en": (
        "Castle Street, Bristol BS1 3AE",
        "Deansgate, Manchester M3 2BW",
        "George Street, Edinburgh EH2 2LR",
    ),
}
TROUBLES = (
    ("email", "bounced"),
    ("email", "bounced"),
    ("phone", "silent"),
    ("address", "returned"),
    ("email", "bounced"),
    ("address", "returned"),
    ("phone", "recycled"),
)
_SINCE_DAYS = 290  # ago: when customers wrote where they live


def address(contact: Contact, place: int) -> str:
    """Where somebody lives; another `place` is another home."""
    streets = STREETS[contact.language or "en"]
    street, number = streets[place % len(streets)], 3 + place * 7 % 290
    return (
        f"{number} {street}"
        if contact.language == "en"
        else f"{street}{number}号{2 + place % 9}幢{101 + place}室"
    )


def join_lists(*, actor: Actor, now: datetime, people: Sequence[Contact], skus: Sequence[str]) -> int:
    """Letters say where some of the buyers live; then another shop's list has them again. How many orders it brought."""
    some = people[FIRST : FIRST + COUNT]
    said = now - timedelta(days=_SINCE_DAYS)
    letters = [BuyerRow(_by_letter(contact, place), said, []) for place, contact in enumerate(some)]
    import_buyers(actor=actor, now=now, buyers=letters, source=LETTER, sample=True)
    listed = [_listed(now, contact, place, skus) for place, contact in enumerate(some)]
    return import_buyers(actor=actor, now=now, buyers=listed, source=LIST, sample=True)


def _by_letter(contact: Contact, place: int) -> Contact:
    born = f"{1950 + place * 7 % 55}-{1 + place % 12:02d}-{1 + place * 5 % 28:02d}"
    return replace(contact, address=address(contact, place), birth=born if place % 3 == 0 else "")


def _listed(now: datetime, contact: Contact, place: int, skus: Sequence[str]) -> BuyerRow:
    """The same one, or somebody of the household, as the shop wrote them down; some have moved."""
    placed = now - timedelta(days=20 + 11 * place)
    home = place + 50 if place % 4 == 1 else place
    written = replace(again(contact, place), address=address(contact, home) if place % 2 else "")
    line = LineRow(skus[place % len(skus)], 1 + place % 3, Money(1_980 + 410 * place, "USD"))
    return BuyerRow(written, placed, [OrderRow(f"BR-{place:05d}", placed, [line])])


def keep_up(*, actor: Actor, now: datetime, seed: int, skus: Sequence[str]) -> int:
    """Most telephones were verified within the year, some things do not reach anybody, and wishes differ between the lists.

    Gives how many orders the heroine had at the other shop.
    """
    orders = _double_heroine(actor, now, stranger(0, seed), skus)
    held = Identifier.objects.filter(record__source=SOURCE, valid_to=None).order_by("id")
    for place, key in enumerate(held.filter(kind="phone").values_list("id", flat=True)):
        if place % 7:
            seen = now - timedelta(days=9 + place * 13 % 340, hours=place % 9)
            actions.verify_identifier(actor=actor, now=seen, identifier_id=key, how="document")
    for place, (kind, trouble) in enumerate(TROUBLES):
        stated = Identifier.objects.filter(kind=kind, valid_to=None, record__sample=True).order_by("id")
        one = stated[5 + place * 3]
        actions.note_trouble(
            actor=actor, now=now - timedelta(days=1 + 2 * place), identifier_id=one.id, trouble=trouble
        )
    _differing_wishes(actor, now)
    return orders


def _double_heroine(actor: Actor, now: datetime, contact: Contact, skus: Sequence[str]) -> int:
    """She stands in the other shop's list as well, in Latin letters, at her former address, with what she bought there."""
    lives = replace(contact, address=address(contact, 0), birth="1988-06-12")
    stood = Contact(
        "Ouyang Xiaowen", contact.phone, "ouyang_xw@example.net", language="en", address=address(contact, 50)
    )
    said = now - timedelta(days=12)
    actions.add_record(actor=actor, now=said, contact=lives, source=LETTER, sample=True)
    orders = [
        OrderRow(
            f"BR-9{place:04d}",
            said - timedelta(days=70 * place),
            [LineRow(skus[place], 2, Money(minor, "USD"))],
        )
        for place, minor in enumerate((41_200, 28_950, 33_600, 24_650))
    ]
    row = BuyerRow(stood, said - timedelta(days=300), orders)
    return import_buyers(actor=actor, now=said, buyers=[row], source=LIST, sample=True)


def _differing_wishes(actor: Actor, now: datetime) -> None:
    """Who agreed on paper in the shop has refused by letter since, or the other way round."""
    for source, days, given in ((LIST, 200, True), (LETTER, 40, False)):
        written = Record.objects.filter(source=source, sample=True).order_by("id")
        for record in written[: COUNT + 1 : 3]:
            actions.state_consent(
                actor=actor,
                now=now - timedelta(days=days),
                record_id=record.id,
                statements={("marketing", "sms"): given, ("marketing", "email"): True},
                source=source,
            )
