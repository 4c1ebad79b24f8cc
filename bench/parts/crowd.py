"""A crowd of customers that is the same everywhere: person `n` can be worked out, loaded and asked about anew.

Everybody has a phone, three in four an e-mail address, three in four a member number:
`identifiers` rows make `identifiers * 2 / 5` persons.
"""

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文辉力志宏海燕鹏飞宇欣怡浩然梓轩佳琪"
BASE = 1 << 55  # far below today's ids (about 2**58): loaded rows are older rows
CUSTOMER_ID, RECORD_ID, IDENTIFIER_ID, MEMBERSHIP_ID = (BASE + (part << 40) for part in range(4))
FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC)

TEXTS_ZH = (
    "我上周二在你们店里买的洗衣机送来时外壳已经凹了一块，联系安装师傅说不归他管，客服电话等了四十分钟没人接。希望尽快换一台或者退款。",
    "会员积分六月份被清零了，事先没有收到任何短信或者邮件通知。我是十年的老会员，这样做很让人寒心，请把积分还给我。",
    "订单显示已经签收，但是我没有收到任何东西，门卫那里也没有。快递员的电话打不通，请帮我查一下包裹到底在哪里！",
    (
        "昨天晚上在你们餐厅吃完饭以后全家人都拉肚子，今天早上去医院看了急诊，有病历和发票。请负责人给我一个说法，医药费怎么处理？"
        "另外当天的菜有一道明显没有熟透，我们当场已经向服务员提出来了，但是没有人重视。希望你们认真对待食品安全问题。"
    ),
    "银行卡被重复扣款两次，金额一样，时间相差三秒。",
)
TEXTS_EN = (
    "The sofa arrived with a torn cover and two legs missing. I have called and nobody rang back. Take it back.",
    "I was charged twice for the same booking and your hotline keeps dropping my call. Refund one of them.",
)


@dataclass(frozen=True, slots=True)
class Person:
    """One customer of the crowd, by normalised keys; empty where they have none."""

    number: int
    name: str
    phone: str
    email: str
    member: str

    def identifiers(self) -> list[tuple[str, str]]:
        kinds = (("phone", self.phone), ("email", self.email), ("member", self.member))
        return [(kind, value) for kind, value in kinds if value]


def person(number: int) -> Person:
    """The customer with this number."""
    mixed = number * 2_654_435_761 % 2**32
    given = GIVEN[mixed % len(GIVEN)] + GIVEN[mixed // 97 % len(GIVEN)]
    name = SURNAMES[mixed // 7 % len(SURNAMES)] + given
    return Person(
        number,
        name,
        phone_of(number),
        f"kh{number}@mail{number % 9}.example.cn" if number % 4 != 3 else "",
        f"GX{number:08d}" if number % 4 != 2 else "",
    )


def phone_of(number: int) -> str:
    return f"+86138{number:08d}"


def persons_for(identifiers: int) -> int:
    return identifiers * 2 // 5


def rows(count: int) -> Iterator[tuple[str, list[str], Iterator[Sequence[object]]]]:
    """(table, columns, rows) for `count` persons, in the order of their references."""
    yield (
        "people_customer",
        ["id", "public_id", "created", "provisional"],
        ((CUSTOMER_ID + n, f"C-{n:010d}", _made(n), False) for n in range(count)),
    )
    yield "people_record", [
        "id", "customer_id", "source", "name", "name_key", "language", "said", "fingerprint", "unit_id",
        "created", "sample", "nature",
    ], (_record(person(n)) for n in range(count))  # fmt: skip
    yield "people_identifier", [
        "id", "record_id", "kind", "value", "verbatim", "verified", "valid_from", "valid_to", "verified_how", "trouble",
    ], (row for n in range(count) for row in _identifiers(person(n)))  # fmt: skip
    explanation = json.dumps({"outcome": "new", "facts": [], "rule": "people.recognition@1"})
    yield "people_membership", [
        "id", "record_id", "customer_id", "valid_from", "valid_to", "reason", "rule", "explanation",
    ], (
        (MEMBERSHIP_ID + n, RECORD_ID + n, CUSTOMER_ID + n, _made(n), None, "new", "people.recognition@1",
         explanation) for n in range(count)
    )  # fmt: skip


def _made(number: int) -> str:
    return (FIRST_DAY + timedelta(seconds=number * 60)).isoformat(sep=" ")


def _record(who: Person) -> Sequence[object]:
    said = json.dumps({"name": who.name, **dict(who.identifiers())}, ensure_ascii=False)
    fingerprint = hashlib.sha256(str(who.number).encode()).hexdigest()
    number = who.number
    return (
        RECORD_ID + number, CUSTOMER_ID + number, "import", who.name, who.name, "zh-hans", said, fingerprint,
        None, _made(number), False, "",
    )  # fmt: skip


def _identifiers(who: Person) -> Iterator[Sequence[object]]:
    for place, (kind, value) in enumerate(who.identifiers()):
        key = IDENTIFIER_ID + who.number * 3 + place
        yield key, RECORD_ID + who.number, kind, value, value, None, _made(who.number), None, "", ""


@dataclass(frozen=True, slots=True)
class Said:
    """One complaint to take in: what the contact typed; `known` is the customer's number or None."""

    contact: dict[str, str]
    text: str
    known: int | None


def complaints(count: int, crowd: int, *, seed: int, known_share: float = 0.8) -> list[Said]:
    """`count` complaints: known customers in the formattings people use, the others never seen before."""
    dice = random.Random(seed)
    return [_complaint(dice, crowd, known_share, f"{seed:04d}{place:06d}") for place in range(count)]


def _complaint(dice: random.Random, crowd: int, known_share: float, fresh: str) -> Said:
    text = dice.choice(TEXTS_ZH if dice.random() < 0.85 else TEXTS_EN)
    if dice.random() >= known_share:
        name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
        digits = f"159{int(fresh) % 100_000_000:08d}"
        contact = {"name": name, "phone": typed_phone(dice, digits)}
        if dice.random() < 0.5:
            contact["email"] = f"new{fresh}@example.org"
        return Said(contact, text, None)
    who = person(dice.randrange(crowd))
    return Said(_known_contact(dice, who), text, who.number)


def _known_contact(dice: random.Random, who: Person) -> dict[str, str]:
    chance = dice.random()
    if chance < 0.25 and who.email:
        return {"name": who.name, "phone": typed_phone(dice, who.phone[3:]), "email": who.email.upper()}
    if chance < 0.4 and who.member:
        return {"name": who.name, "member": f"会员号 {who.member[:2].lower()}-{who.member[2:]}"}
    if chance < 0.5 and who.email:
        return {"email": f" {who.email.capitalize()} "}
    return {"name": who.name, "phone": typed_phone(dice, who.phone[3:])}


def typed_phone(dice: random.Random, digits: str) -> str:
    """Eleven digits as people write them."""
    a, b, c = digits[:3], digits[3:7], digits[7:]
    wide = digits.translate({ord(str(d)): 0xFF10 + d for d in range(10)})
    return dice.choice((digits, digits, f"{a} {b} {c}", f"+86 {a}-{b}-{c}", f"0086{digits}", wide))
