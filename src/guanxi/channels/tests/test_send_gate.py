"""The one gate: what may leave, what is held and why, and mail servers that work, hang, refuse or ask to wait."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from guanxi.cases.actions import answer
from guanxi.channels import actions
from guanxi.channels.actions import Words, register_veto, send
from guanxi.channels.models import Message
from guanxi.channels.rules import Intent, decide
from guanxi.core import clock, jobs
from guanxi.core.explain import Fact
from guanxi.core.models import Detail, Event, Job
from guanxi.people.actions import state_consent
from guanxi.people.models import Identifier
from tests.cast import SYSTEM, Shopper, Staffer, case_of, complain, in_threads, nothing_happens, work_off
from tests.harness.mail import Postfix

pytestmark = pytest.mark.django_db
HELLO = Words("你好", "今天补寄。", "zh-hans")
YES = Fact("x", {})


@pytest.mark.parametrize(
    ("intent", "outcome", "reasons"),
    [
        (Intent("service", "email", "a@b", None), "send", ["gate.own_matter"]),
        (Intent("service", "email", "a@b", True), "send", ["gate.consented"]),
        (Intent("service", "email", "a@b", False), "hold", ["gate.refused"]),
        (Intent("marketing", "email", "a@b", None), "hold", ["gate.no_consent"]),
        (Intent("marketing", "email", "a@b", True), "send", ["gate.consented"]),
        (Intent("marketing", "email", "a@b", False), "hold", ["gate.refused"]),
        (Intent("security", "email", "a@b", False), "send", ["gate.own_matter"]),
        (Intent("security", "email", "", None), "hold", ["gate.no_address"]),
        (Intent("service", "email", "", False), "hold", ["gate.no_address", "gate.refused"]),
        (Intent("service", "email", "a@b", True, (YES,)), "hold", ["x"]),
        (Intent("marketing", "email", "", None, (YES,)), "hold", ["x", "gate.no_address", "gate.no_consent"]),
        (Intent("unheard-of", "email", "a@b", None), "hold", ["gate.no_consent"]),
    ],
)
def test_the_decision(intent: Intent, outcome: str, reasons: list[str]) -> None:
    why = decide(intent)
    assert (why.outcome, [fact.code for fact in why.facts]) == (outcome, reasons)


def say(now: datetime, shopper: Shopper, **more: Any) -> Message:
    return send(actor=SYSTEM, now=now, record_id=shopper.record_id, words=HELLO, **more)


def refuse(now: datetime, shopper: Shopper, purpose: str, given: bool) -> None:
    state_consent(
        actor=shopper.actor,
        now=now,
        record_id=shopper.record_id,
        statements={(purpose, "email"): given},
        source="web",
    )


def test_a_message_goes_with_its_job_in_one_transaction(buyer: Shopper, now: datetime) -> None:
    message = say(now, buyer)
    assert (message.state, message.address) == ("queued", "xiaoming.wang@example.com")
    job = Job.objects.get()
    assert (job.queue, job.args) == ("mail", [message.public_id])
    event = Event.objects.get(type="message.queued")
    assert Detail.objects.get(event=event).body == {"text": HELLO.title}
    assert HELLO.body not in str(event.data)


@pytest.mark.django_db(transaction=True)
def test_no_job_no_message(buyer: Shopper, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the queue broke")

    monkeypatch.setattr(jobs, "enqueue_named", broken)
    with nothing_happens(), pytest.raises(RuntimeError):
        say(now, buyer)


def test_held_messages_say_why(buyer: Shopper, now: datetime) -> None:
    refuse(now, buyer, "service", False)
    held = say(now, buyer)
    unasked = say(now, buyer, purpose="marketing")
    codes = [[fact["code"] for fact in one.explanation["facts"]] for one in (held, unasked)]
    assert [held.state, unasked.state] == ["held", "held"]
    assert codes == [["gate.refused"], ["gate.no_consent"]]
    assert Job.objects.count() == 0
    assert Event.objects.filter(type="message.held").count() == 2


def test_a_consent_opens_and_a_refusal_closes(buyer: Shopper, now: datetime) -> None:
    refuse(now, buyer, "marketing", True)
    assert say(now, buyer, purpose="marketing").state == "queued"
    refuse(now + timedelta(seconds=1), buyer, "marketing", False)
    assert say(now, buyer, purpose="marketing").state == "held"


def test_no_address(buyer: Shopper, now: datetime) -> None:
    Identifier.objects.filter(kind="email").delete()
    held = say(now, buyer)
    assert (held.state, held.address) == ("held", "")


def test_higher_rooms_may_object(
    buyer: Shopper, seller: Shopper, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_vetoes", [])
    register_veto(
        lambda record_id, purpose, channel: (
            Fact("gate.restricted", {}) if record_id == buyer.record_id else None
        )
    )
    assert say(now, buyer).state == "held"
    assert say(now, seller).state == "queued"


def test_once_is_once(buyer: Shopper, now: datetime) -> None:
    first = say(now, buyer, once_id=17)
    with nothing_happens():
        assert say(now, buyer, once_id=17).id == first.id


@pytest.mark.django_db(transaction=True)
def test_six_jobs_at_once_write_one_message(buyer: Shopper, now: datetime) -> None:
    done = in_threads(6, lambda _: say(now, buyer, once_id=17).id)
    assert done == [17] * 6
    assert (Message.objects.count(), Job.objects.count()) == (1, 1)


def test_a_subject_line_stays_one_line(buyer: Shopper, now: datetime) -> None:
    words = Words("Re: order\r\nBcc: all@post.example\n\n  x" + "长" * 300, "text", "en")
    message = send(actor=SYSTEM, now=now, record_id=buyer.record_id, words=words)
    assert "\n" not in message.title
    assert "\r" not in message.title
    assert len(message.title) == 200


# -- real servers -----------------------------------------------------------------------------------------


UseServer = Callable[[str], None]


@pytest.fixture
def use_server(settings: Any) -> UseServer:
    def use(url: str) -> None:
        parts = urlsplit(url)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = parts.hostname, parts.port
        settings.EMAIL_TIMEOUT = 0.1

    return use


def test_postfix_gets_it_with_stable_headers(
    buyer: Shopper, now: datetime, mail_server: Postfix, use_server: UseServer, settings: Any
) -> None:
    use_server(mail_server.url)
    settings.EMAIL_TIMEOUT = 10
    Identifier.objects.filter(kind="email").update(value="gate@post.example")
    message = say(now, buyer)
    work_off()
    (mail,) = mail_server.wait_for("gate@post.example")
    assert mail["Message-ID"] == f"<{message.public_id}@guanxi.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "你好"
    assert mail.get_content().strip() == "今天补寄。"
    message.refresh_from_db()
    assert (message.state, message.sent) == ("sent", now)
    assert actions.deliver(now=now, public_id=message.public_id) == "nothing to do"
    assert Event.objects.filter(type="message.sent").count() == 1
    assert len(mail_server.messages("gate@post.example")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_hanging_server_delays_the_mail_and_nothing_else(
    agent: Staffer, buyer: Shopper, now: datetime, hanging_mail_server: str, use_server: UseServer
) -> None:
    use_server(hanging_mail_server)
    case = complain(now, contact=buyer.contact).case
    work_off()
    message = Message.objects.get(channel="email")
    job = Job.objects.get(task="guanxi.channels.jobs.deliver")
    assert (message.state, job.state, len(job.workers)) == ("queued", "READY", 1)
    assert job.run_after > now
    answer(actor=agent.actor, now=now, number=case.number, text="好")
    assert case_of(case.number).state == "answered"


@pytest.mark.django_db(transaction=True)
def test_after_the_last_try_a_human_sees_it(
    agent: Staffer, buyer: Shopper, now: datetime, hanging_mail_server: str, use_server: UseServer
) -> None:
    use_server(hanging_mail_server)
    message = say(now, buyer)
    for days in range(Job.objects.get().attempts_max + 1):
        with clock.at(now + timedelta(days=days)):
            work_off()
    message.refresh_from_db()
    job = Job.objects.get(task="guanxi.channels.jobs.deliver")
    assert (message.state, job.state, len(job.workers)) == ("failed", "FAILED", job.attempts_max)
    assert Event.objects.filter(type="message.failed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_server_that_comes_back_gets_it(
    buyer: Shopper,
    now: datetime,
    hanging_mail_server: str,
    mail_server: Postfix,
    use_server: UseServer,
    settings: Any,
) -> None:
    Identifier.objects.filter(kind="email").update(value="later@post.example")
    use_server(hanging_mail_server)
    message = say(now, buyer)
    work_off()
    use_server(mail_server.url)
    settings.EMAIL_TIMEOUT = 10
    with clock.at(now + timedelta(days=1)):
        work_off()
    message.refresh_from_db()
    assert message.state == "sent"
    assert len(mail_server.wait_for("later@post.example")) == 1


class Refusing(socketserver.StreamRequestHandler):
    """An SMTP server that says `reply` to every recipient."""

    reply: ClassVar[bytes] = b"550 no such user"

    def handle(self) -> None:
        self.wfile.write(b"220 refusing.example\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                self.wfile.write(self.reply + b"\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


@contextmanager
def refusing(reply: bytes) -> Iterator[str]:
    handler = type("Handler", (Refusing,), {"reply": reply})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("reply", [b"550 no such user", b"553 not here"])
def test_a_permanent_refusal_is_not_tried_again(
    buyer: Shopper, now: datetime, use_server: UseServer, reply: bytes
) -> None:
    with refusing(reply) as url:
        use_server(url)
        message = say(now, buyer)
        work_off()
    message.refresh_from_db()
    job = Job.objects.get(task="guanxi.channels.jobs.deliver")
    assert (message.state, job.state) == ("failed", "SUCCESSFUL")
    assert Event.objects.filter(type="message.failed").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reply", [b"450 greylisted, come back", b"452 mailbox full"])
def test_please_wait_is_no_refusal(
    buyer: Shopper, now: datetime, use_server: UseServer, reply: bytes
) -> None:
    with refusing(reply) as url:
        use_server(url)
        message = say(now, buyer)
        work_off()
    message.refresh_from_db()
    job = Job.objects.get(task="guanxi.channels.jobs.deliver")
    assert (message.state, job.state) == ("queued", "READY")


def test_the_outbox_is_for_who_may(
    manager: Staffer, supervisor: Staffer, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    say(now, buyer)
    assert HELLO.body in manager.client.get("/outbox/").content.decode()
    assert agent.client.get("/outbox/").status_code == 403
    assert buyer.client.get("/outbox/").status_code == 403


def test_the_outbox_narrows_to_one_address(manager: Staffer, buyer: Shopper, now: datetime) -> None:
    message = say(now, buyer)
    assert HELLO.body in manager.client.get("/outbox/", {"to": message.address.upper()}).text
    assert HELLO.body not in manager.client.get("/outbox/", {"to": f"x{message.address}"}).text
    assert HELLO.body not in manager.client.get("/outbox/", {"to": "nobody\x00@example.com"}).text
