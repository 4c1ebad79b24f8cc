"""The shops of the demo world open, put their things on sale, answer what people ask."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from guanxi.core.access import Actor
from guanxi.core.files import Stored
from guanxi.core.money import Money
from guanxi.packs.marketplace.catalogue import Offer, ShopPlan, shops
from guanxi.packs.marketplace.declaring import declaration
from guanxi.packs.marketplace.history import SOURCE, buyer_number
from guanxi.packs.marketplace.photographs import Album
from guanxi.packs.marketplace.promising import promise
from guanxi.packs.marketplace.trading import Ware
from guanxi.packs.names import person
from guanxi.packs.playing import as_customer
from guanxi.people.actions import add_record
from guanxi.trade.actions import listings, questions
from guanxi.trade.actions.shops import open_shop
from guanxi.trade.models import Listing

ASKERS = 24  # who ask before buying
STOCK_LEAST = 3  # that can be bought by orders on their way


@dataclass(slots=True)
class Opened:
    """The shops that are open: (category, language, code, record), how much they offer, and what of it can be bought."""

    shops: list[tuple[str, str, str, int]] = field(default_factory=list)
    wares: list[Ware] = field(default_factory=list)
    offered: int = 0

    def turns(self) -> dict[tuple[str, str], Iterator[tuple[str, int]]]:
        """By category and language; where a language has none of a category, whoever sells it."""
        found: dict[tuple[str, str], Iterator[tuple[str, int]]] = {}
        for category in {one[0] for one in self.shops}:
            for language in ("zh-hans", "en"):
                all_of_it = [one for one in self.shops if one[0] == category]
                own = [one for one in all_of_it if one[1] == language] or all_of_it
                found[category, language] = cycle([(code, record) for _, _, code, record in own])
        return found


def open_shops(*, actor: Actor, now: datetime, language: str, seed: int, most: int | None = None) -> Opened:
    """All shops of the world, or the first `most`, with what they sell and what was asked."""
    chance = Random(f"{seed}:opening")  # noqa: S311  a demo's chance must be repeatable
    chance_of_grades = Random(f"{seed}:grades")  # noqa: S311  as above, and moves nothing else
    opened, album = Opened(), Album()
    askers = cycle(_askers(actor, now, seed))
    for place, plan in enumerate(shops(language, seed)[:most]):
        since = now - timedelta(days=plan.opened_days, minutes=chance.randrange(900))
        owner = add_record(actor=actor, now=since, contact=plan.owner, source=SOURCE, sample=True).record_id
        shop = open_shop(
            actor=actor,
            now=since,
            name=plan.name,
            about=plan.about,
            city=plan.city,
            record_id=owner,
            sample=True,
        )
        promised = promise(actor, now, since, shop, plan.category, chance, all_of_them=place == 0)
        opened.shops.append((plan.category, plan.language, shop.public_id, owner))
        for offer in plan.offers:
            shown = album.of(offer.category, opened.offered)
            opened.offered += 1
            row = _list(actor, now, plan, offer, shop.public_id, chance, chance_of_grades, shown)
            if offer.stock >= STOCK_LEAST:
                opened.wares.append(
                    Ware(row.public_id, owner, row.price_minor, plan.language, frozenset(promised))
                )
            _ask(now, row, owner, offer.questions, askers, chance)
    return opened


def _askers(actor: Actor, now: datetime, seed: int) -> list[int]:
    contacts = [person(buyer_number(number), seed) for number in range(ASKERS)]
    early = now - timedelta(days=800)
    made = [add_record(actor=actor, now=early, contact=one, source=SOURCE, sample=True) for one in contacts]
    return [one.record_id for one in made]


def _list(
    actor: Actor,
    now: datetime,
    plan: ShopPlan,
    offer: Offer,
    shop: str,
    chance: Random,
    grades: Random,
    pictures: Sequence[Stored],
) -> Listing:
    """On sale since long ago; where a standard has come out since, the shop declared a grade once it was there."""
    when = now - timedelta(days=min(offer.opened_days, plan.opened_days), minutes=chance.randrange(1, 600))
    said = listings.NewListing(
        title=offer.title,
        text=offer.text,
        price=Money(offer.price * 100, "CNY"),
        category=offer.category,
        ship_hours=offer.ship_hours,
    )
    said = replace(said, declaration=declaration(offer.category, grades, when))
    row = listings.add_listing(
        actor=actor, now=when, listing=said, stock=offer.stock, shop=shop, sample=True, pictures=pictures
    )
    later = max(when, now - timedelta(days=grades.randint(3, 180)))
    if said.declaration or not (declared := declaration(offer.category, grades, later)):
        return row
    said = replace(said, declaration=declared)
    return listings.change_listing(actor=actor, now=later, listing=row.public_id, to=said)


def _ask(
    now: datetime,
    row: Listing,
    owner: int,
    asked: Sequence[tuple[str, str]],
    askers: Iterator[int],
    chance: Random,
) -> None:
    """Questions of the last weeks; those without an answer came today."""
    for text, answer in asked:
        hours = chance.uniform(20, 24 * 60) if answer else chance.uniform(0.3, 21)
        when = max(now - timedelta(hours=hours), row.opened + timedelta(hours=1))
        question = questions.ask(
            actor=as_customer(next(askers)), now=when, listing=row.public_id, text=text, sample=True
        )
        if answer:
            told = min(when + timedelta(hours=chance.uniform(0.2, 19)), now)
            questions.answer(actor=as_customer(owner), now=told, question=question.public_id, text=answer)
