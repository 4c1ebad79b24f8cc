"""Tokens: never more than their owner may now, void when they leave; made, listed, revoked; last use to the hour."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from guanxi_client import Problem

from guanxi.core import clock, staff, tokens
from guanxi.core.access import EVERYTHING, Kind
from guanxi.core.errors import Denied, Invalid
from guanxi.core.models import ApiToken, Event, IdempotencyKey, Role, RoleGrant
from tests.api.conftest import RIGHTS, Connect
from tests.cast import SYSTEM, Hire, Organisation, Staffer, complain, nothing_happens, statements

pytestmark = pytest.mark.django_db


def test_when_the_owner_leaves_it_stops_at_once(connect: Connect, owner: Staffer, now: datetime) -> None:
    crm = connect()
    assert crm.get_itself()["owner"] == owner.user.public_id
    staff.disable_user(actor=SYSTEM, now=now, user=owner.user)
    with nothing_happens(), pytest.raises(Problem) as refused:
        crm.open_case(body={"text": "x", "contact": {"email": "a@b.example"}})
    assert (refused.value.status, refused.value.code) == (401, "token_invalid")


def test_what_the_owner_loses_the_token_loses(connect: Connect, owner: Staffer, now: datetime) -> None:
    number = complain(now).case.number
    crm = connect()
    crm.get_case(number)
    Role.objects.filter(code="integrator").update(rights={**RIGHTS, "cases.handle": "own"})
    with nothing_happens(), pytest.raises(Problem, match="403"):
        crm.do_case(number, "answer", body={"text": "x"})
    RoleGrant.objects.filter(user=owner.user).delete()
    with pytest.raises(Problem, match="403"):
        crm.list_cases()
    assert crm.get_itself()["may"] == []


def test_the_narrower_of_both_scopes_counts(hire: Hire, organisation: Organisation, now: datetime) -> None:
    Role.objects.create(code="wide", rights={"cases.view": "all", "work.view": "team", "people.view": "own"})
    wide = hire("wide", "wide", "front")
    token = ApiToken.objects.create(
        public_id="T-1", digest="x", name="t", owner=wide.user, created=now,
        rights={"cases.view": "department", "work.view": "all", "people.view": "all", "trade.view": "all"},
    )  # fmt: skip
    actor = tokens.actor_of(token.id, now)
    contact = {organisation.id("contact"), organisation.id("front")}
    assert actor.kind is Kind.TOKEN
    assert actor.reach("cases.view").units == contact
    assert not actor.reach("cases.view").everything
    assert actor.reach("work.view").units == {organisation.id("front")}
    assert (actor.reach("people.view").own, actor.reach("people.view").units) == (True, frozenset())
    assert not actor.may("trade.view")
    ApiToken.objects.update(rights={"cases.view": "all"})
    assert tokens.actor_of(token.id, now).reach("cases.view") == EVERYTHING


def test_one_statement_says_who_asks(connect: Connect, now: datetime) -> None:
    crm = connect({"cases.view": "all"})
    tokens.actor_by_secret(crm.token, now)
    assert statements(lambda: tokens.actor_by_secret(crm.token, now)) == 1


def test_last_use_is_noted_to_the_hour(connect: Connect, now: datetime) -> None:
    crm = connect()

    def used() -> datetime | None:
        return ApiToken.objects.get(public_id=crm.get_itself()["id"]).last_used

    assert used() == now
    with clock.at(now + timedelta(minutes=59)):
        assert used() == now
    with clock.at(now + timedelta(minutes=61)):
        assert used() == now + timedelta(minutes=61)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rights": {}}, "rights"),
        ({"rights": {"nonsense": "all"}}, "rights"),
        ({"rights": {"cases.view": "everywhere"}}, "rights"),
        ({"rights": {"site.settings": "all"}}, "rights"),
        ({"rights": {"work.view": "all"}}, "rights"),  # the owner has it for a team
        ({"expires": None}, "expires"),
        ({"expires": timedelta(0)}, "expires"),
        ({"expires": timedelta(days=732)}, "expires"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_what_cannot_be_made(owner: Staffer, now: datetime, values: dict[str, Any], field: str) -> None:
    wanted: dict[str, Any] = {
        "name": "t",
        "rights": {"cases.view": "all"},
        "expires": timedelta(days=1),
        **values,
    }
    if wanted["expires"] is not None:
        wanted["expires"] = now + wanted["expires"]
    with nothing_happens(), pytest.raises(Invalid) as refused:
        tokens.issue_token(actor=owner.actor, now=now, owner=owner.user, **wanted)
    assert set(refused.value.fields) == {field}


def test_never_is_for_administrators_with_a_reason(hire: Hire, now: datetime) -> None:
    Role.objects.create(code="boss", rights={"site.settings": "all"})
    boss = hire("boss", "boss")
    make: Any = {
        "actor": boss.actor,
        "now": now,
        "name": "t",
        "rights": {"site.settings": "all"},
        "owner": boss.user,
    }
    with nothing_happens(), pytest.raises(Invalid) as refused:
        tokens.issue_token(**make)
    assert set(refused.value.fields) == {"reason"}
    token, _ = tokens.issue_token(**make, reason="the alarm system")
    assert (token.expires, token.reason) == (None, "the alarm system")


def test_nobody_makes_tokens_for_others_and_tokens_make_none(
    owner: Staffer, agent: Staffer, connect: Connect, now: datetime
) -> None:
    make: Any = {"now": now, "name": "t", "rights": {"cases.view": "all"}, "expires": now + timedelta(days=1)}
    machine = tokens.actor_by_secret(connect().token, now)
    with nothing_happens():
        for actor, whose in ((owner.actor, agent.user), (agent.actor, agent.user), (machine, owner.user)):
            with pytest.raises(Denied):
                tokens.issue_token(actor=actor, owner=whose, **make)


def test_who_sees_and_revokes_which(connect: Connect, owner: Staffer, hire: Hire, now: datetime) -> None:
    mine, second = connect(), connect({"cases.view": "all"})
    other = hire("other", "integrator", "front")
    foreign, _ = tokens.issue_token(
        actor=other.actor, now=now, name="foreign", rights={"cases.view": "all"}, owner=other.user,
        expires=now + timedelta(days=1),
    )  # fmt: skip
    ids = {one["id"] for one in mine.each(mine.list_tokens, limit=1)}
    assert ids == {mine.get_itself()["id"], second.get_itself()["id"]}
    with nothing_happens(), pytest.raises(Problem, match="404"):
        mine.revoke_token(foreign.public_id)
    with pytest.raises(Problem, match="403"):
        second.list_tokens()
    second.revoke_token(second.get_itself()["id"])  # without any right to: it ends itself
    with pytest.raises(Problem, match="401"):
        second.list_cases()
    assert Event.objects.filter(type="token.revoked").count() == 1


def test_the_secret_is_shown_once_and_kept_nowhere(owner: Staffer, now: datetime) -> None:
    form = {"name": "shop", "right:cases.view": "all", "right:people.view": "", "days": "30", "key": "form-1"}
    page = owner.client.post("/settings/tokens/new/", form)
    assert page.status_code == 200
    secret = next(word for word in page.content.decode().split('"') if word.startswith("gx_"))
    token = ApiToken.objects.get(name="shop")
    assert (token.rights, token.expires) == ({"cases.view": "all"}, now + timedelta(days=30))
    assert (token.tail, token.owner) == (secret[-4:], owner.user)
    assert tokens.actor_by_secret(secret, now).id == token.public_id
    again = owner.client.post("/settings/tokens/new/", form)  # the back button
    assert (again.status_code, again["Location"]) == (303, "/settings/tokens/")
    assert ApiToken.objects.count() == 1
    assert secret not in repr(list(IdempotencyKey.objects.values()))
    assert secret not in repr(list(Event.objects.values()))
    assert secret not in owner.client.get("/settings/tokens/").content.decode()


def test_a_form_with_errors_keeps_what_was_chosen(owner: Staffer) -> None:
    form = {"name": "", "right:cases.view": "team", "days": "9999", "key": "k"}
    with nothing_happens():
        page = owner.client.post("/settings/tokens/new/", form)
    assert page.status_code == 422
    assert '<option value="team" selected>' in page.content.decode()


def test_the_page_of_administrators_names_owners(owner: Staffer, connect: Connect, hire: Hire) -> None:
    connect()
    Role.objects.create(code="boss", rights={"site.settings": "all"})
    page = hire("boss", "boss").client.get("/settings/tokens/").content.decode()
    assert "Owner" in page
    staff.disable_user(actor=SYSTEM, now=clock.now(), user=owner.user)
    assert "its owner has left" in hire("chief", "boss").client.get("/settings/tokens/").content.decode()
