"""The people and things of the security tests: every kind of actor, a house of its own, and what a stranger must not see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from guanxi.cases import actions as cases
from guanxi.cases import queries as case_queries
from guanxi.cases.models import Case
from guanxi.channels.actions import Words, send
from guanxi.channels.models import Message
from guanxi.core import files, handles, lists, staff
from guanxi.core.access import system
from guanxi.core.files import intake, store
from guanxi.core.files.actions import attach
from guanxi.core.ids import new_code
from guanxi.core.imports.actions import receive
from guanxi.core.lists import exports, runs, saving
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import (
    ApiToken,
    BulkRun,
    Export,
    File,
    Job,
    Role,
    SavedView,
    Unit,
    User,
    WebhookEndpoint,
)
from guanxi.core.models.imports import ImportRun
from guanxi.core.money import Money
from guanxi.core.tokens import actor_by_secret, issue_token
from guanxi.core.webhooks.actions import add_endpoint
from guanxi.packs.install import install
from guanxi.packs.loader import load
from guanxi.people import queries as people_queries
from guanxi.people.actions import Contact, merge, privacy, relate
from guanxi.people.models import (
    IdentityEvent,
    PersonExport,
    PrivacyRequest,
    Record,
    Relationship,
    ReviewTask,
    UnifyRun,
)
from guanxi.people.pages.upkeep import IDENTIFIER
from guanxi.people.queries.privacy import link_token
from guanxi.people.tests.pairs import known, pair
from guanxi.site.actors import CUSTOMER_SESSION
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, ProductRow, add_products, import_buyers
from guanxi.trade.models import Order
from guanxi.work.actions import add_member
from guanxi.work.models import Team, WorkItem

PASSWORD = "correct horse battery staple"
SYSTEM = system("tests")
# username: (role, unit, seat). The stranger has every right of the house, in another branch.
STAFF: Mapping[str, tuple[str, str, str]] = {
    "trainee": ("trainee", "online-service", ""),
    "agent": ("agent", "online-service", "online-service"),
    "colleague": ("agent", "letters", "letters"),
    "supervisor": ("supervisor", "online-service", "online-service"),
    "manager": ("manager", "club", ""),
    "steward": ("steward", "data-maintenance", "data-maintenance"),
    "administrator": ("administrator", "club", ""),
    "stranger": ("branch-everything", "abroad-team", "abroad-team"),
    "inactive": ("administrator", "club", ""),
}
TOKENS = (
    "token", "token_without", "token_expired", "token_revoked", "token_abroad", "token_settings", "token_owned",
)  # fmt: skip
VISITORS = ("public", "link", "customer", "other_customer")
ACTORS = (*VISITORS, *STAFF, *TOKENS)
EVERY_RIGHT = (
    "people.view", "people.contacts", "people.record", "people.review", "people.merge",
    "trade.view", "channels.view", "channels.outbox",
    "cases.view", "cases.handle", "cases.intake", "work.view", "work.take", "files.erase",
    "imports.use", "people.privacy", "api.tokens.own", "api.webhooks.own",
)  # fmt: skip


@dataclass
class World:
    """What stands after `build`. `secrets`: bearer token by name of actor."""

    case: Case
    answered: Case
    resolved: Case
    other_case: Case
    item: WorkItem
    order: Order
    buyer: Record
    other: Record
    file: File
    link: str
    other_link: str
    message: Message
    relation: Relationship
    request: PrivacyRequest
    copy: PersonExport
    spare: ApiToken
    view: SavedView
    run: BulkRun
    export: Export
    imported: ImportRun
    review: ReviewTask
    scan: UnifyRun
    merge: IdentityEvent
    users: dict[str, User] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    hook: WebhookEndpoint | None = None  # of the actor "token"

    @cached_property
    def names(self) -> dict[str, str]:
        """What the braces of an address stand for."""
        return {
            "number": self.case.number,
            "title": self.case.title,
            "view": self.view.public_id,
            "run": self.run.public_id,
            "export": self.export.public_id,
            "export_key": exports.link_key(self.export),
            "resolved": self.resolved.number,
            "link": self.link,
            "file": self.file.public_id,
            "imported": self.imported.public_id,
            "review": self.review.public_id,
            "scan": self.scan.public_id,
            "twin": self.review.candidate.public_id,
            "double": self.review.customer.public_id,
            "merge": self.merge.public_id,
            "identifier": handles.handle(IDENTIFIER, self.buyer.identifiers.order_by("id")[0].id),
            "confirm": people_queries.confirm_token(self.buyer, "liming@example.org"),
            "item": self.item.public_id,
            "buyer": self.buyer.customer.public_id,
            "other_buyer": self.other.customer.public_id,
            "relation": self.relation.public_id,
            "order": self.order.public_id,
            "request": self.request.public_id,
            "copy_key": privacy.link_key(self.copy),
            "choices": link_token(self.buyer.customer_id),
            "colleague": self.users["colleague"].public_id,
            "administrator": self.users["administrator"].public_id,
            "job": str(Job.objects.order_by("enqueued", "id").values_list("id", flat=True).first()),
            "message": self.message.public_id,
            "spare": self.spare.public_id,
            "hook": self.hook.public_id if self.hook else "",
            "user": self.users["agent"].public_id,
        }

    def client(self, name: str, **options: Any) -> Client:
        """A test client signed in as this actor; tokens carry their header."""
        if name in TOKENS:
            return Client(headers={"Authorization": f"Bearer {self.secrets[name]}"}, **options)
        client = Client(**options)
        if name in STAFF:
            client.force_login(self.users[name], backend="guanxi.core.sessions.Backend")
        elif name in ("customer", "other_customer"):
            session = client.session
            session[CUSTOMER_SESSION] = (self.buyer if name == "customer" else self.other).id
            session.save()
        return client


def build(now: datetime) -> World:
    """The club's house and roles, a second branch, two customers with cases and orders, one of each actor."""
    install(actor=SYSTEM, now=now, pack=load("club"))
    _abroad()
    users = {name: _user(now, name, *place) for name, place in STAFF.items()}
    User.objects.filter(username="inactive").update(is_active=False)
    _orders(now)
    buyer = Contact("李明", "13912345678", "liming@example.org", "", "zh-hans")
    other = Contact("Jane Roe", "13887654321", "jane.roe@example.org", "", "en")
    opened = [_open(now, buyer, text) for text in ("手机发票有问题", "退款未到账", "快递迟到三天")]
    _answer(now, users["agent"], opened[1])
    _answer(now, users["agent"], opened[2])
    resolved = cases.resolve(actor=staff.actor_of(users["agent"]), now=now, number=opened[2].number)
    foreign = _open(now, other, "The parcel never came")
    case = Case.objects.get(id=opened[0].id)
    world = World(
        case=case,
        answered=Case.objects.get(id=opened[1].id),
        resolved=resolved,
        other_case=foreign,
        item=WorkItem.objects.get(subject_id=case.id),
        order=Order.objects.get(number="A-1"),
        buyer=case.record,
        other=foreign.record,
        file=_file(now, case),
        link=case_queries.link_token(case),
        other_link=case_queries.link_token(foreign),
        view=_view(now, users["agent"]),
        run=_run(now, users["agent"], case),
        export=_export(now, users["agent"]),
        imported=receive(
            actor=SYSTEM,
            now=now,
            kind="customers",
            name="people.csv",
            chunks=[b"name,email\nEve Ray,eve@example.org\n"],
        ),
        users=users,
        review=pair(now, "Ann Twin"),
        scan=UnifyRun.objects.create(created=now, state=UnifyRun.State.DONE, active=None, ended=now),
        merge=_merge(now),
        message=send(actor=SYSTEM, now=now, record_id=case.record_id, words=Words("Hello", "Private", "en")),
        relation=relate(
            actor=SYSTEM, now=now, customer=_code(case.record), other=_code(foreign.record), role="guarantor"
        ),
        request=privacy.open_request(
            actor=SYSTEM, now=now, public_id=_code(case.record), kind="restriction", channel="letter"
        ),
        copy=_copy(now, users["administrator"], case.record),
        spare=_spare(now, users["manager"]),
    )
    world.secrets = {name: _token(now, name, users) for name in TOKENS}
    machine = actor_by_secret(world.secrets["token"], now)
    world.hook, _ = add_endpoint(actor=machine, now=now, name="shop", url="https://hooks.shop.example/gx")
    assert world.names, "looked up while nobody has done anything yet"
    return world


def _code(record: Record) -> str:
    return record.customer.public_id


def _merge(now: datetime) -> IdentityEvent:
    """Two customers who were made one."""
    one, other = known(now, "Bea First"), known(now, "Bea Second")
    return merge(actor=SYSTEM, now=now, survivor=one.public_id, others=[other.public_id])


def _abroad() -> None:
    """Another branch with a team of its own and a role that reaches that branch only."""
    branch = Unit(code="abroad", kind="branch", name={"en": "Abroad"})
    branch.path = f"/{branch.id}/"
    branch.save()
    unit = Unit(code="abroad-team", kind="team", name={"en": "Abroad team"}, parent=branch)
    unit.path = f"{branch.path}{unit.id}/"
    unit.save()
    calendar = Team.objects.get(unit__code="online-service").calendar
    Team.objects.create(unit=unit, calendar=calendar, targets={})
    Role.objects.create(code="branch-everything", rights=dict.fromkeys(EVERY_RIGHT, "branch"))


def _user(now: datetime, name: str, role: str, unit: str, seat: str) -> User:
    unit_id = Unit.objects.get(code=unit).id
    user = staff.add_user(
        actor=SYSTEM, now=now, username=name, name=name.title(), password_hash=make_password(PASSWORD),
        language="en", unit_id=unit_id,
    )  # fmt: skip
    staff.grant_role(actor=SYSTEM, now=now, user=user, role=role, unit_id=unit_id)
    if seat:
        add_member(actor=SYSTEM, now=now, user=user, team=seat, languages=["zh-hans", "en"])
    return user


def _orders(now: datetime) -> None:
    add_products(actor=SYSTEM, now=now, products=[ProductRow("CD-1", "music", {"en": "Record"})])
    line = LineRow("CD-1", 1, Money(1999, "USD"))
    contacts = {
        "A-1": Contact("李明", "13912345678", "liming@example.org"),
        "B-1": Contact("Jane Roe", "13887654321", "jane.roe@example.org"),
    }
    buyers = [BuyerRow(who, now, [OrderRow(number, now, [line])]) for number, who in contacts.items()]
    import_buyers(actor=SYSTEM, now=now, buyers=buyers, source="import:shop")


def _file(now: datetime, case: Case) -> File:
    """A picture on a case, with its preview."""
    stored = intake.take("blue.gif", "image/gif", lambda _size: [b"GIF89a\x01\x00\x01\x00;"])
    [file] = attach(
        files.Given((stored,)), actor=SYSTEM, now=now, subject=("case", case.id), record_id=case.record_id
    )
    file.preview, file.preview_digest = File.Preview.READY, store.put([b"a small picture"])
    file.save(force_insert=True)
    return file


def _open(now: datetime, contact: Contact, text: str) -> Case:
    return cases.open_case(actor=SYSTEM, now=now, contact=contact, text=text, channel="web").case


def _answer(now: datetime, user: User, case: Case) -> None:
    cases.answer(actor=staff.actor_of(user), now=now, number=case.number, text="We are looking into it.")


def _view(now: datetime, user: User) -> SavedView:
    """A view of the agent's own."""
    return saving.save_view(
        actor=staff.actor_of(user), now=now, listing=lists.get("cases"), name="Mine", query="state=recorded"
    )


def _run(now: datetime, user: User, case: Case) -> BulkRun:
    """A bulk action of the agent's that waits for the worker."""
    listing, agent = lists.get("cases"), staff.actor_of(user)
    return runs.start(
        actor=agent, now=now, listing=listing, bulk=listing.get_bulk(agent, "answer"),
        choice=Choice(keys=[case.number]), values={"text": "We are looking into it."},
    )  # fmt: skip


def _export(now: datetime, user: User) -> Export:
    """An export of the agent's that waits for the worker."""
    return exports.start(
        actor=staff.actor_of(user), now=now, listing=lists.get("cases"), query="state=recorded"
    )


def _copy(now: datetime, user: User, record: Record) -> PersonExport:
    """A copy of the buyer's data that waits for the worker, the administrator's."""
    return privacy.ask_copy(actor=staff.actor_of(user), now=now, public_id=_code(record), language="en")


def _spare(now: datetime, owner: User) -> ApiToken:
    """A manager's token, to be revoked."""
    return issue_token(
        actor=SYSTEM, now=now, name="spare", rights={"cases.view": "all"}, owner=owner,
        expires=now + timedelta(days=1),
    )[0]  # fmt: skip


def _token(now: datetime, name: str, users: Mapping[str, User]) -> str:
    secret = f"gx_{name}_0123456789abcdef"
    abroad = Unit.objects.get(code="abroad-team") if name == "token_abroad" else None
    rights = dict.fromkeys(EVERY_RIGHT, "branch" if abroad else "all")
    if name in ("token_without", "token_settings"):
        rights = {"site.settings": "all"} if name == "token_settings" else {}
    ApiToken.objects.create(
        public_id=new_code("T"),
        digest=sha256(secret.encode()).hexdigest(),
        name=name,
        rights=rights,
        owner=users["agent"] if name == "token_owned" else None,
        last_used=now,
        unit=abroad,
        created=now,
        expires=now - timedelta(seconds=1) if name == "token_expired" else None,
        revoked=now if name == "token_revoked" else None,
    )
    return secret
