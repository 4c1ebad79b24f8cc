"""The people and things of the security tests: every kind of actor, a house of its own, and what a stranger must not see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from guanxi.cases import actions as cases
from guanxi.cases import queries as case_queries
from guanxi.cases.models import Case
from guanxi.channels.actions import Words, calling, send
from guanxi.channels.actions import contacts as live_contacts
from guanxi.channels.actions.ringing_back import ask as ask_back
from guanxi.channels.models import CallEntry, CallList, Mail, Mailbox, Message
from guanxi.channels.models import Contact as LiveContact
from guanxi.channels.queries import chat, ringing_back
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
from guanxi.trade.actions import (
    BuyerRow,
    LineRow,
    OrderRow,
    ProductRow,
    add_products,
    import_buyers,
    ledger,
    listings,
    purchasing,
    remittances,
    shops,
    standards,
)
from guanxi.trade.actions import held as holding_actions
from guanxi.trade.actions.questions import ask
from guanxi.trade.models import (
    Account,
    Batch,
    Enrolment,
    Holding,
    Listing,
    Order,
    Panel,
    Payout,
    Purchase,
    Question,
    Remittance,
    Return,
    StandardComment,
)
from guanxi.work.actions import add_member
from guanxi.work.models import Team, WorkItem
from tests import bank, mails, market, measured

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
    "trade.holdings.view", "trade.holdings.keep", "trade.invest", "trade.margins",
    "people.view", "people.contacts", "people.record", "people.review", "people.merge",
    "trade.view", "trade.ledger.view", "trade.ledger.move", "channels.view", "channels.outbox", "channels.mail",
    "channels.converse",
    "cases.view", "cases.handle", "cases.intake", "work.view", "work.take", "files.erase",
    "imports.use", "people.privacy", "api.tokens.own", "api.webhooks.own",
)  # fmt: skip
# whoever works on orders, their protection, shops and slips through the API
RIGHTS_OF_TOKENS = (
    *EVERY_RIGHT,
    "trade.orders",
    "trade.fulfil",
    "trade.protect",
    "trade.shops",
    "trade.remit",
    "channels.campaigns",
)


@dataclass
class World:
    """What stands after `build`. `secrets`: bearer token by name of actor."""

    case: Case
    answered: Case
    resolved: Case
    other_case: Case
    sided: Case  # runs by an issue
    item: WorkItem
    order: Order
    buyer: Record
    other: Record
    file: File
    link: str
    chat: LiveContact
    chat_file: File
    call_back: LiveContact
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
    payout: Payout
    panel: Panel
    held: Holding  # of `buyer`, with a balance
    mandate: str
    invested: str
    listing: Listing  # in the shop of `other`; `buyer` has asked about it and bought one
    question: Question
    sale: Order
    back: Return  # of `sale`, asked for
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
            "chat": self.chat.public_id,
            "chat_file": self.chat_file.public_id,
            "chat_link": chat.link_token(self.chat),
            "call_back": ringing_back.token_of(self.call_back),
            "chat_begin": chat.proof(),
            "chat_proof": chat.proof(self.chat.public_id),
            "chat_left": chat.proof("GX-1"),
            "sided": self.sided.number,
            "sided_link": case_queries.link_token(self.sided),
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
            "listing": self.listing.public_id,
            "held": self.held.public_id,
            "mandate": self.mandate,
            "invested": self.invested,
            "today": self.held.opened.isoformat(),
            "shop": self.listing.shop.public_id,
            "question": self.question.public_id,
            "sale": self.sale.public_id,
            "return": self.back.public_id,
            "promise": Enrolment.objects.get().public_id,
            "request": self.request.public_id,
            "account": Account.objects.get(kind="deposit").public_id,
            "entry": self.payout.entry.public_id,
            "payout": self.payout.public_id,
            "panel": self.panel.public_id,
            "comment": StandardComment.objects.get().public_id,
            "copy_key": privacy.link_key(self.copy),
            "choices": link_token(self.buyer.customer_id),
            "colleague": self.users["colleague"].public_id,
            "administrator": self.users["administrator"].public_id,
            "job": str(Job.objects.order_by("enqueued", "id").values_list("id", flat=True).first()),
            "message": self.message.public_id,
            "spare": self.spare.public_id,
            "slip": Remittance.objects.get().public_id,
            "purchase": Purchase.objects.get().public_id,
            "batch": Batch.objects.get().public_id,
            "hook": self.hook.public_id if self.hook else "",
            "call_list": CallList.objects.get().public_id,
            "call": CallEntry.objects.get().public_id,
            "mailbox": Mailbox.objects.get().public_id,
            "mail": Mail.objects.get().public_id,
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
    panel = _standards(now, users["agent"])
    buyer = Contact("李明", "13912345678", "liming@example.org", "", "zh-hans")
    other = Contact("Jane Roe", "13887654321", "jane.roe@example.org", "", "en")
    opened = [
        _open(now, buyer, text) for text in ("请改一下收货地址", "请问店里几点开门", "想换一个读书会的时间")
    ]
    _answer(now, users["agent"], opened[1])
    _answer(now, users["agent"], opened[2])
    resolved = cases.resolve(actor=staff.actor_of(users["agent"]), now=now, number=opened[2].number)
    foreign = _open(now, other, "What are your opening hours?")
    case = Case.objects.get(id=opened[0].id)
    listing, question, sale = _market(now, foreign.record, case.record)
    talk = _chat(now, users["agent"])
    world = World(
        case=case,
        answered=Case.objects.get(id=opened[1].id),
        resolved=resolved,
        other_case=foreign,
        sided=_sided(now, buyer),
        item=WorkItem.objects.get(subject_id=case.id),
        order=Order.objects.get(number="A-1"),
        buyer=case.record,
        other=foreign.record,
        file=_file(now, ("case", case.id), case.record_id),
        link=case_queries.link_token(case),
        chat=talk,
        chat_file=_file(now, ("contact", talk.id)),
        call_back=ask_back(actor=SYSTEM, now=now, number="13912340000"),
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
        panel=panel,
        payout=_money(now, case.record),
        listing=listing,
        **_held(now, case.record, foreign.record),
        question=question,
        sale=sale,
        back=_back(now, sale),
        spare=_spare(now, users["manager"]),
    )
    _back_office(now)
    given = calling.Given(name="Spring", team="online-service", week={"mon": "09:00-12:00"})
    listed = calling.make_list(actor=SYSTEM, now=now, given=given)
    calling.add_customer(  # never agreed: refused, but there
        actor=SYSTEM, now=now, public_id=listed.public_id, customer=_code(case.record)
    )
    box = mails.mailbox(now, team="online-service")
    mails.take_in(now, box, mails.raw("Away until Monday", heads={"Auto-Submitted": "auto-replied"}))
    world.secrets = {name: _token(now, name, users) for name in TOKENS}
    machine = actor_by_secret(world.secrets["token"], now)
    world.hook, _ = add_endpoint(actor=machine, now=now, name="shop", url="https://hooks.shop.example/gx")
    assert world.names, "looked up while nobody has done anything yet"
    return world


def _standards(now: datetime, expert: User) -> Panel:
    """A published standard, its next version in consultation, a panel at work on it with one expert and one specimen."""
    measured.phone(now)
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    standards.open_consultation(actor=SYSTEM, now=now, reference="phone@2", until=now + timedelta(days=9))
    standards.comment_on(actor=staff.actor_of(expert), now=now, reference="phone@2", text="Too strict")
    panel = standards.open_panel(actor=SYSTEM, now=now, reference="phone@1")
    standards.add_expert(actor=SYSTEM, now=now, panel=panel.public_id, user=expert)
    standards.add_specimen(actor=SYSTEM, now=now, panel=panel.public_id, name="No. 1")
    return panel


def _chat(now: datetime, agent: User) -> LiveContact:
    """Somebody unknown whom the agent talks with."""
    made = live_contacts.arrive(actor=SYSTEM, now=now, channel="chat", text="Is anybody there?")
    LiveContact.objects.filter(id=made.id).update(state="live", staff=agent, answered=now)
    return made


def _code(record: Record) -> str:
    return record.customer.public_id


def _held(now: datetime, client: Record, other: Record) -> dict[str, Any]:
    """What `client` holds, whom they let act for them, and an order to invest that was read back."""
    bank.catalogue()
    unit_id = Unit.objects.get(code="online-service").id
    new = holding_actions.NewHolding("FND", "FND-1", unit_id=unit_id, terms={"units": "1000"})
    held = holding_actions.open_holding(actor=SYSTEM, now=now, record_id=client.id, holding=new)
    given = holding_actions.grant_mandate(
        actor=SYSTEM, now=now, record_id=client.id, person_id=other.id, mandate=holding_actions.NewMandate()
    )
    order = bank.drafted(now, client.id)
    return {"held": held, "mandate": given.public_id, "invested": order.public_id}


def _market(now: datetime, seller: Record, buyer: Record) -> tuple[Listing, Question, Order]:
    """A shop with something on sale, a question about it, one of it bought and paid."""
    rules = market.publish_market(now)
    shop = shops.open_shop(actor=SYSTEM, now=now, name="Jane's corner", record_id=seller.id)
    listing = listings.add_listing(
        actor=SYSTEM, now=now, listing=market.new("A second-hand telephone"), stock=9, shop=shop.public_id
    )
    text = "Has the screen been replaced?"
    question = ask(actor=SYSTEM, now=now, listing=listing.public_id, text=text, record_id=buyer.id)
    Enrolment.objects.create(shop=shop, scheme="lightning", rules=rules, currency="CNY", since=now)
    return listing, question, market.bought(buyer.id, listing, now)


def _back(now: datetime, sale: Order) -> Return:
    """The buyer of the sale wants to send it back; its shop has not answered."""
    line = sale.lines.get()
    return Return.objects.create(
        order=sale, line=line, quantity=1, reason="damaged", amount_minor=100, currency="CNY", asked=now, due=now
    )  # fmt: skip


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


def _money(now: datetime, record: Record) -> Payout:
    """A deposit of which something waits to be paid out."""
    amount = Money(10_000, "CNY")
    ledger.top_up(actor=SYSTEM, now=now, record=record.id, amount=amount, once="world-up")
    entry = ledger.withdraw_deposit(
        actor=SYSTEM, now=now, record=record.id, amount=Money(100, "CNY"), once="world-out"
    )
    return Payout.objects.get(entry=entry)


def _back_office(now: datetime) -> None:
    """A slip nobody knows, goods on their way from a supplier, a batch."""
    slip = remittances.NewSlip("P-1", Money(8_800, "CNY"), date(2026, 3, 2), payer="陌生人")
    remittances.record_slip(actor=SYSTEM, now=now, slip=slip)
    purchasing.add_supplier(actor=SYSTEM, now=now, code="press", name="Press")
    cost = Money(10_000, "CNY")
    purchasing.order_goods(actor=SYSTEM, now=now, supplier="press", sku="CD-1", quantity=5, cost=cost)
    Batch.objects.create(made=now, by="tests")


def _file(now: datetime, subject: tuple[str, int], record_id: int | None = None) -> File:
    """A picture on something, with its preview."""
    stored = intake.take("blue.gif", "image/gif", lambda _size: [b"GIF89a\x01\x00\x01\x00;"])
    [file] = attach(files.Given((stored,)), actor=SYSTEM, now=now, subject=subject, record_id=record_id)
    file.preview, file.preview_digest = File.Preview.READY, store.put([b"a small picture"])
    file.save(force_insert=True)
    return file


def _open(now: datetime, contact: Contact, text: str) -> Case:
    letter = cases.About(request=True)
    return cases.open_case(
        actor=SYSTEM, now=now, contact=contact, text=text, channel="web", about=letter
    ).case


def _sided(now: datetime, contact: Contact) -> Case:
    about = cases.About(issues=[cases.NewIssue(kind="late_parcel")])
    words = "快递又迟到了"
    return cases.open_case(
        actor=SYSTEM, now=now, contact=contact, text=words, channel="web", about=about
    ).case


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
    rights = dict.fromkeys(RIGHTS_OF_TOKENS, "branch" if abroad else "all")
    if name in ("token_without", "token_settings"):
        rights = {"site.settings": "all"} if name == "token_settings" else {}
    if name == "token":
        rights |= {"trade.standards": "all", "work.knowledge": "all", "work.knowledge_edit": "all"}
    if name == "token_owned":
        rights["work.knowledge"] = "all"
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
