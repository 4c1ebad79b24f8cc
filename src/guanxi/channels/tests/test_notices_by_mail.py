"""Notices by e-mail: as each person chose, in their language, through the gate, once however often the job runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outgoing
from django.db import transaction

from guanxi.cases import actions as cases
from guanxi.cases import queries as case_queries
from guanxi.cases.actions import Opened
from guanxi.channels import actions, jobs
from guanxi.core import clock, roster, staff
from guanxi.core.jobs import schedule
from guanxi.core.models import Event, Job, Notice, RoleGrant, StaffLetter, User
from guanxi.core.notices import actions as notices
from guanxi.core.notices import mail
from guanxi.work.actions import take_next
from tests.cast import SYSTEM, Staffer, complain, nothing_happens, work_off

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=30)
KIND = "case.answered_by_customer"


@pytest.fixture
def reader(agent: Staffer) -> Staffer:
    """An agent with an address, who reads Chinese."""
    User.objects.filter(id=agent.user.id).update(email="agent@staff.example")
    return agent


def chooses(who: Staffer, now: datetime, *channels: str) -> None:
    notices.choose_channels(actor=who.actor, now=now, kind=KIND, channels=channels)


def writes_again(
    who: Staffer, now: datetime, *, text: str = "还有一件事", title: str = "包裹破了，请换一件。"
) -> Opened:
    """A case in this agent's hands, in which the customer writes once more."""
    opened = complain(now, title)
    take_next(actor=who.actor, now=now)
    customer = case_queries.link_actor(case_queries.link_token(opened.case))
    cases.append(actor=customer, now=now, number=opened.case.number, text=text)
    return opened


def mails() -> list[Any]:
    """Mail to colleagues that reached the mail server, oldest first."""
    return [one for one in outgoing.outbox if one.to == ["agent@staff.example"]]


def test_at_once_in_their_language_with_a_link_and_no_number(reader: Staffer, now: datetime) -> None:
    chooses(reader, now, "app", "mail")
    opened = writes_again(reader, now, title="请打 13912345678 找我")
    work_off()
    assert mails() == []  # what happens together is gathered first
    with clock.at(now + SOON):
        work_off()
    [letter] = mails()
    assert letter.subject.startswith("客户又来信了: ")
    assert f"/cases/{opened.case.number}/" in letter.body
    assert "13912345678" not in letter.subject + letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    row = StaffLetter.objects.get()
    assert (row.user_id, row.state, row.language, row.sent) == (reader.user.id, "sent", "zh-hans", now + SOON)
    told = Event.objects.filter(type__startswith="staff_mail.").order_by("id")
    assert [(one.type, one.subject_id, one.data) for one in told] == [
        ("staff_mail.queued", reader.user.id, {"letter": row.public_id}),
        ("staff_mail.sent", reader.user.id, {"letter": row.public_id}),
    ]


def test_what_comes_together_is_one_letter(reader: Staffer, now: datetime) -> None:
    chooses(reader, now, "mail")
    User.objects.filter(id=reader.user.id).update(language="en")
    for number in range(3):
        writes_again(reader, now, title=f"Parcel {number} is broken")
    work_off()
    with clock.at(now + SOON):
        work_off()
    [letter] = mails()
    assert letter.subject == "3 notices for you"
    assert letter.body.count("- The customer has written again: Parcel ") == 3


def test_run_twice_it_is_written_once(reader: Staffer, now: datetime) -> None:
    chooses(reader, now, "mail")
    writes_again(reader, now)
    work_off()
    with clock.at(now + SOON):
        assert jobs.tell_colleagues.call() == 1
        assert jobs.tell_colleagues.call() == 0
        row = StaffLetter.objects.get()
        assert actions.deliver_to_colleague(now=now, public_id=row.public_id) == "sent"
        assert actions.deliver_to_colleague(now=now, public_id=row.public_id) == "nothing to do"
    assert len(mails()) == 1


def test_a_rollback_leaves_it_waiting(reader: Staffer, now: datetime) -> None:
    chooses(reader, now, "mail")
    writes_again(reader, now)
    work_off()

    def fails(_user: User, _letter: mail.Letter) -> None:
        raise RuntimeError

    with nothing_happens(), pytest.raises(RuntimeError), transaction.atomic():
        mail.tell(now=now, way="mail", write=fails)
    assert jobs.tell_colleagues.call() == 1


def test_once_a_day_what_is_still_unread(reader: Staffer, now: datetime) -> None:
    chooses(reader, now, "app", "digest")
    read, kept = writes_again(reader, now, title="第一件"), writes_again(reader, now, title="第二件")
    work_off()
    notices.read_notice(
        actor=reader.actor, now=now + SOON, public_id=Notice.objects.get(subject_id=read.case.id).public_id
    )
    assert not Job.objects.filter(task=jobs.tell_colleagues.module_path).exists()
    assert jobs.tell_colleagues_daily.call() == 1
    [row] = StaffLetter.objects.all()
    assert kept.case.number in row.body
    assert read.case.number not in row.body
    assert jobs.tell_colleagues_daily.call() == 0
    when = schedule.registered()["notices.digest"].when
    assert schedule.next_tick(when, now) == datetime(2026, 3, 4, 0, 0, tzinfo=UTC)  # 8 in Shanghai


def test_without_the_bell_it_comes_by_mail_alone(reader: Staffer, now: datetime) -> None:
    chooses(reader, now, "digest")
    writes_again(reader, now)
    work_off()
    notice = Notice.objects.get()
    assert (notice.read, notice.mail) == (notice.created, "digest")
    assert jobs.tell_colleagues_daily.call() == 1


def test_read_in_the_app_meanwhile_it_is_not_mailed(reader: Staffer, now: datetime) -> None:
    chooses(reader, now, "app", "mail")
    writes_again(reader, now)
    work_off()
    with clock.at(now + SOON):
        notices.read_all(actor=reader.actor, now=now + SOON)
        assert jobs.tell_colleagues.call() == 0
    assert not StaffLetter.objects.exists()


def test_what_they_may_no_longer_see_is_not_told(reader: Staffer, now: datetime) -> None:
    chooses(reader, now, "mail")
    writes_again(reader, now)
    work_off()
    RoleGrant.objects.filter(user=reader.user).delete()
    assert jobs.tell_colleagues.call() == 0
    assert not StaffLetter.objects.exists()


def test_off_is_off(reader: Staffer, now: datetime) -> None:
    writes_again(reader, now)
    work_off()
    with clock.at(now + SOON):
        work_off()
    assert Notice.objects.get().mail == ""
    assert not StaffLetter.objects.exists()
    chooses(reader, now)
    assert Notice.objects.count() == 1


def test_whoever_left_gets_nothing(reader: Staffer, manager: Staffer, now: datetime) -> None:
    chooses(reader, now, "mail")
    writes_again(reader, now)
    work_off()
    assert jobs.tell_colleagues.call() == 1
    staff.disable_user(actor=SYSTEM, now=now, user=User.objects.get(id=reader.user.id))
    row = StaffLetter.objects.get()
    assert actions.deliver_to_colleague(now=now, public_id=row.public_id) == "held"
    assert mails() == []
    assert Event.objects.filter(type="staff_mail.held").count() == 1


def test_without_an_address_nobody_chooses_mail(agent: Staffer, now: datetime) -> None:
    page = agent.client.get("/notices/choose/").content.decode()
    assert "You have no e-mail address here" in page
    with nothing_happens():
        sent = {f"{KIND}.app": "on", f"{KIND}.by_mail": "mail", "work.assigned.app": ""}
        assert agent.client.post("/notices/choose/", sent).status_code == 422


def test_an_address_taken_away_holds_the_letter(reader: Staffer, now: datetime) -> None:
    chooses(reader, now, "mail")
    writes_again(reader, now)
    work_off()
    roster.change_user(
        actor=SYSTEM, now=now, user=reader.user, name="A", language="en", unit_id=None, email=""
    )
    assert jobs.tell_colleagues.call() == 1
    assert StaffLetter.objects.get().state == "held"


def test_the_page_shows_and_keeps_the_choice(reader: Staffer, now: datetime) -> None:
    sent = {f"{KIND}.app": "on", f"{KIND}.by_mail": "digest", "work.assigned.title": "on"}
    assert reader.client.post("/notices/choose/", sent).status_code == 303
    page = reader.client.get("/notices/choose/").content.decode()
    assert 'value="digest" selected' in page.split(f'name="{KIND}.by_mail"')[1].split("</select>")[0]
    assert "agent@staff.example" in page


def test_a_letter_that_failed_is_tried_again_by_an_administrator(
    reader: Staffer, stranger: Staffer, now: datetime
) -> None:
    chooses(reader, now, "mail")
    writes_again(reader, now)
    work_off()
    jobs.tell_colleagues.call()
    row = StaffLetter.objects.get()
    actions.give_letter_up(now=now, public_id=row.public_id)
    with nothing_happens(), pytest.raises(Exception, match="denied"):
        actions.send_letter_again(actor=stranger.actor, now=now, public_id=row.public_id)
    assert actions.send_letter_again(actor=SYSTEM, now=now, public_id=row.public_id)
    assert not actions.send_letter_again(actor=SYSTEM, now=now, public_id=row.public_id)
    assert actions.deliver_to_colleague(now=now, public_id=row.public_id) == "sent"
