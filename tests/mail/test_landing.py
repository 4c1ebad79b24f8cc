"""Where mail lands: more than thirty mails as other programs write them, each in the case it belongs to, or aside with why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases.actions import answer, resolve
from guanxi.cases.models import Case
from guanxi.cases.queries import cases as case_reads
from guanxi.channels.actions import mailroom
from guanxi.channels.models import Mail, Mailbox, Message
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.models import Event, File
from guanxi.people.models import Identifier
from guanxi.work.models import WorkItem
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens, work_off
from tests.mails import HELP, mailbox, nested, part, raw, several, take_in, word

pytestmark = pytest.mark.django_db
WANG = "Wang Xiaoming <xiaoming.wang@example.com>"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf"
    "c000000301010018dd8db00000000049454e44ae426082"
)


@dataclass(frozen=True)
class Matter:
    """A case that came by mail, was acknowledged and answered: what later mail may hang on."""

    box: Mailbox
    case: Case
    first: Mail
    answered: Message  # our mail with the answer
    number: str


@pytest.fixture
def box(organisation: Any, now: datetime) -> Mailbox:
    return mailbox(now)


@pytest.fixture
def matter(box: Mailbox, buyer: Shopper, agent: Staffer, now: datetime) -> Matter:
    first = take_in(now, box, raw("What are your opening hours?", mail_id="<first@example.com>"))
    case = Case.objects.get(id=first.subject_id or 0)
    answer(actor=agent.actor, now=now, number=case.number, text="From eight to ten.")
    work_off()
    answered = Message.objects.get(direction="out", channel="email", encloses__isnull=False)
    return Matter(box, case, first, answered, case.number)


def ours(matter: Matter) -> str:
    return f"<{matter.answered.public_id}@guanxi.example>"


def plus(matter: Matter) -> str:
    return f"help+{matter.answered.public_id.lower()}@house.example"


def said_in(mail: Mail) -> Message:
    assert mail.message_id is not None
    return Message.objects.get(id=mail.message_id)


Make = Callable[[Matter], bytes]
AUTO = {"Auto-Submitted": "auto-replied"}
OLD = "\n\nOn Tue, 3 Mar 2026 at 10:00, Help wrote:\n> What about GX-2603-0000-0000?"
DEEP = b"".join(
    b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level, level + 1)
    for level in range(200)
)

# Each fate, and the mails that meet it: those that are added or attached land in the matter's case.
OPENED: Mapping[str, Make] = {
    "plain words": lambda m: raw("The lid is loose"),
    "gb2312 words": lambda m: raw("盖子松了".encode("gb18030"), kind="text/plain; charset=gb2312"),
    "no charset": lambda m: raw("盖子松了".encode("gb18030"), kind="text/plain"),
    "html only": lambda m: raw("<p>The lid is <b>loose</b>", kind="text/html"),
    "subject only": lambda m: raw("", subject="The lid is loose"),
    "nothing at all": lambda m: raw("", subject=""),
    "called utf-8, written in gb18030": lambda m: raw("盖子松了".encode("gb18030")),
    "a charset nobody knows": lambda m: raw("盖子松了".encode("gb18030"), kind="text/plain; charset=x-none"),
    "a bomb two hundred parts deep": lambda m: raw(DEEP, kind="multipart/mixed; boundary=b0"),
    "a bomb of a thousand parts": lambda m: several([part(f"part {number}") for number in range(1_000)]),
    "a file only": lambda m: several([part(PDF, 'application/pdf; name="a.pdf"', encoding="base64")]),
    "no message-id": lambda m: raw("The lid", mail_id=""),
    "the same subject as the case": lambda m: raw("Another thing", subject=f"Re: {m.first.title}"),
    "the number from a stranger": lambda m: raw(f"About {m.number}", sender="eve@example.org"),
    "an id of somebody else's": lambda m: raw("About it", heads={"In-Reply-To": "<M-AAAAA-BBBBB@guanxi.example>"}),
    "a token nobody gave": lambda m: raw("About it", to="help+m-aaaaa-bbbbb@house.example"),
    "a token at a strange host": lambda m: raw("About it", to=plus(m).replace("house", "evil")),
    "a customer by a list": lambda m: raw("The lid", heads={"List-Id": "<team.x>"}),
    "a customer of a big program": lambda m: raw("The lid", heads={"X-Auto-Response-Suppress": "OOF"}),
    "not submitted by a machine": lambda m: raw("The lid", heads={"Auto-Submitted": "no"}),
}  # fmt: skip
ADDED: Mapping[str, Make] = {
    "to the token": lambda m: raw("Thank you", to=plus(m)),
    "to the token in capitals": lambda m: raw("Thank you", to=plus(m).upper()),
    "token in delivered-to": lambda m: raw("Thank you", heads={"Delivered-To": plus(m)}),
    "token from another address": lambda m: raw("I am her son", to=plus(m), sender="son@example.org"),
    "in-reply-to": lambda m: raw("Thank you" + OLD, subject="anything", heads={"In-Reply-To": ours(m)}),
    "references": lambda m: raw("Thank you", heads={"References": f"<z@z> {ours(m)} <y@y>"}),
    "in-reply-to beats the number": lambda m: raw("GX-2603-9999-9999", heads={"In-Reply-To": ours(m)}),
    "their own mail followed up": lambda m: raw("One more thing", heads={"In-Reply-To": "<first@example.com>"}),
    "the number in the subject": lambda m: raw("Well?", subject=f"Fwd: {m.number}"),
    "the number in the words": lambda m: raw(f"About {m.number.lower()}."),
    "a reply by a list": lambda m: raw("Thank you", to=plus(m), heads={"List-Id": "<t.x>"}),
}  # fmt: skip
ATTACHED: Mapping[str, Make] = {
    "away, in reply": lambda m: raw("I am away", heads={**AUTO, "In-Reply-To": ours(m)}),
    "away, by the token": lambda m: raw("I am away", to=plus(m), heads={"Return-Path": "<>"}),
    "away, in Chinese": lambda m: raw("我在休假", subject=word("自动回复: 我在休假", "gb18030", "gb2312"), to=plus(m)),
    "precedence auto_reply": lambda m: raw("away", to=plus(m), heads={"Precedence": "auto_reply"}),
}  # fmt: skip
ASIDE: Mapping[str, Make] = {
    "away, about nothing": lambda m: raw("I am away", heads=AUTO),
    "a newsletter": lambda m: raw("Buy!", sender="news@shop.example", heads={"List-Unsubscribe": "<https://x>"}),
    "bulk": lambda m: raw("Buy!", heads={"Precedence": "bulk"}),
    "from ourselves": lambda m: raw("loop", sender=HELP, to=plus(m)),
    "from ourselves with a plus": lambda m: raw("loop", sender=plus(m)),
    "from nobody": lambda m: raw("hello", sender="nobody"),
}  # fmt: skip
FIXTURES = {
    name: (make, fate)
    for fate, table in (("opened", OPENED), ("added", ADDED), ("attached", ATTACHED), ("aside", ASIDE))
    for name, make in table.items()
}


@pytest.mark.parametrize("name", FIXTURES)
def test_a_mail_lands_where_it_belongs(name: str, matter: Matter, now: datetime) -> None:
    make, fate = FIXTURES[name]
    in_case = fate in ("added", "attached")
    later = now + timedelta(minutes=5)
    mail = take_in(later, matter.box, make(matter), uid=9)
    assert (mail.fate, mail.explanation["facts"] != []) == (fate, True)
    assert (mail.subject_id == matter.case.id) == in_case
    assert Case.objects.count() == (2 if fate == "opened" else 1)
    said = Message.objects.filter(subject_id=matter.case.id, direction="in").count()
    assert said == (2 if in_case else 1)
    matter.case.refresh_from_db()
    assert matter.case.turn == ("staff" if fate == "added" else "customer")


def test_a_settled_case_is_opened_again(matter: Matter, agent: Staffer, now: datetime) -> None:
    resolve(actor=agent.actor, now=now, number=matter.number)
    mail = take_in(now, matter.box, raw("It is loose again", to=plus(matter), mail_id="<r1@x>"))
    matter.case.refresh_from_db()
    assert (mail.fate, mail.subject_id, matter.case.state, matter.case.round) == (
        "reopened",
        matter.case.id,
        "recorded",
        2,
    )
    assert WorkItem.objects.filter(subject_id=matter.case.id, state="queued").count() == 1


def test_a_mail_from_another_address_says_so(matter: Matter, now: datetime) -> None:
    mail = take_in(
        now, matter.box, raw("I am her son", to=plus(matter), sender="son@x.example", mail_id="<o@x>")
    )
    assert [one["code"] for one in mail.explanation["facts"]] == ["mail.by_token", "mail.other_sender"]
    said = said_in(mail)
    assert (said.record_id, said.address) == (matter.case.record_id, "son@x.example")
    assert not Identifier.objects.filter(value="son@x.example").exists()


def test_words_quotation_and_signature_stand_apart(matter: Matter, now: datetime) -> None:
    words = "Thank you.\n-- \nWang\n13800000000" + OLD
    mail = take_in(now, matter.box, raw(words, to=plus(matter), mail_id="<q@x>"))
    assert said_in(mail).body == "Thank you."
    assert mail.signature == "--\nWang\n13800000000"
    assert mail.quoted.endswith("> What about GX-2603-0000-0000?")


def test_files_are_kept_checked_and_named(box: Mailbox, now: datetime) -> None:
    """What is what it says comes along; what is not, or is none of our kinds, is left out by name, and stays in the mail."""
    related = nested(
        [
            part("<p>See the photograph</p>", "text/html"),
            part(PNG, "image/png", encoding="base64", disposition="inline"),
        ],
        kind="related",
        boundary="=-in",
    )
    name = word("发票", "gb18030", "gb2312")
    data = several(
        [
            related,
            part(PDF, f'application/pdf; name="{name}.pdf"', encoding="base64", disposition="attachment"),
            part(b"MZ\x90", "application/pdf; name=bill.pdf", encoding="base64", disposition="attachment"),
            part(
                b"MZ\x90",
                "application/octet-stream; name=run.exe",
                encoding="base64",
                disposition="attachment",
            ),
        ],
    )
    mail = take_in(now, box, data)
    on_case = File.objects.filter(subject_kind="case", subject_id=mail.subject_id, part_id=mail.message_id)
    assert sorted(on_case.values_list("name", "kind")) == [("file.png", "png"), ("发票.pdf", "pdf")]
    assert mail.left_out == [
        {"name": "bill.pdf", "code": "file.disguised"},
        {"name": "run.exe", "code": "file.kind"},
    ]
    raw_file = File.objects.get(subject_kind="mail", subject_id=mail.id)
    assert (raw_file.size, raw_file.kind, raw_file.record_id) == (len(data), "eml", mail.record_id)


def test_delivered_twice_it_is_one(box: Mailbox, now: datetime) -> None:
    data = raw("The lid is loose")
    first = take_in(now, box, data, uid=1)
    again = take_in(now, box, b"Received: by mx\r\n" + data, uid=2)
    assert (again.id, again.copies, Message.objects.count(), Case.objects.count()) == (first.id, 1, 1, 1)
    assert take_in(now, box, data, uid=2).copies == 1  # the very same one, seen again after a crash
    other = take_in(now, box, raw("The lid is loose", mail_id="<two@example.com>"), uid=3)
    assert (other.fate, Case.objects.count()) == ("opened", 2)


def test_one_mail_to_two_mailboxes_is_one_matter(box: Mailbox, now: datetime) -> None:
    shop = mailbox(now, "shop@house.example")
    data = raw("The lid is loose", to=f"{HELP}, shop@house.example")
    first, second = take_in(now, box, data), take_in(now, shop, data)
    assert (second.fate, second.subject_id, Case.objects.count()) == ("copy", first.subject_id, 1)


def report(matter: Matter, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    said = f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; xiaoming.wang@example.com\nAction: {action}\nStatus: {status}\n"
    parts = [
        part("It could not be delivered."),
        part(said, "message/delivery-status"),
        part(f"Message-ID: {ours(matter)}\nSubject: x\n", "text/rfc822-headers"),
    ]
    return several(parts, kind="report", sender="MAILER-DAEMON@mx.example", mail_id="<bounce@mx>")


def test_a_mail_that_came_back_is_marked(matter: Matter, now: datetime) -> None:
    mail = take_in(now, matter.box, report(matter))
    matter.answered.refresh_from_db()
    assert (mail.fate, mail.subject_id, matter.answered.state) == ("bounce", matter.case.id, "failed")
    assert matter.answered.explanation["facts"][0]["values"] == {"status": "5.1.1"}
    assert Event.objects.filter(type="message.bounced", record_id=matter.case.record_id).count() == 1
    assert set(
        Identifier.objects.filter(value="xiaoming.wang@example.com").values_list("trouble", flat=True)
    ) == {"bounced"}
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2")])
def test_a_late_mail_and_a_full_box_are_no_end(
    matter: Matter, now: datetime, action: str, status: str
) -> None:
    mail = take_in(now, matter.box, report(matter, action=action, status=status))
    matter.answered.refresh_from_db()
    assert (mail.fate, matter.answered.state) == ("bounce", "sent")


def test_a_mail_that_breaks_us_is_kept_and_sorted_again(
    box: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("mended later")

    with monkeypatch.context() as patch:
        patch.setattr(mailroom, "_looked_at", broken)
        mail = take_in(now, box, raw("The lid is loose"))
    assert (mail.fate, mail.explanation["facts"][0]["values"], Case.objects.count()) == (
        "failed",
        {"error": "RuntimeError"},
        0,
    )
    assert mailroom.sort_again(actor=SYSTEM, now=now, public_id=mail.public_id) == "opened"
    with pytest.raises(Conflict):
        mailroom.sort_again(actor=SYSTEM, now=now, public_id=mail.public_id)
    assert Case.objects.count() == 1


def test_what_was_put_aside_becomes_a_case_by_hand(box: Mailbox, agent: Staffer, now: datetime) -> None:
    mail = take_in(now, box, raw("A form of our site", heads=AUTO))
    assert mail.fate == "aside"
    with nothing_happens(), pytest.raises(Denied):
        mailroom.open_from(actor=agent.actor, now=now, public_id=mail.public_id)
    assert mailroom.open_from(actor=SYSTEM, now=now, public_id=mail.public_id) == "opened"
    work_off()
    written = Message.objects.filter(direction="out").values_list("state", flat=True)
    assert list(written) == ["held"]  # still never answered by a machine


def test_another_charset_changes_the_words_where_they_stand(
    box: Mailbox, agent: Staffer, now: datetime
) -> None:
    data = raw("盒子是空的，請退款".encode("big5"), kind="text/plain; charset=gb2312")
    mail = take_in(now, box, data)
    said = said_in(mail)
    assert said.body != "盒子是空的，請退款"
    mailroom.choose_charset(actor=agent.actor, now=now, public_id=mail.public_id, charset="big5hkscs")
    said.refresh_from_db()
    assert said.body == "盒子是空的，請退款"
    with nothing_happens(), pytest.raises(Invalid):
        mailroom.choose_charset(actor=agent.actor, now=now, public_id=mail.public_id, charset="utf-7")


def test_a_storm_is_acknowledged_five_times_an_hour(box: Mailbox, now: datetime) -> None:
    for number in range(8):
        take_in(now, box, raw("The lid is loose", mail_id=f"<{number}@storm>"), uid=number)
    work_off()
    sent = Message.objects.filter(direction="out")
    assert Case.objects.count() == 8
    assert [sent.filter(state=state).count() for state in ("sent", "held")] == [5, 3]
    held = sent.filter(state="held").first()
    assert held is not None
    assert held.explanation["facts"][0]["code"] == "gate.often"


def test_a_number_alone_opens_nobodys_case(matter: Matter) -> None:
    assert case_reads.get_case(SYSTEM, matter.number).id == matter.case.id
    assert mailroom._the_desk().find(matter.number, "eve@example.org") is None
