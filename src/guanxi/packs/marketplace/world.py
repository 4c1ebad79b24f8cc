"""The marketplace's demo world. It drives public actions with a clock that is handed in; it never writes a row itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from guanxi.cases.actions import WORK_KIND
from guanxi.core import staff as accounts
from guanxi.core.access import Actor
from guanxi.core.models import Unit, User
from guanxi.packs import house, letters, playing, sample
from guanxi.packs.cast import hire
from guanxi.packs.install import install, product_rows
from guanxi.packs.loader import load
from guanxi.packs.marketplace import backoffice, disputes, trading
from guanxi.packs.marketplace.cast import CAST, COURT, KNOWN
from guanxi.packs.marketplace.catalogue import read
from guanxi.packs.marketplace.history import BATCH_ORDERS, BUYERS, SOURCE, Good, Year
from guanxi.packs.marketplace.opening import Opened, open_shops
from guanxi.packs.marketplace.promising import fill_fund
from guanxi.packs.playing import Court, Seeded
from guanxi.packs.standards import install_standards
from guanxi.people.actions import add_record
from guanxi.people.models import Record
from guanxi.trade import queries as trade
from guanxi.trade.actions import BuyerRow, add_products, import_buyers
from guanxi.trade.models import Listing
from guanxi.work import queries as work

CODE = "marketplace"
SEED = 20_261_122
ZONE = ZoneInfo("Asia/Shanghai")
SLICE_BUYERS = 160  # there at once; the others come by `load_history`
KNOWN_SINCE = timedelta(days=420)
EXPERT = "wuzhongheng"
LETTERS = {"zh-hans": ("guyiming", "zhenghaiyan"), "en": ("emma", "zhenghaiyan")}


def seed_now(
    *,
    actor: Actor,
    now: datetime,
    language: str = "zh-hans",
    slice_buyers: int = SLICE_BUYERS,
    shops_max: int | None = None,
) -> Seeded:
    """Configuration, staff, shops and what they sell, some buyers, orders on their way, those of our own warehouse too,
    letters, disputes both ways round. Run again it changes nothing.

    `language` (zh-hans or en) is the staff's and that of three shops in four. Needs `site.settings` and `site.sample`.
    """
    pack, now = load(CODE), now.replace(microsecond=0)
    root = install(actor=actor, now=now, pack=pack).root
    signs_in = [(part.username, part.name, part.role) for part in CAST]
    known = [
        (one.contact.name, "seller" if one.sells else "buyer", one.contact.email) for one in KNOWN[language]
    ]
    if sample.state(root) is not None:
        return Seeded(False, signs_in, customers_sign_in=known)
    data = {"pack": CODE, "language": language, "seed": SEED, "day": f"{now.astimezone(ZONE):%Y-%m-%d}"}
    users = hire(actor=actor, now=now, cast=CAST, language=language)
    add_products(actor=actor, now=now, products=product_rows(pack), sample=True)
    with transaction.atomic():  # whoever is interrupted here begins anew, not twice
        fill_fund(actor=actor, now=now - KNOWN_SINCE, once="sample:fund")
        _standards(actor, now, language, users)
        opened = open_shops(actor=actor, now=now, language=language, seed=SEED, most=shops_max)
        rows = [_year(data).buyer(number) for number in range(slice_buyers)]
        orders = sum(_import(actor, now, group) for group in _batches(rows))
        told = _tell(actor, now, users, opened, language, rows)
        sample.begin(actor=actor, now=now, root=root, data=data)
    return Seeded(True, signs_in, len(rows), orders, told, customers_sign_in=known)


def _standards(actor: Actor, now: datetime, language: str, users: Mapping[str, User]) -> None:
    """Quality standards with their history; people one can sign in as have commented, our expert sits on the panels."""
    known = [
        add_record(actor=actor, now=now - KNOWN_SINCE, contact=one.contact, source=SOURCE, sample=True)
        for one in KNOWN[language]
    ]
    install_standards(
        actor=actor,
        now=now,
        commenters=[playing.as_customer(one.record_id) for one in known],
        users=[users[EXPERT]],
        sample=True,
    )


def _year(data: Mapping[str, Any]) -> Year:
    """The history as the world's state says it was drawn; what is sold is what the shops had before its first day."""
    today = date.fromisoformat(data["day"])
    before = datetime(today.year, today.month, today.day, tzinfo=ZONE) - timedelta(days=366)
    wares = Listing.objects.filter(sample=True, opened__lt=before, shop__sample=True)
    goods = wares.order_by("title", "id").values_list("public_id", "shop__record_id", "price_minor")
    return Year(today, data["seed"], [Good(*one) for one in goods])


def _batches(rows: Sequence[BuyerRow]) -> Iterator[list[BuyerRow]]:
    return playing.batches(rows, lambda row: len(row.orders), most=BATCH_ORDERS)


def _import(actor: Actor, now: datetime, rows: Sequence[BuyerRow]) -> int:
    return import_buyers(actor=actor, now=now, buyers=rows, source=SOURCE, sample=True)


def load_history(*, actor: Actor, now: datetime, buyers_max: int = BUYERS) -> Iterator[tuple[int, int]]:
    """Bring in the whole history; yields (buyers done, all buyers) after each short transaction.

    Safe to stop and run again: what is there is passed over. Ends at once when the world is not (any more) there.
    """
    root = Unit.objects.filter(code=load(CODE).units[0].code).first()
    data = sample.state(root) if root else None
    if root is None or data is None:
        return
    year, done = _year(data), 0
    for group in _batches([year.buyer(number) for number in range(buyers_max)]):
        known = trade.known_numbers([order.number for row in group for order in row.orders])
        fresh = [row for row in group if not all(order.number in known for order in row.orders)]
        if fresh:
            if sample.state(root) is None:
                return
            _import(actor, now, fresh)
        done += len(group)
        yield done, buyers_max


def _tell(
    actor: Actor,
    now: datetime,
    users: Mapping[str, User],
    opened: Opened,
    language: str,
    rows: Sequence[BuyerRow],
) -> int:
    """Run the stories; how many cases there were."""
    chance = Random(SEED)  # noqa: S311  a demo's chance must be repeatable
    actors = {name: accounts.actor_of(user) for name, user in users.items()}
    buyers = _buyers(actor, now, language, rows)
    court = Court(now, Random(SEED + 1), _parts(actors), language)  # noqa: S311  as above
    spread = [one for one in buyers[language] if one not in buyers["known"]]
    told = disputes.stories(
        court, disputes.Sellers(actor, opened.turns()), {**buyers, language: spread[: len(spread) // 2]}
    )
    told += disputes.protected(court, actor, opened.shops[0], buyers["known"] + spread)
    shoppers = buyers["known"] * 3 + spread[len(spread) // 2 :]
    running = trading.stories(chance, now, opened.wares, shoppers)
    wrote = _letters(now, actors, language, rows)
    playing.run([*told, *running, *wrote, *_own(now, actors, language, rows)])
    return len(told) + len(wrote)


def _own(
    now: datetime, actors: Mapping[str, Actor], language: str, rows: Sequence[BuyerRow]
) -> list[playing.Story]:
    """Orders of our own warehouse."""
    buyers = house.buyers_of([row.contact for row in rows], SOURCE)
    return house.open_house(
        now=now, hands={part: actors[name] for part, name in backoffice.HANDS.items()}, language=language,
        buyers=buyers, plans=backoffice.PLANS, seed=SEED, sources=backoffice.SOURCES, lacking=backoffice.LACKING,
    )  # fmt: skip


def _parts(actors: Mapping[str, Actor]) -> dict[str, dict[str, Actor]]:
    return {part: {spoken: actors[name] for spoken, name in names.items()} for part, names in COURT.items()}


def _buyers(actor: Actor, now: datetime, language: str, rows: Sequence[BuyerRow]) -> dict[str, list[int]]:
    """Records by language, those of the slice; and "known", whom one can sign in as."""
    found: dict[str, list[int]] = {"zh-hans": [], "en": [], "known": []}
    for one in KNOWN[language]:
        if not one.sells:
            made = add_record(
                actor=actor, now=now - KNOWN_SINCE, contact=one.contact, source=SOURCE, sample=True
            )
            found["known"].append(made.record_id)
    spoken = {row.contact.member: row.contact.language for row in rows}
    stated = Record.objects.filter(source=SOURCE, identifiers__kind="member", identifiers__value__in=spoken)
    for record_id, member in stated.order_by("id").values_list("id", "identifiers__value"):
        found[spoken[member]].append(record_id)
    return found


def _letters(
    now: datetime, actors: Mapping[str, Actor], language: str, rows: Sequence[BuyerRow]
) -> list[playing.Story]:
    chance = Random(SEED + 2)  # noqa: S311  a demo's chance must be repeatable
    handlers = {spoken: [actors[name] for name in names] for spoken, names in LETTERS.items()}
    said = {spoken: _said(spoken) for spoken in LETTERS}
    stage = letters.Stage(chance, now, handlers, work.team_for(WORK_KIND).calendar, said)
    people = {
        spoken: iter([row.contact for row in reversed(rows) if row.contact.language == spoken])
        for spoken in said
    }
    own, other = ("zh-hans", "en") if language == "zh-hans" else ("en", "zh-hans")
    count = sum(number for number, _ in letters.SHORT_PLAN)
    texts = [*_complaints(own), *_complaints(other)[: max(0, count - len(_complaints(own)))]]
    chance.shuffle(texts)
    return letters.tell(
        stage,
        [(one, replace(next(people[one.language]), member="")) for one in texts],
        plan=letters.SHORT_PLAN,
    )


def _said(language: str) -> letters.Said:
    words = read("letters.toml")[language]
    return letters.Said(**words, answers={one["text"]: one["answer"] for one in words["own"]})


def _complaints(language: str) -> list[letters.Complaint]:
    return [
        letters.Complaint(language, one["text"], one["text"]) for one in read("letters.toml")[language]["own"]
    ]
