"""A message as the mail it goes out as: whom it answers, where answers to it come back, what goes along."""

from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from guanxi.channels.models import Mailbox, Message
from guanxi.channels.queries import mail as reads
from guanxi.core.files import store
from guanxi.core.files.kinds import BY_CODE
from guanxi.core.models import File, StaffLetter
from guanxi.engine.mail import plus_address

ENCLOSED_BYTES_MAX = 15 * 2**20
REFERENCES_MAX = 10


class StillChecked(Exception):
    """A file that goes along is still being checked for viruses: the mail waits for it."""


def mail_of(message: Message | StaffLetter) -> EmailMessage:
    """The mail to hand to the mail server, the same however often it is made. Raises `StillChecked`."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": f"<{message.public_id}@{host}>",
        "Date": format_datetime(message.created),
        "Content-Language": "zh-Hans" if message.language == "zh-hans" else message.language or "en",
    }
    if isinstance(message, StaffLetter):
        headers["Auto-Submitted"] = "auto-generated"
        return EmailMessage(message.title, message.body, None, [message.address], headers=headers)
    if message.automatic:
        headers["Auto-Submitted"] = "auto-generated"
    sender = _threaded(message, headers)
    mail = EmailMessage(message.title, message.body, sender, [message.address], headers=headers)
    _enclose(message, mail)
    return mail


def _threaded(message: Message, headers: dict[str, str]) -> str | None:
    """Fill in what ties the mail to the conversation; gives the address it is written from, None for the house's own."""
    if message.subject_id is None or message.purpose == "security":
        return None
    subject = (message.subject_kind, message.subject_id)
    answered = reads.last_mail(subject, message.person.id)
    if answered is not None and answered.given_id:
        headers["In-Reply-To"] = f"<{answered.given_id}>"
        before = reads.ids_before(subject, message.person.id, REFERENCES_MAX)
        headers["References"] = " ".join(f"<{one}>" for one in before)
    box = (answered.mailbox if answered else None) or reads.reply_box()
    if box is None:
        return None
    headers["Reply-To"] = plus_address(box.address, message.public_id)
    return _from(box) if answered is not None and answered.mailbox is not None else None


def _from(box: Mailbox) -> str:
    return formataddr((parseaddr(settings.DEFAULT_FROM_EMAIL)[0], box.address))


def _enclose(message: Message, mail: EmailMessage) -> None:
    """The files of the answer; what is too large stays on the customer's page, and the mail says so."""
    if message.encloses is None or message.subject_id is None:
        return
    found = File.objects.filter(
        subject_kind=message.subject_kind,
        subject_id=message.subject_id,
        part_id=message.encloses,
        erased=None,
    )
    room, left = ENCLOSED_BYTES_MAX, False
    for file in found.exclude(scan=File.Scan.INFECTED).order_by("id"):
        if file.scan == File.Scan.WAITING:
            raise StillChecked(file.public_id)
        if file.size > room:
            left = True
            continue
        room -= file.size
        media_type = BY_CODE[file.kind].media_type.partition(";")[0]
        mail.attach(file.name, store.path_of(file.digest).read_bytes(), media_type)
    if left:
        mail.body += "\n\n" + _(
            "Some files are too large for a mail; you find them on the page of your case."
        )
