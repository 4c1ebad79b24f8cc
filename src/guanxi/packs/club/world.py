"""The club's demo world. It drives public actions with a clock that is handed in; it never writes a row itself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from guanxi.cases.actions import WORK_KIND
from guanxi.core import staff as accounts
from guanxi.core.access import Actor, system
from guanxi.core.models import Unit, User
from guanxi.packs import house, letters, playing, sample
from guanxi.packs.cast import hire
from guanxi.packs.club import backoffice, calling, disputes, mails, stories
from guanxi.packs.club.branches import join_lists, keep_up
from guanxi.packs.club.cast import CAST, COURT, HANDLERS
from guanxi.packs.club.families import relate_families
from guanxi.packs.club.history import (
    CUSTOMERS,
    PURCHASES,
    SOURCE,
    ZONE,
    Block,
    Purchase,
    batches,
    latest_buyers,
    purchases,
    shift_weeks,
)
from guanxi.packs.house import Plan
from guanxi.packs.install import install, product_rows
from guanxi.packs.loader import load
from guanxi.packs.names import as_given, familiar, person, stranger
from guanxi.packs.playing import Court, Seeded
from guanxi.people.actions import Contact
from guanxi.trade import queries as trade
from guanxi.trade.actions import add_products, import_buyers
from guanxi.work import queries as work

CODE = "club"
SEED = 20_261_122
SLICE_CUSTOMERS = 150  # there at once; the others come by `load_history`
OPENED_AGO = timedelta(days=90)  # since when the partner shops are there
DOUBTS = (4,)  # which complaint of each language comes from somebody else on the customer's telephone


def seed_now(
    *,
    actor: Actor,
    now: datetime,
    language: str = "zh-hans",
    slice_customers: int = SLICE_CUSTOMERS,
    settled: int = disputes.SETTLED_OWN,
    plans: Sequence[Plan] = backoffice.PLANS,
) -> Seeded:
    """Configuration, staff, products, the customers who bought last, forty letters, disputes under way and `settled`, and
    orders at every stage of the back office (`plans`; without any there are no goods either). Run again it changes nothing.

    `language` (zh-hans or en) is the staff's and that of three cases in four. Needs `site.settings` and `site.sample`.
    """
    pack = load(CODE)
    root = install(actor=actor, now=now, pack=pack).root
    weeks = shift_weeks(now.astimezone(ZONE).date())
    signs_in = [(part.username, part.name, part.role) for part in CAST]
    if sample.state(root) is not None:
        return Seeded(False, signs_in, shift_weeks=weeks)
    data = {"pack": CODE, "language": language, "shift_weeks": weeks, "seed": SEED, "day": f"{now:%Y-%m-%d}"}
    users = hire(actor=actor, now=now, cast=CAST, language=language)
    add_products(actor=actor, now=now, products=product_rows(pack), sample=True)
    chosen = latest_buyers(slice_customers)
    block = block_of(data)
    orders = sum(_import(actor, now, block, group) for group in batches(chosen))
    people = [person(own[0].customer, SEED) for own in chosen]
    orders += join_lists(actor=actor, now=now, people=people, skus=block.skus)
    with transaction.atomic():  # whoever is interrupted here begins the stories anew, not twice
        told = _tell(now.replace(microsecond=0), users, people, language, settled, plans)
        relate_families(actor=actor, now=now.replace(microsecond=0), people=people, seed=SEED)
        orders += keep_up(actor=actor, now=now.replace(microsecond=0), seed=SEED, skus=block.skus)
        calling.open_list(
            actor=system("sample"), now=now.replace(microsecond=0), people=people, language=language
        )
        sample.begin(actor=actor, now=now, root=root, data=data)
    return Seeded(True, signs_in, len(chosen), orders, told, shift_weeks=weeks)


def block_of(data: Mapping[str, Any]) -> Block:
    """The history as the world's state says it was moved."""
    return Block(data["shift_weeks"], data["seed"], [one.sku for one in load(CODE).products])


def _import(actor: Actor, now: datetime, block: Block, group: Sequence[Sequence[Purchase]]) -> int:
    buyers = [block.buyer(own) for own in group]
    return import_buyers(actor=actor, now=now, buyers=buyers, source=SOURCE, sample=True)


def load_history(*, actor: Actor, now: datetime, customers_max: int = CUSTOMERS) -> Iterator[tuple[int, int]]:
    """Bring in the whole history; yields (purchases done, all purchases) after each short transaction.

    Safe to stop and run again: what is there is passed over. Ends at once when the world is not (any more) there.
    """
    root = Unit.objects.filter(code=load(CODE).units[0].code).first()
    data = sample.state(root) if root else None
    if root is None or data is None:
        return
    block, done = block_of(data), 0
    customers = purchases()[:customers_max]
    total = PURCHASES if customers_max >= CUSTOMERS else sum(map(len, customers))
    for group in batches(customers):
        known = trade.known_numbers([one.order_number for own in group for one in own])
        fresh = [own for own in group if not all(one.order_number in known for one in own)]
        if fresh:
            if sample.state(root) is None:
                return
            _import(actor, now, block, fresh)
        done += sum(map(len, group))
        yield done, total


def _tell(
    now: datetime,
    users: Mapping[str, User],
    people: Sequence[Contact],
    language: str,
    settled: int,
    plans: Sequence[Plan],
) -> int:
    """Run the stories; how many cases there were."""
    chance = Random(SEED)  # noqa: S311  a demo's chance must be repeatable
    actors = {name: accounts.actor_of(user) for name, user in users.items()}
    handlers = {spoken: [actors[name] for name in names] for spoken, names in HANDLERS.items()}
    calendar = work.team_for(WORK_KIND).calendar
    said = {spoken: stories.said(spoken) for spoken in handlers}
    stage = letters.Stage(chance, now, handlers, calendar, said)
    strangers = [stranger(place, SEED) for place in range(stories.STRANGERS)]
    contacts = _contacts(people)
    told = stories.stories(stage, contacts, strangers, language)
    shops = disputes.add_shops(actor=system("sample"), now=now - OPENED_AGO, language=language)
    box = mails.mailbox(actor=system("sample"), now=now - OPENED_AGO, language=language)
    told += mails.stories(box=box, now=now, handler=actors["shenjiahe"])
    told += disputes.stories(_court(now, actors, language), contacts, shops, settled=settled)
    working = _back_office(now, actors, language, people, plans) if plans else []
    playing.run([*told, *working])
    return len(told)


def _back_office(
    now: datetime,
    actors: Mapping[str, Actor],
    language: str,
    people: Sequence[Contact],
    plans: Sequence[Plan],
) -> list[playing.Story]:
    """Orders of the slice's customers at the house itself, those who complain of nothing first."""
    buyers = house.buyers_of(people[len(people) // 3 :], SOURCE)
    hands = {part: actors[name] for part, name in backoffice.HANDS.items()}
    return house.open_house(
        now=now, hands=hands, language=language, buyers=buyers, plans=plans, seed=SEED,
        sources=backoffice.SOURCES, lacking=backoffice.LACKING,
    )  # fmt: skip


def _court(now: datetime, actors: Mapping[str, Actor], language: str) -> Court:
    """Who acts in disputes."""
    chance = Random(SEED + 1)  # noqa: S311  a demo's chance must be repeatable
    parts = {part: {spoken: actors[name] for spoken, name in names.items()} for part, names in COURT.items()}
    return Court(now, chance, parts, language)


def _contacts(people: Sequence[Contact]) -> dict[str, list[Contact]]:
    """Buyers by language, as they state themselves when they complain; some are somebody else on the same telephone."""
    given: dict[str, list[Contact]] = {"zh-hans": [], "en": []}
    for place, contact in enumerate(people):
        own = given[contact.language]
        another = len(own) in DOUBTS
        own.append(familiar(contact) if another else as_given(contact, place))
    return given
