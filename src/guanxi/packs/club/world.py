"""The club's demo world. It drives public actions with a clock that is handed in; it never writes a row itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from guanxi.cases.actions import WORK_KIND
from guanxi.core import staff as accounts
from guanxi.core.access import Actor
from guanxi.core.models import Unit, User
from guanxi.packs import sample
from guanxi.packs.club import stories
from guanxi.packs.club.branches import join_lists, keep_up
from guanxi.packs.club.cast import CAST, DEMO_PASSWORD, HANDLERS, Part
from guanxi.packs.club.families import relate_families
from guanxi.packs.club.history import (
    CUSTOMERS,
    PURCHASES,
    SOURCE,
    Block,
    Purchase,
    batches,
    latest_buyers,
    purchases,
    shift_weeks,
)
from guanxi.packs.club.names import as_given, familiar, person, stranger
from guanxi.packs.install import install, product_rows
from guanxi.packs.loader import load
from guanxi.people.actions import Contact
from guanxi.trade import queries as trade
from guanxi.trade.actions import add_products, import_buyers
from guanxi.work import queries as work
from guanxi.work.actions import add_member

CODE = "club"
SEED = 20_261_122
ZONE = ZoneInfo("Asia/Shanghai")
SLICE_CUSTOMERS = 150  # there at once; the others come by `load_history`
DOUBTS = (4,)  # which complaint of each language comes from somebody else on the customer's telephone


@dataclass(frozen=True, slots=True)
class Seeded:
    """What stands after `seed_now`. `signs_in`: (user name, name, role), all with `cast.DEMO_PASSWORD`."""

    fresh: bool
    customers: int
    orders: int
    cases: int
    shift_weeks: int
    signs_in: Sequence[tuple[str, str, str]]


def seed_now(
    *, actor: Actor, now: datetime, language: str = "zh-hans", slice_customers: int = SLICE_CUSTOMERS
) -> Seeded:
    """Configuration, staff, products, the customers who bought last, and forty cases. Run again it changes nothing.

    `language` (zh-hans or en) is the staff's and that of three cases in four. Needs `site.settings` and `site.sample`.
    """
    pack = load(CODE)
    root = install(actor=actor, now=now, pack=pack).root
    weeks = shift_weeks(now.astimezone(ZONE).date())
    signs_in = [(part.username, part.name, part.role) for part in CAST]
    if sample.state(root) is not None:
        return Seeded(False, 0, 0, 0, weeks, signs_in)
    data = {"pack": CODE, "language": language, "shift_weeks": weeks, "seed": SEED, "day": f"{now:%Y-%m-%d}"}
    users = staff(actor=actor, now=now, language=language)
    add_products(actor=actor, now=now, products=product_rows(pack), sample=True)
    chosen = latest_buyers(slice_customers)
    block = block_of(data)
    orders = sum(_import(actor, now, block, group) for group in batches(chosen))
    people = [person(own[0].customer, SEED) for own in chosen]
    orders += join_lists(actor=actor, now=now, people=people, skus=block.skus)
    with transaction.atomic():  # whoever is interrupted here begins the stories anew, not twice
        told = _tell(now.replace(microsecond=0), users, people, language)
        relate_families(actor=actor, now=now.replace(microsecond=0), people=people, seed=SEED)
        orders += keep_up(actor=actor, now=now.replace(microsecond=0), seed=SEED, skus=block.skus)
        sample.begin(actor=actor, now=now, root=root, data=data)
    return Seeded(True, len(chosen), orders, told, weeks, signs_in)


def staff(*, actor: Actor, now: datetime, language: str) -> Mapping[str, User]:
    """The cast, each with roles and a seat where they take work; {user name: user}."""
    units = dict(Unit.objects.values_list("code", "id"))
    password_hash = make_password(DEMO_PASSWORD)  # one for all: hashing is slow on purpose
    return {
        part.username: _member_of_staff(actor, now, part, units[part.unit], language, password_hash)
        for part in CAST
    }


def _member_of_staff(
    actor: Actor, now: datetime, part: Part, unit_id: int, language: str, password_hash: str
) -> User:
    user = User.objects.filter(username=part.username, sample=True).first()
    if user is None:
        user = accounts.add_user(
            actor=actor,
            now=now,
            username=part.username,
            name=part.name,
            password_hash=password_hash,
            language=language,
            unit_id=unit_id,
            sample=True,
            email=f"{part.username}@staff.example",
        )
    elif not user.is_active:
        accounts.enable_user(actor=actor, now=now, user=user, password_hash=password_hash)
    accounts.grant_role(actor=actor, now=now, user=user, role=part.role, unit_id=unit_id)
    if part.seat:
        add_member(actor=actor, now=now, user=user, team=part.seat, languages=part.languages)
    return user


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


def _tell(now: datetime, users: Mapping[str, User], people: Sequence[Contact], language: str) -> int:
    """Run the forty stories; how many there were."""
    chance = Random(SEED)  # noqa: S311  a demo's chance must be repeatable
    actors = {name: accounts.actor_of(user) for name, user in users.items()}
    handlers = {spoken: [actors[name] for name in names] for spoken, names in HANDLERS.items()}
    stage = stories.Stage(chance, now, handlers, work.team_for(WORK_KIND).calendar)
    strangers = [stranger(place, SEED) for place in range(stories.STRANGERS)]
    told = stories.stories(stage, _contacts(people), strangers, language)
    stories.run(told)
    return len(told)


def _contacts(people: Sequence[Contact]) -> dict[str, list[Contact]]:
    """Buyers by language, as they state themselves when they complain; some are somebody else on the same telephone."""
    given: dict[str, list[Contact]] = {"zh-hans": [], "en": []}
    for place, contact in enumerate(people):
        own = given[contact.language]
        another = len(own) in DOUBTS
        own.append(familiar(contact) if another else as_given(contact, place))
    return given
