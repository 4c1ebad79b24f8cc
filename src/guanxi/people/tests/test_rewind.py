"""Looking back: a customer's page at an earlier moment shows what was known then, and nothing that could be changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from guanxi.cases import actions as cases
from guanxi.core import clock
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.fields import read_instant
from guanxi.people import queries
from guanxi.people.actions import (
    Contact,
    add_record,
    end_relation,
    merge,
    pin,
    relate,
    set_language,
    set_nature,
    state_consent,
    tell_apart,
    unmerge,
)
from guanxi.people.models import Customer, Identifier, IdentityEvent, Record
from guanxi.people.pages import identity, relationships
from guanxi.people.rules.rewinding import holds_at, value_at
from guanxi.trade.actions import correct_states
from guanxi.trade.models import Order
from tests.cast import SYSTEM, Machine, Organisation, Shopper, Staffer, Visitor, complain

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def back(who: Staffer, code: str, at: datetime, *, status: int = 200, language: str = "en") -> str:
    response = who.client.get(
        f"/customers/{code}/", {"at": at.isoformat()}, headers={"Accept-Language": language}
    )
    assert response.status_code == status
    return response.content.decode()


# -- rules -------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.integers(-1, 9))
def test_the_value_before_the_first_change_after_a_moment(values: list[int], hour: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    changes = [(start + HOUR * place, before) for place, before in enumerate(values[:-1])]
    seen = value_at(start + HOUR * hour, values[-1], changes)
    assert seen == values[min(max(hour + 1, 0), len(values) - 1)]


def test_what_held_at_its_beginning_does_not_at_its_end(now: datetime) -> None:
    moments = (now - HOUR, now, now + HOUR)
    assert [holds_at(one, now, now + HOUR) for one in moments] == [False, True, False]
    assert holds_at(now + 100 * HOUR, now, None)


def test_a_day_means_its_end_and_a_moment_itself(now: datetime) -> None:
    assert read_instant({"at": "2026-03-01"}, "at") == datetime(2026, 3, 1, 15, 59, 59, 999999, tzinfo=UTC)
    assert read_instant({"at": "2026/3/1 10:00".replace("/3/1", "/03/01")}, "at") == datetime(
        2026, 3, 1, 2, tzinfo=UTC
    )
    assert read_instant({"at": "2026-03-01T10:00:00Z"}, "at") == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert read_instant({"at": ""}, "at") is None
    for wrong in ("yesterday", "0001-01-01", "0001-01-01T00:00Z", "2026-02-30", "9" * 50):
        with pytest.raises(Invalid):
            read_instant({"at": wrong}, "at")


# -- the page ----------------------------------------------------------------------------------------------


def test_everything_as_it_was(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    friend = _somebody(now - 9 * HOUR, "李华")
    case = complain(now - 5 * HOUR, "琵琶坏了", buyer.contact).case
    row = relate(
        actor=SYSTEM, now=now - 4 * HOUR, customer=buyer.public_id, other=friend.public_id, role="guarantor"
    )
    said = {("marketing", "email"): True}
    state_consent(
        actor=buyer.actor, now=now - 3 * HOUR, record_id=buyer.record_id, statements=said, source="web"
    )
    cases.resolve(actor=agent.actor, now=now - 2 * HOUR, number=case.number, text="换新的。")
    end_relation(actor=SYSTEM, now=now - HOUR, relation=row.public_id, customer=buyer.public_id)
    Identifier.objects.filter(record=buyer.record_id, kind="phone").update(verified=now - HOUR)
    order = Order.objects.get(number="A-1002")
    correct_states(actor=SYSTEM, now=now - HOUR, changes=[(order.id, order.state, "received")])
    today = agent.client.get(f"/customers/{buyer.public_id}/").content.decode()
    assert "none open" in today
    assert "As it was on" not in today
    early = back(agent, buyer.public_id, now - timedelta(hours=4, minutes=30))
    assert "琵琶坏了" in early
    assert "1 open" in early
    assert "agreed" not in early
    assert "vouches" not in early
    assert "verified" not in early
    middle = back(agent, buyer.public_id, now - timedelta(hours=2, minutes=30))
    for words in ("1 open", "agreed", "vouches for this customer", "李华", "our turn", "As it was on"):
        assert words in middle, words
    assert "Relation ended" not in middle
    late = back(agent, buyer.public_id, now - timedelta(minutes=30))
    for words in ("none open", "1 earlier relation", "verified · 2026-03-03", "received", "Relation ended"):
        assert words in late, words
    before_it = back(agent, buyer.public_id, now - timedelta(days=25))
    assert "A-1002" not in before_it
    assert "1 order" in before_it
    assert "琵琶坏了" not in before_it


def test_nothing_can_be_changed_on_it(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    body = back(agent, buyer.public_id, now - timedelta(minutes=1))
    main = body[body.index("<main") : body.index("</main>")]
    assert 'method="post"' not in main
    assert "data-live" not in main
    assert "gx-relate" not in main
    assert f'href="/customers/{buyer.public_id}/"' in main


def test_before_the_first_day_it_says_so(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    body = back(agent, buyer.public_id, now - timedelta(days=9000))
    assert "we did not know" in body
    assert "To their first day" in body


def test_a_moment_to_come_is_today_and_nonsense_is_refused(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    assert "As it was on" not in back(agent, buyer.public_id, now + HOUR)
    response = agent.client.get(f"/customers/{buyer.public_id}/", {"at": "once"})
    assert response.status_code == 422


def test_masks_and_reach_are_those_of_today(
    trainee: Staffer, stranger: Staffer, buyer: Shopper, organisation: Organisation, now: datetime
) -> None:
    body = back(trainee, buyer.public_id, now - timedelta(minutes=1))
    assert "139 **** 6608" in body
    assert "5801" not in body
    back(stranger, buyer.public_id, now - timedelta(minutes=1), status=404)
    back(stranger, "C-AAAAA-BBBBB", now, status=404)


def test_the_timeline_ends_there(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    complain(now - 5 * HOUR, "琵琶坏了", buyer.contact)
    complain(now - HOUR, "二胡也坏了", buyer.contact)
    micros = int((now - 3 * HOUR).timestamp() * 1_000_000)
    url = f"/timeline/customer_then/{buyer.public_id}_{micros}/"
    body = agent.client.get(url).content.decode()
    assert "琵琶坏了" in body
    assert "二胡也坏了" not in body
    found = agent.client.get(url, {"kind": "case"}, headers={"HX-Request": "true"}).content.decode()
    assert url in found
    assert "二胡也坏了" not in found
    for wrong in (f"{buyer.public_id}_x", buyer.public_id, f"{buyer.public_id}_{'9' * 40}"):
        assert agent.client.get(f"/timeline/customer_then/{wrong}/").status_code == 404


def test_steps_lead_from_change_to_change(agent: Staffer, now: datetime, organisation: Organisation) -> None:
    one, other = (_somebody(now - 9 * HOUR, name) for name in ("陈静", "陈小静"))
    made = merge(actor=SYSTEM, now=now - 6 * HOUR, survivor=one.public_id, others=[other.public_id])
    unmerge(actor=SYSTEM, now=now - 3 * HOUR, decision=made.public_id)
    steps = queries.steps_around(one.id, now - 4 * HOUR)
    assert (steps.before, steps.after) == (now - 6 * HOUR, now - 3 * HOUR)
    assert queries.steps_around(one.id, now).before == now - 3 * HOUR
    assert queries.steps_around(one.id, now).after is None
    assert queries.steps_around(other.id, now - 5 * HOUR).before == now - 6 * HOUR
    gone = back(agent, other.public_id, now - 5 * HOUR)
    assert "were part of another customer" in gone
    assert one.public_id in gone
    assert "陈小静" in back(agent, other.public_id, now - 7 * HOUR)
    assert "a data steward says so" in back(agent, one.public_id, now - 5 * HOUR)
    assert "1 record says so" in back(agent, one.public_id, now - 7 * HOUR)


def _somebody(now: datetime, name: str) -> Customer:
    contact = Contact(name, email=f"s{Customer.objects.count()}@post.example")
    return Customer.objects.get(
        public_id=add_record(actor=SYSTEM, now=now, contact=contact, source="web").customer_public_id
    )


def test_over_the_api(
    token: Machine, visitor: Visitor, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    relate(actor=SYSTEM, now=now - HOUR, customer=buyer.public_id, other=seller.public_id, role="agent")
    set_nature(actor=SYSTEM, now=now - HOUR, customer=buyer.public_id, nature="company")
    url, get = f"/api/v1/customers/{buyer.public_id}", visitor.client.get
    early = get(url, {"at": (now - 2 * HOUR).isoformat()}, headers=token.headers).json()
    assert (early["nature"], early["name"]) == ("person", "王小明")
    assert get(url, headers=token.headers).json()["nature"] == "company"
    ties = [
        get(f"{url}/relationships", {"at": (now - h * HOUR).isoformat()}, headers=token.headers)
        for h in (2, 0.5)
    ]
    assert [len(one.json()["items"]) for one in ties] == [0, 1]
    assert get(url, {"at": "2001-01-01"}, headers=token.headers).status_code == 404
    assert get(url, {"at": "once"}, headers=token.headers).status_code == 422


# -- every earlier moment is what was shown at that moment ---------------------------------------------------


def shown(code: str) -> dict[str, Any] | None:
    """The people part of the page as it is now; None while there is nobody under this id."""
    try:
        who = queries.get_customer(SYSTEM, code)
    except NotFound:
        return None
    if who.public_id != code:  # part of somebody else, to whom the page leads
        return None
    golden = queries.golden(SYSTEM, who.id)
    return {
        "head": (who.name, who.provisional, who.language, who.nature, who.since),
        "records": [record.id for record in who.records],
        "band": identity.cell(SYSTEM, who.id) | {"link": None},
        "reach": _without_forms(identity.panel(SYSTEM, who.id)),
        "golden": {field: (one.text, one.why) for field, one in golden.items()},
        "kin": _without_forms(relationships.panel(SYSTEM, who.id)),
    }


def shown_at(code: str, at: datetime) -> dict[str, Any] | None:
    then = queries.as_of(SYSTEM, code, at)
    if then.view is None:
        return None
    who, golden = then.view, queries.golden_of(SYSTEM, then.records, at=at)
    return {
        "head": (who.name, who.provisional, who.language, who.nature, who.since),
        "records": [record.id for record in who.records],
        "band": identity.cell_then(SYSTEM, who.id, at) | {"link": None},
        "reach": _without_forms(identity.panel_then(SYSTEM, who.id, at)),
        "golden": {field: (one.text, one.why) for field, one in golden.items()},
        "kin": _without_forms(relationships.panel_then(SYSTEM, who.id, at)),
    }


def _without_forms(data: dict[str, Any]) -> dict[str, Any]:
    for row in [*data["rows"], *data.get("earlier", ())]:
        row.update(end_url="", pin_url="", verbs_url="", wrong=[])
    return {**data, "form": None, "key": ""}


VERBS = ("add", "merge", "unmerge", "apart", "relate", "end", "language", "nature", "pin")


class History:
    """Random decisions, a picture of everybody after each."""

    def __init__(self, start: datetime) -> None:
        self.now, self.codes = start, list[str]()
        self.pictures: list[tuple[datetime, dict[str, Any]]] = []
        self.ties: list[str] = []

    def act(self, verb: str, one: int, other: int) -> None:
        self.now += timedelta(minutes=1)
        with clock.at(self.now):
            try:
                with transaction.atomic():
                    getattr(self, verb)(one, other)
            except (Conflict, Invalid, NotFound):
                pass
            self.pictures.append((self.now, {code: shown(code) for code in self.codes}))

    def code(self, number: int) -> str:
        return self.codes[number % len(self.codes)]

    def record(self, number: int) -> Record:
        found = list(Record.objects.order_by("id"))
        return found[number % len(found)]

    def add(self, one: int, other: int) -> None:
        contact = Contact(f"陈{'静芳兰'[one % 3]}", email=f"h{one % 7}@post.example")
        found = add_record(actor=SYSTEM, now=self.now, contact=contact, source=f"s{other % 3}")
        if found.customer_public_id not in self.codes:
            self.codes.append(found.customer_public_id)

    def merge(self, one: int, other: int) -> None:
        merge(actor=SYSTEM, now=self.now, survivor=self.code(one), others=[self.code(other)])

    def unmerge(self, one: int, _other: int) -> None:
        made = list(IdentityEvent.objects.filter(kind="merge").order_by("id"))
        if made:
            unmerge(actor=SYSTEM, now=self.now, decision=made[one % len(made)].public_id, apart=bool(one % 2))

    def apart(self, one: int, other: int) -> None:
        tell_apart(actor=SYSTEM, now=self.now, customers=(self.code(one), self.code(other)))

    def relate(self, one: int, other: int) -> None:
        role = ("spouse", "child", "guarantor", "employee")[(one + other) % 4]
        made = relate(actor=SYSTEM, now=self.now, customer=self.code(one), other=self.code(other), role=role)
        self.ties.append(made.public_id)

    def end(self, one: int, _other: int) -> None:
        if self.ties:
            end_relation(actor=SYSTEM, now=self.now, relation=self.ties[one % len(self.ties)])

    def language(self, one: int, other: int) -> None:
        spoken = ("", "en", "zh-hans")[other % 3]
        set_language(actor=SYSTEM, now=self.now, record_id=self.record(one).id, language=spoken)

    def nature(self, one: int, other: int) -> None:
        set_nature(
            actor=SYSTEM, now=self.now, customer=self.code(one), nature=("person", "company")[other % 2]
        )

    def pin(self, one: int, _other: int) -> None:
        record = self.record(one)
        code = record.customer.public_id
        pin(actor=SYSTEM, now=self.now, customer=code, field="name", record_id=record.id)


NUMBER = st.integers(0, 30)


@bounds(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # every example is a long story: shrinking one takes minutes
)  # fmt: skip
@given(st.lists(st.tuples(st.sampled_from(VERBS), NUMBER, NUMBER), min_size=4, max_size=9))
def test_every_earlier_moment_is_what_was_shown_then(
    organisation: Organisation, now: datetime, acts: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        history = History(now)
        for number in (0, 1, 2):
            history.act("add", number, number)
        for verb, one, other in acts:
            history.act(verb, one, other)
        with clock.at(history.now + HOUR):
            for at, picture in history.pictures:
                for code, was in picture.items():
                    assert shown_at(code, at) == was, (at, code)
        transaction.set_rollback(True)
