"""A pack written into the tables of the organisation."""

from dataclasses import replace
from datetime import datetime

import pytest

from guanxi.cases.actions.publishing import publish_procedure
from guanxi.cases.queries import procedures
from guanxi.core import events
from guanxi.core.access import PUBLIC, system
from guanxi.core.errors import SignInNeeded
from guanxi.core.models import Event, Role, Unit
from guanxi.packs.install import install
from guanxi.packs.loader import PackError, load
from guanxi.work import queries as teams
from guanxi.work.models import Team

pytestmark = pytest.mark.django_db
ADMIN = system("test")


def test_the_organisation_stands_and_teams_take_their_work(now: datetime) -> None:
    root = install(actor=ADMIN, now=now, pack=load("club")).root
    units = {unit.code: unit for unit in Unit.objects.all()}
    assert (len(units), Team.objects.count(), Role.objects.count()) == (15, 10, 13)
    hotline, centre = units["hotline"], units["call-centre"]
    assert hotline.path == f"/{root.id}/{centre.id}/{hotline.id}/"
    assert teams.team_for("case.answer").code == "online-service"
    assert teams.team_for("people.review").minutes["people.review"] == 960


def test_twice_changes_nothing_and_a_change_is_one_event(now: datetime) -> None:
    club = load("club")
    install(actor=ADMIN, now=now, pack=club)
    assert install(actor=ADMIN, now=now, pack=club).changed == ()
    assert Event.objects.filter(type="pack.installed").count() == 1
    fewer = replace(club.roles[1], rights={"people.view": "own"})
    changed = install(actor=ADMIN, now=now, pack=replace(club, roles=[fewer])).changed
    assert changed == ("agent",)
    assert Role.objects.get(code="agent").rights == {"people.view": "own"}
    assert Event.objects.filter(type="pack.installed").count() == 2


def test_a_right_nobody_declares_writes_nothing(now: datetime) -> None:
    club = load("club")
    odd = replace(club.roles[0], rights={"moon.walk": "all"})
    with pytest.raises(
        PackError, match=r"roles\.toml:3: role\.trainee\.rights\.moon\.walk: no room declares this right"
    ):
        install(actor=ADMIN, now=now, pack=replace(club, roles=[odd]))
    assert not Unit.objects.exists()


def test_only_who_may_change_settings(now: datetime) -> None:
    with pytest.raises(SignInNeeded):
        install(actor=PUBLIC, now=now, pack=load("club"))
    assert not Unit.objects.exists()
    assert events.read_from(0) == []


def test_a_pack_never_publishes_over_what_the_house_has_published(now: datetime) -> None:
    club = load("club")
    install(actor=ADMIN, now=now, pack=club)
    assert club.procedure is not None
    own = {**club.procedure, "currency": "EUR"}
    publish_procedure(actor=ADMIN, now=now, content=own, origin="U-HOUSE")
    changed = install(actor=ADMIN, now=now, pack=replace(club, procedure={**own, "currency": "JPY"})).changed
    assert changed == ()
    assert [(row.number, row.origin) for row in procedures.list_procedures()] == [
        (2, "U-HOUSE"),
        (1, "pack:club"),
    ]


def test_changed_rules_are_the_next_version(now: datetime) -> None:
    club = load("club")
    install(actor=ADMIN, now=now, pack=club)
    assert club.procedure is not None
    changed = install(
        actor=ADMIN, now=now, pack=replace(club, procedure={**club.procedure, "currency": "EUR"})
    )
    assert changed.changed == ("procedure",)
    assert procedures.get_procedure().number == 2
