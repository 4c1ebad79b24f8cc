"""The demo world's mailbox: mails as other programs write them, in most fates mail meets. It is paused: it has no server."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

from guanxi.cases import actions as cases
from guanxi.cases.models import Case
from guanxi.channels.actions import mailboxes, mailroom
from guanxi.channels.models import Mail, Mailbox, Message
from guanxi.core.access import Actor
from guanxi.core.models import Event
from guanxi.packs.playing import Story

ADDRESS = "service@club.example"
NAMES = {"zh-hans": "客服邮箱", "en": "Service"}


def mailbox(*, actor: Actor, now: datetime, language: str) -> Mailbox:
    """The club's mailbox, paused: nothing in the demo reaches the network."""
    box = mailboxes.add_mailbox(
        actor=actor,
        now=now,
        given=mailboxes.Given(
            name=NAMES[language], address=ADDRESS, team="online-service", host="imap.club.example", port="993",
            security="tls", username="service", password=ADDRESS, filed="Guanxi",
        ),
        sample=True,
    )  # fmt: skip
    return mailboxes.set_active(actor=actor, now=now, public_id=box.public_id, on=False)


def stories(*, box: Mailbox, now: datetime, handler: Actor) -> Sequence[Story]:
    """A question with what follows it, one whose charset is wrong, one whose answer comes back, and what machines write."""
    begun = now - timedelta(hours=26)
    return [
        _asked(box, begun, handler),
        _garbled(box, begun + timedelta(hours=1), handler),
        _gone(box, begun + timedelta(hours=2), handler),
    ]


def _asked(box: Mailbox, moment: datetime, handler: Actor) -> Iterator[datetime]:
    yield moment
    asked = "您好，\r\n\r\n想问一下读书会的名额可以转给家人吗？\r\n\r\n-- \r\n韩秋月\r\n江苏省南京市"
    first = take_in(
        box, moment, raw("韩秋月", "han.qiuyue@example.com", "读书会名额", asked, "gb18030", "gb2312", "1")
    )
    yield (moment := moment + timedelta(minutes=7))
    more = "忘了说：家人不是会员。\r\n\r\n在 2026年3月3日，韩秋月 写道：\r\n> 想问一下读书会的名额可以转给家人吗？"
    data = raw("韩秋月", "han.qiuyue@example.com", "Re: 读书会名额", more, "utf-8", "utf-8", "2", answers="1")
    take_in(box, moment, data)
    take_in(box, moment + timedelta(minutes=1), data)  # delivered twice
    yield (moment := moment + timedelta(minutes=20))
    sent = _answer(first, moment, handler, "可以转给直系亲属，请在活动前一天告诉我们姓名。")
    yield (moment := moment + timedelta(minutes=2))
    away = raw("韩秋月", "han.qiuyue@example.com", "自动回复: 我在休假", "我在休假，周四回来。", "gb18030", "gb2312", "3",
                answers=sent, machine=True)  # fmt: skip
    take_in(box, moment, away)


def _garbled(box: Mailbox, moment: datetime, handler: Actor) -> Iterator[datetime]:
    """Traditional Chinese that calls itself simplified: somebody chooses the charset."""
    yield moment
    words = "請問會員卡可以在香港的分店使用嗎？謝謝。"
    mail = take_in(
        box,
        moment,
        raw("Lam Ka Yan", "lam.kayan@example.net", "Membership card", words, "big5", "gb2312", "4"),
    )
    yield (moment := moment + timedelta(minutes=30))
    _answer(mail, moment, handler, "您好，目前会员卡只在内地门店使用。")


def _gone(box: Mailbox, moment: datetime, handler: Actor) -> Iterator[datetime]:
    """The answer comes back: nobody has this address."""
    yield moment
    words = (
        "Hello,\r\n\r\ncould you tell me whether the April catalogue is out yet?\r\n\r\nSent from my iPhone"
    )
    mail = take_in(
        box,
        moment,
        raw("Robin Ellery", "robin.ellery@example.org", "April catalogue", words, "utf-8", "utf-8", "5"),
    )
    yield (moment := moment + timedelta(minutes=25))
    sent = _answer(
        mail, moment, handler, "It comes out on the first of the month; we have put one aside for you."
    )
    yield (moment := moment + timedelta(minutes=1))
    take_in(box, moment, _report(sent))
    yield (moment := moment + timedelta(minutes=20))
    yield from _machines(box, moment)


def _machines(box: Mailbox, moment: datetime) -> Iterator[datetime]:
    """What opens no case, and is put aside."""
    news = raw("Paper Weekly", "news@paper.example", "Spring offers for printers", "Paper at half the price.", "utf-8",
                "utf-8", "6", machine=True)  # fmt: skip
    take_in(box, moment, news)
    yield (moment := moment + timedelta(minutes=40))
    away = raw(
        "汪立",
        "wang.li@example.org",
        "自动回复",
        "我已离职，请联系前台。",
        "gb18030",
        "gb2312",
        "7",
        machine=True,
    )
    take_in(box, moment, away)


def take_in(box: Mailbox, moment: datetime, data: bytes) -> Mail:
    uid = int(moment.timestamp()) % 100_000
    mail = mailroom.take(now=moment, mailbox=box, data=data, uid=uid, uid_validity=1)
    mailroom.sort(now=moment, mail_id=mail.id)
    mail.refresh_from_db()
    return mail


def _answer(mail: Mail, moment: datetime, handler: Actor, text: str) -> str:
    """Answer the case this mail opened; gives the Message-ID of the mail the answer goes out by."""
    case = Case.objects.get(id=mail.subject_id or 0)
    cases.answer(actor=handler, now=moment, number=case.number, text=text)
    event = Event.objects.filter(type="case.answered", subject_id=case.id).order_by("-id")[0]
    said = str(event.data["message"])
    cases.tell_answer(now=moment, event_id=event.id, case_id=case.id, text=text, message=said)
    sent = Message.objects.get(id=event.id)
    Message.objects.filter(id=sent.id).update(state=Message.State.SENT, sent=moment)
    return f"{sent.public_id}@club.example"


def raw(
    name: str, address: str, subject: str, words: str, charset: str, label: str, place: str, *, answers: str = "",
    machine: bool = False,
) -> bytes:  # fmt: skip
    """A mail of the world: bytes of `charset` that call themselves `label`."""
    head = EmailMessage()
    head["From"] = f"{name} <{address}>" if name.isascii() else f'"{name}" <{address}>'
    head["To"] = ADDRESS
    head["Subject"] = subject
    head["Message-ID"] = f"<demo-{place}@mail.example>"
    if answers:
        head["In-Reply-To"] = f"<demo-{answers}@mail.example>" if answers.isdecimal() else f"<{answers}>"
    if machine:
        head["Auto-Submitted"] = "auto-generated"
    head["MIME-Version"] = "1.0"
    lines = head.as_bytes().rstrip(b"\r\n").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    kind = (
        f"\r\nContent-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
    )
    return lines + kind + words.encode(charset)


def _report(original: str) -> bytes:
    """What a mail server writes when nobody has the address."""
    lines = [
        "From: MAILER-DAEMON@mx.example.org", f"To: {ADDRESS}", "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <demo-8@mx.example.org>", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=demo", "",
        "--demo", "Content-Type: text/plain", "", "This is the mail system. Your message could not be delivered.",
        "--demo", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.org", "",
        "Final-Recipient: rfc822; robin.ellery@example.org", "Action: failed", "Status: 5.1.1", "",
        "--demo", "Content-Type: text/rfc822-headers", "", f"Message-ID: <{original}>", "", "--demo--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()
