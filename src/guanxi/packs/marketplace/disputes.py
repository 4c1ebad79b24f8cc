"""Disputes of the demo world, both ways round: each about an order that was really placed, sent and delivered before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from guanxi.core.access import Actor
from guanxi.core.money import Money
from guanxi.packs.marketplace.catalogue import read
from guanxi.packs.marketplace.photographs import Album
from guanxi.packs.marketplace.trading import Trade, Ware, until_delivered
from guanxi.packs.playing import Court, Dispute, Story, as_customer
from guanxi.trade.actions import listings

LIVE_OTHER = 6  # of those in the other language, how many are told
SHIP_HOURS = 48
LISTED_BEFORE = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Sellers:
    """Shops by category and language, each with its code and record, in turns."""

    actor: Actor
    shops: Mapping[tuple[str, str], Iterator[tuple[str, int]]]

    def offer(self, script: Mapping[str, Any], now: datetime) -> Ware:
        """Put what a script is about on sale."""
        item, language = script["item"], script["language"]
        shop, record = next(self.shops[item["category"], language])
        listing = listings.add_listing(
            actor=self.actor,
            now=now,
            listing=listings.NewListing(
                title=item["title"],
                text=item["text"],
                price=Money(item["price"] * 100, "CNY"),
                category=item["category"],
                ship_hours=SHIP_HOURS,
            ),
            stock=2,
            shop=shop,
            sample=True,
            pictures=Album().of(item["category"], len(item["title"])),
        )
        return Ware(listing.public_id, record, listing.price_minor, language)

    def someone(self, language: str) -> int:
        """A shop's record, whatever it sells."""
        return next(next(turns)[1] for (_, spoken), turns in self.shops.items() if spoken == language)


def scripts(language: str) -> list[dict[str, Any]]:
    """All of the world's language, some of the other one."""
    told = read("disputes.toml")["dispute"]
    own = [one for one in told if one["language"] == language]
    other = [one for one in told if one["language"] != language]
    return own + other[:: max(1, len(other) // LIVE_OTHER)][:LIVE_OTHER]


def stories(court: Court, sellers: Sellers, buyers: Mapping[str, Sequence[int]]) -> list[Story]:
    """Every dispute; nobody complains of two things. `buyers`: records by language."""
    turns = {spoken: iter(records) for spoken, records in buyers.items()}
    return [_tell(court, sellers, script, turns[script["language"]]) for script in scripts(court.language)]


def _tell(court: Court, sellers: Sellers, script: Mapping[str, Any], buyers: Iterator[int]) -> Story:
    dispute = Dispute(court, script)
    buyer, seller = next(buyers), None
    if "item" in script:
        listed = dispute.began - timedelta(hours=script["ordered"][0]) - LISTED_BEFORE
        yield listed
        ware = sellers.offer(script, listed)
        trade = Trade(court.chance, ware, buyer)
        yield from until_delivered(trade, dispute.began, script["ordered"])
        dispute.order, seller = trade.number, ware.seller
    seller = seller or sellers.someone(script["language"])
    is_sellers = script["side"] == "seller"
    dispute.who = as_customer(seller if is_sellers else buyer)
    if not dispute.order and script["kind"] not in AGAINST_NOBODY:
        dispute.respondent = buyer if is_sellers else seller
    yield from dispute.tell()


AGAINST_NOBODY = frozenset({"platform_service", "account_security", "privacy"})


# -- decided by machine --------------------------------------------------------------------------------------------


def protected(
    court: Court, actor: Actor, shop: tuple[str, str, str, int], buyers: Sequence[int]
) -> list[Story]:
    """Complaints under promises of a shop that were provably broken: paid at once, and settled with the shop afterwards."""
    told = [one for one in read("protected.toml")["case"] if one["language"] == court.language]
    category, _language, code, record = shop
    sellers = Sellers(actor, {(category, court.language): cycle([(code, record)])})
    return [
        _paid(court, sellers, {**script, "item": {**script["item"], "category": category}}, buyer)
        for script, buyer in zip(told, cycle(buyers), strict=False)
    ]


def _paid(court: Court, sellers: Sellers, script: Mapping[str, Any], buyer: int) -> Story:
    dispute = Dispute(court, {"steps": (), "wants": "", **script}, who=as_customer(buyer))
    listed = dispute.began - timedelta(hours=script["ordered"][0]) - LISTED_BEFORE
    yield listed
    trade = Trade(court.chance, sellers.offer(script, listed), buyer)
    yield from until_delivered(trade, dispute.began, script["ordered"])
    dispute.order = trade.number
    yield from dispute.tell()
