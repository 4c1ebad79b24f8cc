"""Pages of mail: the list of fates, one mail, the conversation of its case, the mailboxes in the settings."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases.actions import answer
from guanxi.cases.models import Case
from guanxi.channels.actions import mailboxes, mailroom
from guanxi.channels.models import Mail, Mailbox, Message
from guanxi.core import clock, options, safe
from guanxi.core.models import File, Job
from guanxi.work.models import WorkItem
from tests.cast import SYSTEM, Hire, Shopper, Staffer, nothing_happens, work_off
from tests.mails import HELP, mailbox, raw, take_in

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Shop", "address": "Shop@House.example", "team": "front", "host": "imap.house.example", "port": "993",
    "security": "tls", "username": "shop", "password": "correct horse", "folder": "", "filed": "Done",
}  # fmt: skip


@pytest.fixture
def box(organisation: Any, now: datetime) -> Mailbox:
    return mailbox(now)


@pytest.fixture
def clerk(hire: Hire) -> Staffer:
    return hire("clerk", "manager", "", seat="")


@pytest.fixture
def boss(hire: Hire, organisation: Any) -> Staffer:
    from guanxi.core.models import Role

    everything = {
        "site.settings": "all",
        "channels.mail": "all",
        "channels.view": "all",
        "people.contacts": "all",
    }
    Role.objects.create(code="boss", name={"en": "boss"}, rights=everything)
    return hire("boss", "boss", "")


def test_the_list_says_what_became_of_each(
    box: Mailbox, boss: Staffer, buyer: Shopper, now: datetime
) -> None:
    take_in(now, box, raw("The lid is loose"))
    aside = take_in(
        now, box, raw("Away", subject="On leave", heads={"Auto-Submitted": "auto-replied"}, mail_id="<2@x>")
    )
    listed = boss.client.get("/inbox/mails/").content.decode()
    assert all(words in listed for words in ("opened a case", "put aside", "On leave"))
    only = boss.client.get("/inbox/mails/?fate=aside").content.decode()
    assert ("On leave" in only, "About my order" in only) == (True, False)
    one = boss.client.get(f"/inbox/mails/{aside.public_id}/").content.decode()
    assert all(
        words in one for words in ("Away", "its head says that a machine sent it", "Make a case of it")
    )
    done = boss.client.post(f"/inbox/mails/{aside.public_id}/open/", {"key": "k"})
    aside.refresh_from_db()
    assert (done.status_code, aside.fate) == (303, "opened")
    again = boss.client.post(f"/inbox/mails/{aside.public_id}/open/", {"key": "k2"})
    assert again.status_code == 409
    assert Case.objects.count() == 2


def test_the_raw_mail_is_for_whoever_sees_mails(
    box: Mailbox, boss: Staffer, agent: Staffer, now: datetime
) -> None:
    data = raw("The lid is loose")
    mail = take_in(now, box, data)
    file = File.objects.get(subject_kind="mail", subject_id=mail.id)
    sent = boss.client.get(f"/files/{file.public_id}/")
    assert b"".join(sent.streaming_content) == data  # type: ignore[attr-defined]
    assert sent["Content-Disposition"].startswith("attachment")
    assert agent.client.get(f"/files/{file.public_id}/").status_code == 404


def test_the_conversation_folds_and_marks(
    box: Mailbox, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    mail = take_in(
        now,
        box,
        raw("What are your opening hours?\n-- \nWang\n\nOn Tue, 3 Mar 2026, Help wrote:\n> old words"),
    )
    case = Case.objects.get(id=mail.subject_id or 0)
    answer(actor=agent.actor, now=now, number=case.number, text="From eight.")
    work_off()
    ours = Message.objects.get(encloses__isnull=False)
    away = raw(
        "I am away",
        to=f"help+{ours.public_id}@house.example",
        heads={"Auto-Submitted": "auto-replied"},
        mail_id="<3@x>",
    )
    take_in(now, box, away, uid=3)
    shown = agent.client.get(f"/cases/{case.number}/").content.decode()
    for words in ("old words", "automatic reply", "read as utf-8", "mailed", "About my order"):
        assert words in shown
    read = agent.client.post(
        f"/inbox/mails/{mail.public_id}/charset/", {"key": "c", "charset": "windows-1252", "back": "case"}
    )
    assert (read.status_code, read["Location"]) == (303, f"/cases/{case.number}/")
    mail.refresh_from_db()
    assert mail.chosen == "windows-1252"


def test_an_answer_is_taken_back_while_it_waits(
    box: Mailbox, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    options.forget({"mail.undo_s": 30}, stand_still=True)
    case = Case.objects.get(id=take_in(now, box, raw("What are your opening hours?")).subject_id or 0)
    due = case.due
    answer(actor=agent.actor, now=now, number=case.number, text="From ate.")
    work_off()
    said = Message.objects.get(direction="out", channel="web")
    mailed = Message.objects.get(encloses=said.id)
    assert (mailed.state, Job.objects.filter(args=[mailed.public_id]).get().run_after) == (
        "queued",
        now + timedelta(seconds=30),
    )
    page = agent.client.get(f"/cases/{case.number}/").content.decode()
    assert ("Take back" in page, "waits to be mailed" in page) == (True, True)
    back = agent.client.post(f"/cases/{case.number}/take_back/", {"message": said.public_id, "key": "t"})
    assert (back.status_code, "From ate." in back.content.decode()) == (200, True)
    case.refresh_from_db()
    mailed.refresh_from_db()
    assert (case.state, case.turn, case.due, mailed.state) == ("recorded", "staff", due, "held")
    assert WorkItem.objects.filter(subject_id=case.id, state__in=["queued", "assigned"]).count() == 1
    with clock.at(now + timedelta(minutes=1)):
        work_off()
    mailed.refresh_from_db()
    assert mailed.state == "held"
    with nothing_happens():
        assert (
            agent.client.post(f"/cases/{case.number}/take_back/", {"message": said.public_id}).status_code
            == 404
        )


def test_too_late_or_not_ones_own(box: Mailbox, agent: Staffer, hire: Hire, now: datetime) -> None:
    options.forget({"mail.undo_s": 30}, stand_still=True)
    case = Case.objects.get(id=take_in(now, box, raw("What are your opening hours?")).subject_id or 0)
    answer(actor=agent.actor, now=now, number=case.number, text="From eight.")
    said = Message.objects.get(direction="out", channel="web")
    other = hire("other", "agent", "front", seat="front")
    with nothing_happens():
        other.client.post(f"/cases/{case.number}/take_back/", {"message": said.public_id})
        with clock.at(now + timedelta(seconds=31)):
            agent.client.post(f"/cases/{case.number}/take_back/", {"message": said.public_id})


def test_a_mailbox_is_added_changed_paused_and_removed(boss: Staffer, now: datetime) -> None:
    assert boss.client.get("/settings/mailboxes/").status_code == 200
    wrong = boss.client.post(
        "/settings/mailboxes/new/", {**FORM, "address": "a+b@c.example", "port": "x", "key": "0"}
    )
    assert (wrong.status_code, Mailbox.objects.count()) == (422, 0)
    made = boss.client.post("/settings/mailboxes/new/", {**FORM, "key": "1"})
    box = Mailbox.objects.get()
    assert made["Location"] == f"/settings/mailboxes/{box.public_id}/"
    assert (box.address, box.folder, box.filed, box.team_id is not None) == (
        "shop@house.example",
        "INBOX",
        "Done",
        True,
    )
    assert ("correct horse" in box.secret, safe.opened(box.secret)) == (False, "correct horse")
    shown = boss.client.get(f"/settings/mailboxes/{box.public_id}/").content.decode()
    assert "correct horse" not in shown
    place = f"/settings/mailboxes/{box.public_id}"
    boss.client.post(
        f"{place}/change/", {**FORM, "name": "Shop 2", "password": "", "key": "2", "version": "1"}
    )
    stale = boss.client.post(f"{place}/change/", {**FORM, "name": "Shop 3", "key": "3", "version": "1"})
    box.refresh_from_db()
    assert (box.name, safe.opened(box.secret), stale.status_code) == ("Shop 2", "correct horse", 422)
    boss.client.post(f"{place}/pause/", {"key": "4"})
    box.refresh_from_db()
    assert not box.active
    assert mailboxes.fetch(now=lambda: now, public_id=box.public_id) == 0
    boss.client.post(f"{place}/resume/", {"key": "5"})
    tried = boss.client.post(f"{place}/try/", {"key": "6"})
    assert (tried.status_code, "We do not get in" in tried.content.decode()) == (422, True)
    boss.client.post(f"{place}/remove/", {"key": "7"})
    assert Mailbox.objects.count() == 0


def test_mails_outlive_their_mailbox(box: Mailbox, boss: Staffer, now: datetime) -> None:
    mail = take_in(now, box, raw("The lid is loose"))
    mailboxes.remove_mailbox(actor=SYSTEM, now=now, public_id=box.public_id)
    assert boss.client.get(f"/inbox/mails/{mail.public_id}/").status_code == 200
    assert Mail.objects.get().mailbox is None


def test_another_branch_sees_none_of_it(box: Mailbox, hire: Hire, now: datetime) -> None:
    from guanxi.core.models import Role

    mail = take_in(now, box, raw("The lid is loose"))
    Role.objects.create(
        code="abroad", name={"en": "abroad"}, rights={"channels.mail": "branch", "channels.view": "branch"}
    )
    stranger = hire("stranger-of-mail", "abroad", "west-front")
    with nothing_happens():
        assert HELP not in stranger.client.get("/inbox/mails/").content.decode()
        assert stranger.client.get(f"/inbox/mails/{mail.public_id}/").status_code == 404
        for verb in ("open", "again", "charset"):
            assert (
                stranger.client.post(f"/inbox/mails/{mail.public_id}/{verb}/", {"key": verb}).status_code
                == 404
            )
    assert mailroom.RIGHT == "channels.mail"
