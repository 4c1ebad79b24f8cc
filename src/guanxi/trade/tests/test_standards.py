"""A standard from draft to successor: who may, in which order, and that what is published never changes."""

from copy import deepcopy
from datetime import datetime, timedelta

import pytest

from guanxi.core.access import PUBLIC
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded
from guanxi.core.models import Event
from guanxi.trade.actions import standards
from guanxi.trade.models import StandardVersion
from guanxi.trade.queries import standards as reads
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens
from tests.measured import CONTENT, DAY, GOOD, names, phone

pytestmark = pytest.mark.usefixtures("clock_stands")


@pytest.fixture
def published(db: None, now: datetime) -> StandardVersion:
    return phone(now)


def test_from_draft_over_consultation_to_published(published: StandardVersion, now: datetime) -> None:
    assert (published.number, published.state, published.effective) == (1, "published", now - DAY)
    assert published.digest == standards.digest_of(CONTENT)
    told = Event.objects.filter(subject_kind="standard").order_by("id").values_list("type", flat=True)
    assert list(told) == ["standard.added", "standard.drafted", "standard.consulted", "standard.published"]


def test_nobody_publishes_before_the_consultation_is_over(db: None, now: datetime) -> None:
    phone(now)
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    with nothing_happens(), pytest.raises(Conflict, match="wrong_state"):
        standards.publish_version(actor=SYSTEM, now=now, reference="phone@2")
    with nothing_happens(), pytest.raises(Invalid) as short:
        standards.open_consultation(actor=SYSTEM, now=now, reference="phone@2", until=now + 6 * DAY)
    assert list(short.value.fields) == ["until"]
    standards.open_consultation(actor=SYSTEM, now=now, reference="phone@2", until=now + 7 * DAY)
    early = now + 7 * DAY - timedelta(seconds=1)
    with nothing_happens(), pytest.raises(Conflict, match="consulting"):
        standards.publish_version(actor=SYSTEM, now=early, reference="phone@2")
    with nothing_happens(), pytest.raises(Conflict, match="wrong_state"):
        standards.change_draft(actor=SYSTEM, now=now, reference="phone@2", content=CONTENT)


def test_what_is_published_never_changes(published: StandardVersion, now: datetime) -> None:
    changed = deepcopy(CONTENT)
    changed["parameters"][0]["limits"]["B"]["max"] = 12
    with nothing_happens(), pytest.raises(Conflict, match="wrong_state"):
        standards.change_draft(actor=SYSTEM, now=now, reference="phone@1", content=changed)
    with nothing_happens(), pytest.raises(Conflict, match="wrong_state"):
        standards.recall_to_draft(actor=SYSTEM, now=now, reference="phone@1")
    with nothing_happens(), pytest.raises(Conflict, match="wrong_state"):
        standards.publish_version(actor=SYSTEM, now=now, reference="phone@1")
    phone(now, content=changed)
    published.refresh_from_db()
    assert standards.digest_of(published.content) == published.digest


def test_the_successor_supersedes_from_its_day(published: StandardVersion, now: datetime) -> None:
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    standards.open_consultation(actor=SYSTEM, now=now, reference="phone@2", until=now + 7 * DAY)
    later = now + 20 * DAY
    standards.publish_version(actor=SYSTEM, now=now + 8 * DAY, reference="phone@2", effective=later)
    published.refresh_from_db()
    assert (published.state, published.ends) == ("superseded", later)
    at = [reads.in_force("phone", moment) for moment in (now - 2 * DAY, now, later - DAY, later)]
    assert [one and one.number for one in at] == [None, 1, 1, 2]
    assert reads.cited("phone@1") == published
    standards.end_version(actor=SYSTEM, now=later + DAY, reference="phone@2")
    assert reads.in_force("phone", later + 2 * DAY) is None


def test_only_one_next_version_is_in_the_making(published: StandardVersion, now: datetime) -> None:
    draft = standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    with nothing_happens(), pytest.raises(Conflict, match="in_the_making"):
        standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    with nothing_happens(), pytest.raises(Conflict, match="stale"):
        standards.change_draft(
            actor=SYSTEM, now=now, reference="phone@2", content=CONTENT, version=draft.version + 1
        )
    bad = deepcopy(CONTENT)
    bad["parameters"][1]["unit"] = "percent"
    with nothing_happens(), pytest.raises(Invalid) as wrong:
        standards.change_draft(actor=SYSTEM, now=now, reference="phone@2", content=bad)
    assert wrong.value.fields == {"parameters.1.unit": "percent is none of the units (UCUM) in use here."}


def test_drafts_are_for_those_who_make_them(
    published: StandardVersion, agent: Staffer, now: datetime
) -> None:
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    with pytest.raises(NotFound):
        reads.get_version(PUBLIC, "phone@2")
    assert reads.get_version(PUBLIC, "phone").number == 1
    assert reads.get_version(SYSTEM, "phone@2").state == "draft"
    with nothing_happens(), pytest.raises(Denied):
        standards.draft_version(actor=agent.actor, now=now, standard="phone")
    with nothing_happens(), pytest.raises(Denied):
        standards.add_category(actor=agent.actor, now=now, code="hats", name=names("帽子", "Hats"))
    standards.open_consultation(actor=SYSTEM, now=now, reference="phone@2", until=now + 7 * DAY)
    assert reads.get_version(PUBLIC, "phone@2").state == "consultation"


def test_comments_are_answered_before_publishing(
    published: StandardVersion, buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    with nothing_happens(), pytest.raises(NotFound):
        standards.comment_on(actor=buyer.actor, now=now, reference="phone@2", text="Too strict")
    standards.open_consultation(actor=SYSTEM, now=now, reference="phone@2", until=now + 7 * DAY)
    said = standards.comment_on(
        actor=buyer.actor, now=now, reference="phone@2", text=" Too strict ", about="scratches"
    )
    standards.comment_on(actor=agent.actor, now=now, reference="phone@2", text="Agreed")
    assert [(one.text, one.record_id) for one in reads.comments_on(said.version)] == [
        ("Too strict", buyer.record_id),
        ("Agreed", None),
    ]
    with nothing_happens(), pytest.raises(SignInNeeded):
        standards.comment_on(actor=PUBLIC, now=now, reference="phone@2", text="Me too")
    with nothing_happens(), pytest.raises(Denied):
        standards.answer_comment(actor=agent.actor, now=now, public_id=said.public_id, text="No")
    after = now + 7 * DAY
    with nothing_happens(), pytest.raises(Conflict, match="over"):
        standards.comment_on(actor=buyer.actor, now=after, reference="phone@2", text="Late")
    with nothing_happens(), pytest.raises(Conflict, match="unanswered"):
        standards.publish_version(actor=SYSTEM, now=after, reference="phone@2")
    for one in reads.comments_on(said.version):
        standards.answer_comment(actor=SYSTEM, now=after, public_id=one.public_id, text="Noted")
    assert standards.publish_version(actor=SYSTEM, now=after, reference="phone@2").number == 2


def test_a_declaration_is_frozen_with_its_version(published: StandardVersion, now: datetime) -> None:
    frozen = reads.declare(version_ref="phone", grade="B", values=GOOD, now=now, evidence=["F-1"])
    assert frozen == {
        "standard": "phone",
        "version": 1,
        "digest": published.digest,
        "grade": "B",
        "values": GOOD,
        "evidence": ["F-1"],
    }
    assert reads.declare(version_ref="phone@1", grade="C", values={}, now=now)["grade"] == "C"
    for reference in ("phone@2", "hat", "phone@x"):
        with pytest.raises(Invalid) as wrong:
            reads.declare(version_ref=reference, grade="B", values=GOOD, now=now)
        assert list(wrong.value.fields) == ["standard"]
    with pytest.raises(Invalid) as missed:
        reads.declare(version_ref="phone", grade="A", values=GOOD, now=now)
    assert missed.value.fields["battery"] == "This value does not bear grade A."


def test_a_panel_publishes_what_it_agrees_on(
    published: StandardVersion, agent: Staffer, supervisor: Staffer, now: datetime
) -> None:
    panel = standards.open_panel(actor=SYSTEM, now=now, reference="phone@1").public_id
    standards.add_expert(actor=SYSTEM, now=now, panel=panel, user=agent.user)
    standards.add_expert(actor=SYSTEM, now=now, panel=panel, name="Dr Ye", about="Test laboratory")
    standards.add_expert(actor=SYSTEM, now=now, panel=panel, name="Ms Tan")
    for name in ("No. 1", "No. 2", "No. 3"):
        standards.add_specimen(actor=SYSTEM, now=now, panel=panel, name=name)
    for specimen, grades in enumerate(("AAB", "BBB", "CCC"), 1):
        for expert, grade in enumerate(grades, 1):
            standards.assess(
                actor=SYSTEM, now=now, panel=panel, expert=expert, specimen=specimen, grade=grade,
                values={"scratches": specimen * 5}, words="Sharp edges" if grade == "B" else "",
            )  # fmt: skip
    with nothing_happens(), pytest.raises(Denied):  # an expert speaks for themselves
        standards.assess(actor=agent.actor, now=now, panel=panel, expert=2, specimen=1, grade="A", values={})
    standards.assess(actor=agent.actor, now=now, panel=panel, expert=1, specimen=1, grade="A", values={})
    with pytest.raises(NotFound):
        reads.get_panel(PUBLIC, panel)
    with pytest.raises(NotFound):
        reads.get_panel(supervisor.actor, panel)
    assert reads.get_panel(agent.actor, panel).public_id == panel
    done = standards.publish_panel(actor=SYSTEM, now=now, panel=panel)
    assert done.result == {
        "alpha": 0.848,
        "parameters": {"scratches": 1.0},
        "medians": {"1": "A", "2": "B", "3": "C"},
        "experts": 3,
    }
    assert reads.get_panel(PUBLIC, panel).state == "published"
    assert reads.experts_of("phone") == [agent.user.id]
    with nothing_happens(), pytest.raises(Conflict, match="wrong_state"):
        standards.assess(actor=SYSTEM, now=now, panel=panel, expert=1, specimen=1, grade="B", values={})


def test_two_experts_are_no_panel(published: StandardVersion, now: datetime) -> None:
    panel = standards.open_panel(actor=SYSTEM, now=now, reference="phone@1").public_id
    for name in ("Dr Ye", "Ms Tan", "Mr Wu"):
        standards.add_expert(actor=SYSTEM, now=now, panel=panel, name=name)
    for specimen in (1, 2):
        standards.add_specimen(actor=SYSTEM, now=now, panel=panel, name=f"No. {specimen}")
        for expert in (1, 2, 3):
            standards.assess(
                actor=SYSTEM, now=now, panel=panel, expert=expert, specimen=specimen, grade="AB"[specimen - 1],
                values={}, conflict="Sold it" if expert == 3 else "",
            )  # fmt: skip
    with nothing_happens(), pytest.raises(Conflict, match="experts"):
        standards.publish_panel(actor=SYSTEM, now=now, panel=panel)
    assert standards.close_panel(actor=SYSTEM, now=now, panel=panel).state == "closed"
