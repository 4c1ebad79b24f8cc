"""The shared mailboxes we read: added, changed, paused, removed, tried; and reading one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.channels import events as happened
from guanxi.channels.actions import mailroom
from guanxi.channels.actions.postbox import BYTES_MAX, Account, Postbox, Trouble
from guanxi.channels.models import Mail, Mailbox
from guanxi.channels.queries import mail as reads
from guanxi.core import events, safe
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.events import Event
from guanxi.core.models import File
from guanxi.people.rules import read_claims
from guanxi.work import queries as teams

NAME_CHARS_MAX = 80
MAILBOXES_MAX = 50
BATCH = 200  # mails of one run; the next begins at once
SORTED_AT_ONCE = 500
Open = Callable[[Account], Postbox]


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody filled in. An empty `password` leaves the one there is."""

    name: str
    address: str
    team: str
    host: str
    port: str
    security: str
    username: str
    password: str = ""
    folder: str = "INBOX"
    filed: str = ""


@action
def add_mailbox(*, actor: Actor, now: datetime, given: Given, sample: bool = False) -> Mailbox:
    """A mailbox to be read from now on. Needs `site.settings`. Raises `Invalid` naming the fields."""
    actor.require(reads.MAILBOXES_RIGHT)
    if Mailbox.objects.count() >= MAILBOXES_MAX:
        raise Conflict(_("You have %(most)s mailboxes already.") % {"most": MAILBOXES_MAX}, code="at_most")
    values = _read(given)
    if not given.password:
        raise Invalid(fields={"password": _("Needed to get in.")}, code="empty")
    mailbox = Mailbox(created=now, secret=safe.sealed(given.password), sample=sample, **values)
    events.record(_event(happened.MAILBOX_ADDED.code, actor, now, mailbox), with_rows=[mailbox])
    return mailbox


@action
def change_mailbox(
    *, actor: Actor, now: datetime, public_id: str, given: Given, version: int | None
) -> Mailbox:
    """Change where it lies or whose work it is. Raises `Invalid`, `Conflict` (`stale`) for an old version, `NotFound`."""
    mailbox = _locked(actor, public_id, version)
    for name, value in _read(given, besides=mailbox).items():
        setattr(mailbox, name, value)
    if given.password:
        mailbox.secret = safe.sealed(given.password)
    mailbox.trouble, mailbox.trouble_since = "", None
    mailbox.version += 1
    mailbox.save()
    events.record(_event(happened.MAILBOX_CHANGED.code, actor, now, mailbox, secret=bool(given.password)))
    return mailbox


@action
def set_active(*, actor: Actor, now: datetime, public_id: str, on: bool) -> Mailbox:
    """Pause it, or go on: what came meanwhile waits on the server. Again, it changes nothing."""
    mailbox = _locked(actor, public_id)
    if mailbox.active != on:
        mailbox.active, mailbox.trouble, mailbox.trouble_since = on, "", None
        mailbox.version += 1
        mailbox.save(update_fields=["active", "trouble", "trouble_since", "version"])
        code = happened.MAILBOX_RESUMED.code if on else happened.MAILBOX_PAUSED.code
        events.record(_event(code, actor, now, mailbox))
    return mailbox


@action
def remove_mailbox(*, actor: Actor, now: datetime, public_id: str) -> None:
    """Read it no more and forget its password. Its mails stay, and what became of them."""
    mailbox = _locked(actor, public_id)
    events.record(_event(happened.MAILBOX_REMOVED.code, actor, now, mailbox))
    mailbox.delete()


def _event(code: str, actor: Actor, now: datetime, mailbox: Mailbox, **data: Any) -> Event:
    data = {"mailbox": mailbox.public_id, **data}
    return Event(code, actor, now, ("mailbox", mailbox.id), unit_id=mailbox.team_id, data=data)


def _locked(actor: Actor, public_id: str, version: int | None = None) -> Mailbox:
    seen = reads.get_mailbox(actor, public_id)
    mailbox = Mailbox.objects.select_for_update(of=("self",)).get(id=seen.id)
    if version is not None and version != mailbox.version:
        raise Conflict(_("Somebody changed this mailbox in the meantime."), code="stale")
    return mailbox


def _read(given: Given, *, besides: Mailbox | None = None) -> dict[str, Any]:
    """Checked values by column. Raises `Invalid` naming every field that cannot be."""
    wrong: dict[str, Any] = {}
    values = {
        "name": " ".join(given.name.split()),
        "address": _address(given.address, besides, wrong),
        "team_id": _team(given.team, wrong),
        "host": given.host.strip(),
        "port": _port(given.port),
        "security": given.security,
        "username": given.username.strip(),
        "folder": given.folder.strip() or "INBOX",
        "filed": given.filed.strip(),
    }
    for field, is_right, words in _CHECKS:
        if not is_right(values):
            wrong[field] = words % {"most": NAME_CHARS_MAX}
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _port(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _is_host(text: str) -> bool:
    return bool(text) and len(text) <= 200 and text.isascii() and not any(sign in text for sign in " /@\\")


def _is_folder(text: str) -> bool:
    return len(text) <= 80 and text.isascii() and text.isprintable()


_LETTERS = gettext_lazy("Plain letters and digits, at most 80 characters.")
_CHECKS: Sequence[tuple[str, Callable[[Mapping[str, Any]], bool], Any]] = (
    ("name", lambda one: 0 < len(one["name"]) <= NAME_CHARS_MAX,
     gettext_lazy("Give it a name of at most %(most)s characters.")),
    ("host", lambda one: _is_host(one["host"]),
     gettext_lazy("The name of the mail server, such as imap.example.com.")),
    ("port", lambda one: 0 < one["port"] < 65_536,
     gettext_lazy("A number from 1 to 65535; 993 for encrypted IMAP.")),
    ("security", lambda one: one["security"] in Mailbox.Security.values, gettext_lazy("Choose one of the list.")),
    ("username", lambda one: 0 < len(one["username"]) <= 254,
     gettext_lazy("The name you sign in with at the mail server.")),
    ("folder", lambda one: _is_folder(one["folder"]), _LETTERS),
    ("filed", lambda one: _is_folder(one["filed"]), _LETTERS),
    ("filed", lambda one: one["filed"].lower() != one["folder"].lower(),
     gettext_lazy("Another folder than the one that is read.")),
)  # fmt: skip


def _address(text: str, besides: Mailbox | None, wrong: dict[str, Any]) -> str:
    claims, _refused = read_claims({"email": text.strip()})
    address = text.strip().lower()
    if not claims or len(address) > 254 or "+" in address:
        wrong["address"] = _("An e-mail address, without a plus: we put our own sign there.")
        return ""
    taken = Mailbox.objects.filter(address=address)
    if (taken.exclude(id=besides.id) if besides else taken).exists():
        wrong["address"] = _("This mailbox is here already.")
    return address


def _team(code: str, wrong: dict[str, Any]) -> int | None:
    if not code:
        return None
    known: Mapping[str, int] = {team.unit.code: team.unit_id for team in teams.list_teams()}
    if code not in known:
        wrong["team"] = _("Choose one of the list.")
    return known.get(code)


# -- reading ---------------------------------------------------------------------------------------------


def account_of(mailbox: Mailbox) -> Account:
    return Account(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        username=mailbox.username,
        password=safe.opened(mailbox.secret),
        folder=mailbox.folder,
        filed=mailbox.filed,
    )


def try_mailbox(*, actor: Actor, public_id: str, open_box: Open = Postbox) -> int:
    """Whether we get in: how many mails wait there. Needs `site.settings`; raises `Trouble` saying what stands against it."""
    mailbox = reads.get_mailbox(actor, public_id)
    with open_box(account_of(mailbox)) as box:
        return len(box.waiting())


def fetch(
    *,
    now: Callable[[], datetime],
    public_id: str,
    tick: Callable[[int, int], None] = lambda done, total: None,
    open_box: Open = Postbox,
) -> int:
    """Take in what waits in one mailbox, at most `BATCH` mails, and sort it; returns how many more wait there.

    Each mail is committed before it leaves the server: a worker killed anywhere in between takes it again and finds it here.
    """
    mailbox = Mailbox.objects.filter(public_id=public_id, active=True).first()
    if mailbox is None:
        return 0
    try:
        left = _fetch(now, mailbox, tick, open_box)
    except Trouble as trouble:
        _end(now(), mailbox, trouble.code)
        return 0
    _end(now(), mailbox, "")
    return left


def _fetch(
    now: Callable[[], datetime], mailbox: Mailbox, tick: Callable[[int, int], None], open_box: Open
) -> int:
    with open_box(account_of(mailbox)) as box:
        waiting = box.waiting()
        batch, filed = waiting[:BATCH], []
        for done, uid in enumerate(batch, 1):
            data, size = box.fetch(uid, bytes_max=BYTES_MAX)
            if data:
                mail = mailroom.take(
                    now=now(), mailbox=mailbox, data=data, uid=uid, uid_validity=box.uid_validity, size=size
                )
                if mail.fate == Mail.Fate.WAITING:
                    mailroom.sort(now=now(), mail_id=mail.id)
                filed.append(uid)
            if len(filed) >= 20 or done == len(batch):
                box.file_away(filed)
                filed = []
            tick(done, len(batch))
        return len(waiting) - len(batch)


def sort_waiting(*, now: Callable[[], datetime]) -> int:
    """Sort what was taken before a worker died; returns how many."""
    ids = reads.list_waiting(SORTED_AT_ONCE)
    for mail_id in ids:
        mailroom.sort(now=now(), mail_id=mail_id)
    return len(ids)


def _end(now: datetime, mailbox: Mailbox, trouble: str) -> None:
    mine = Mailbox.objects.filter(id=mailbox.id)
    if not trouble:
        mine.update(checked=now, trouble="", trouble_since=None)
        return
    mine.update(trouble=trouble)
    mine.filter(trouble_since=None).update(trouble_since=now)


@action
def remove_samples(*, actor: Actor) -> int:
    """Remove the mailboxes of a demo world with their mail; returns how many mails went. Needs `site.sample`."""
    actor.require("site.sample")
    mails = Mail.objects.filter(mailbox__sample=True)
    File.objects.filter(subject_kind="mail", subject_id__in=list(mails.values_list("id", flat=True))).delete()
    gone = mails.delete()[1].get("channels.Mail", 0)
    Mailbox.objects.filter(sample=True).delete()
    return gone
