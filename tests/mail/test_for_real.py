"""Mail through a real Postfix and a real Dovecot, both ways: in by SMTP, read by IMAP, answered by SMTP, read back."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as house

from guanxi.cases.actions import answer
from guanxi.cases.models import Case
from guanxi.channels.actions import mailboxes
from guanxi.channels.actions.postbox import Postbox, Trouble
from guanxi.channels.models import Mail, Mailbox, Message
from tests.cast import SYSTEM, Staffer, work_off
from tests.harness.mail import Dovecot, Postfix
from tests.mails import HELP, mailbox, raw

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def box(organisation: Any, now: datetime, imap_server: Dovecot) -> Mailbox:
    return mailbox(now, port=str(imap_server.port), password=imap_server.password, username="help")


@pytest.fixture
def leaves(settings: Any, mail_server: Postfix) -> None:
    """What we send goes out by this Postfix."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", urlsplit(mail_server.url).port


def read(now: datetime, box: Mailbox) -> int:
    return mailboxes.fetch(now=lambda: now, public_id=box.public_id)


def wait_in(box: Mailbox, count: int) -> None:
    for _ in range(200):
        with Postbox(mailboxes.account_of(box)) as postbox:
            if len(postbox.waiting()) >= count:
                return
    raise TimeoutError("the mail did not reach its box")


def test_a_mail_becomes_a_case_and_its_answer_reaches_its_writer(
    box: Mailbox, agent: Staffer, now: datetime, mail_server: Postfix, leaves: None
) -> None:
    asked = "营业时间是几点到几点？".encode("gb18030")
    writer = "zhou.real@example.net"
    data = raw(asked, sender=f"Zhou <{writer}>", subject="Opening hours", kind="text/plain; charset=gb2312",
               mail_id="<real-1@example.net>")  # fmt: skip
    mail_server.hand_in(data, to=HELP, sender=writer)
    wait_in(box, 1)
    assert read(now, box) == 0
    mail = Mail.objects.get()
    case = Case.objects.get()
    assert (mail.fate, mail.subject_id, case.channel, case.team_id) == (
        "opened",
        case.id,
        "email",
        box.team_id,
    )
    assert Message.objects.get(direction="in").body == "营业时间是几点到几点？"
    assert read(now, box) == 0
    assert Mail.objects.count() == 1  # moved away: nothing waits there

    answer(actor=agent.actor, now=now, number=case.number, text="八点到二十二点。")
    work_off()
    sent = [
        one for one in mail_server.wait_for(writer, count=2) if one["In-Reply-To"] == "<real-1@example.net>"
    ]
    answered = next(one for one in sent if "八点到二十二点" in str(one.get_content()))
    assert answered["From"].endswith(f"<{HELP}>")
    assert answered["Auto-Submitted"] is None
    acknowledged = next(one for one in sent if one is not answered)
    assert acknowledged["Auto-Submitted"] == "auto-generated"

    back = raw(
        "谢谢。", sender=writer, to=answered["Reply-To"], subject="谢谢", mail_id="<real-2@example.net>"
    )
    mail_server.hand_in(back, to=answered["Reply-To"], sender=writer)
    wait_in(box, 1)
    read(now, box)
    second = Mail.objects.get(given_id="real-2@example.net")
    assert (second.fate, second.subject_id) == ("added", case.id)


def test_what_stands_in_the_way_is_named(box: Mailbox, now: datetime, imap_server: Dovecot) -> None:
    assert mailboxes.try_mailbox(actor=SYSTEM, public_id=box.public_id) == 0
    for change, trouble in (
        ({"security": "tls"}, "tls"),
        ({"port": 1}, "connect"),
        ({"folder": "Nowhere"}, "folder"),
        ({"secret": ""}, "login"),
    ):
        before = Mailbox.objects.filter(id=box.id).values(*change).get()
        Mailbox.objects.filter(id=box.id).update(**change)
        with pytest.raises(Trouble) as met:
            mailboxes.try_mailbox(actor=SYSTEM, public_id=box.public_id)
        assert met.value.code == trouble
        assert read(now, box) == 0
        box.refresh_from_db()
        assert (box.trouble, box.trouble_since) == (trouble, now)
        Mailbox.objects.filter(id=box.id).update(**before)
    read(now, box)
    box.refresh_from_db()
    assert (box.trouble, box.checked, house.SECRET_KEY in box.secret) == ("", now, False)
