"""Who belongs to whom in the demo world: households, a company with its people, a guarantor, one relation that is over."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from guanxi.core.access import Actor
from guanxi.packs.club.history import SOURCE
from guanxi.packs.names import stranger
from guanxi.people import actions
from guanxi.people.actions import Contact

HUSBAND = Contact("陆远舟", "154 8800 6608", "lu.yuanzhou@example.com", language="zh-hans")
COMPANY = Contact("杭州拾叶文化有限公司", "161 8080 2233", "office@shiye.example.com", language="zh-hans")
_SOME = 8  # buyers of each language that the families are made of


def relate_families(*, actor: Actor, now: datetime, people: Sequence[Contact], seed: int) -> int:
    """Write down the relations of some customers who are there; how many. `people` as `names.person` gives them."""
    made = now - timedelta(days=40)
    her = _code(actor, now, stranger(0, seed), "phone")
    him, company = (_code(actor, made, one, "phone") for one in (HUSBAND, COMPANY))
    actions.set_nature(actor=actor, now=made, customer=company, nature="company")
    chinese, english = (
        [_code(actor, made, one, SOURCE) for one in _speaking(people, language)]
        for language in ("zh-hans", "en")
    )
    listed: list[tuple[str, str, str, date | None]] = [
        (her, him, "spouse", date(2016, 5, 20)),
        (her, company, "contact", date(2021, 3, 1)),
        (him, company, "representative", date(2019, 7, 8)),
        (chinese[0], chinese[1], "spouse", date(2009, 10, 1)),
        (chinese[0], chinese[2], "child", None),
        (chinese[3], company, "employee", date(2022, 9, 1)),
        (chinese[4], chinese[5], "guarantor", date(2025, 1, 15)),
        (english[0], english[1], "spouse", None),
        (english[2], english[3], "member", None),
    ]
    for one, other, role, since in listed:
        _relate(actor, now if one == her else made, one, other, role, since)
    left = _relate(actor, made, chinese[6], company, "employee", date(2020, 2, 17))
    actions.end_relation(actor=actor, now=made + timedelta(days=9), relation=left, why="已离职")
    return len(listed) + 1


def _speaking(people: Sequence[Contact], language: str) -> list[Contact]:
    return [one for one in people if one.language == language][-_SOME:]


def _code(actor: Actor, now: datetime, contact: Contact, source: str) -> str:
    return actions.add_record(
        actor=actor, now=now, contact=contact, source=source, sample=True
    ).customer_public_id


def _relate(actor: Actor, now: datetime, one: str, other: str, role: str, since: date | None) -> str:
    done = actions.relate(actor=actor, now=now, customer=one, other=other, role=role, valid_from=since)
    return done.public_id
