"""Pages of incoming mail: one mail and what became of it; the shared mailboxes in the settings."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.channels.actions import mailboxes, mailroom
from guanxi.channels.actions.mailboxes import Given
from guanxi.channels.actions.postbox import Trouble
from guanxi.channels.models import Mail, Mailbox
from guanxi.channels.queries import mail as reads
from guanxi.channels.words import CHARSETS, TROUBLES
from guanxi.core import clock, cover
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, version_of
from guanxi.core.phrases import pick, sentences
from guanxi.core.words import say
from guanxi.work import queries as teams

FATE_TONES = {
    Mail.Fate.WAITING: "",
    Mail.Fate.OPENED: "green",
    Mail.Fate.ADDED: "green",
    Mail.Fate.REOPENED: "green",
    Mail.Fate.ATTACHED: "",
    Mail.Fate.ASIDE: "amber",
    Mail.Fate.COPY: "",
    Mail.Fate.BOUNCE: "amber",
    Mail.Fate.FAILED: "red",
}
FIELDS = ("name", "address", "team", "host", "port", "security", "username", "password", "folder", "filed")


def size_words(size: int) -> str:
    """A size as people say it."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 1024))} KB"


def fate_of(mail: Mail) -> dict[str, Any]:
    """What became of it, as a chip."""
    return {"value": mail.get_fate_display(), "tone": FATE_TONES[Mail.Fate(mail.fate)]}


def facts_of(actor: Actor, mail: Mail) -> dict[str, Any]:
    """What is shown of one mail: head, fate, why, words, what was left out."""
    said = mail.message.body if mail.message else ""
    return {
        "code": mail.public_id,
        "title": cover.shown(actor, mail.title) or _("(no subject)"),
        "sender": sender_of(actor, mail),
        "name": mail.sender_name,
        "mailbox": mail.mailbox.name if mail.mailbox else _("a mailbox that was removed"),
        "arrived": mail.arrived,
        "sent": mail.sent,
        "size": size_words(mail.size),
        "copies": mail.copies,
        "fate": fate_of(mail),
        "why": sentences(mail.explanation) if mail.explanation else [],
        "text": cover.shown(actor, said or reads.preview_of(mail)),
        "quoted": cover.shown(actor, mail.quoted),
        "signature": cover.shown(actor, mail.signature),
        "left_out": left_out(mail),
        "charset": mail.charset,
    }


def sender_of(actor: Actor, mail: Mail) -> str:
    """Who wrote, masked for whoever may not read addresses."""
    return reads.sender_shown(actor, mail)


def matter_of(mail: Mail) -> dict[str, str]:
    """The matter it is part of, with its number and address; empty where there is none."""
    number = mailroom.number_of(mail)
    return {"number": number, "url": reverse(mail.subject_kind, args=[number]) if number else ""}


def left_out(mail: Mail) -> list[str]:
    """What came with it and was not taken, each with why."""
    return [f"{one['name']}: {say(one['code'], {'name': one['name'], 'most': ''})}" for one in mail.left_out]


def charset_choices() -> list[tuple[str, str]]:
    """What a mail may be read as."""
    return [("", _("as the mail says")), *((code, str(words)) for code, words in CHARSETS.items())]


@require_safe
def mail(request: Request, public_id: str) -> HttpResponse:
    """One mail: what became of it and why; sorting it again, making a case of it, reading it in another charset."""
    request.actor.require(mailroom.RIGHT)
    return _mail_page(request, reads.get_mail(request.actor, public_id))


def _mail_page(request: Request, found: Mail, error: str = "", status: int = 200) -> HttpResponse:
    actor, raw = request.actor, reads.raw_of(found.id)
    context = {
        "mail": facts_of(actor, found),
        "matter": matter_of(found),
        "raw_url": reverse("file", args=[raw.public_id]) if raw else "",
        "may": {
            "again": found.fate in (Mail.Fate.FAILED, Mail.Fate.WAITING),
            "open": found.fate in (Mail.Fate.ASIDE, Mail.Fate.FAILED) and bool(found.sender),
        },
        "charsets": charset_choices(),
        "chosen": found.chosen,
        "key": form_key(),
        "do_url": reverse("mail", args=[found.public_id]),
        "error": error,
    }
    return page(request, "channels/mail.html", context, status=status)


@require_POST
def mail_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """again, open, charset."""
    actor = request.actor
    actor.require("channels.view" if verb == "charset" else mailroom.RIGHT)
    found = reads.get_shown(actor, public_id) if verb == "charset" else reads.get_mail(actor, public_id)
    if verb not in MAIL_VERBS:
        raise NotFound
    try:
        return act_once(request, effect=lambda: MAIL_VERBS[verb](request, found))
    except (Conflict, Invalid) as error:
        if verb == "charset" and not actor.may(mailroom.RIGHT):
            raise
        return _mail_page(request, reads.get_mail(actor, public_id), _first(error), int(error.status))


def _first(error: GuanxiError) -> str:
    return str(next(iter(error.fields.values()), "") or error.detail)


def _again(request: Request, found: Mail) -> str:
    fate = mailroom.sort_again(actor=request.actor, now=clock.now(), public_id=found.public_id)
    messages.success(request, _("Sorted again: %(fate)s.") % {"fate": Mail.Fate(fate).label})
    return reverse("mail", args=[found.public_id])


def _open(request: Request, found: Mail) -> str:
    mailroom.open_from(actor=request.actor, now=clock.now(), public_id=found.public_id)
    messages.success(request, _("It is a case now."))
    return reverse("mail", args=[found.public_id])


def _charset(request: Request, found: Mail) -> str:
    charset = request.POST.get("charset", "")
    mailroom.choose_charset(actor=request.actor, now=clock.now(), public_id=found.public_id, charset=charset)
    messages.success(request, _("Read again."))
    back = request.POST.get("back", "") == "case"
    url = matter_of(found)["url"] if back else ""
    return url or reverse("mail", args=[found.public_id])


MAIL_VERBS: Mapping[str, Callable[[Request, Mail], str]] = {
    "again": _again,
    "open": _open,
    "charset": _charset,
}


# -- settings --------------------------------------------------------------------------------------------


@require_safe
def mailbox_list(request: Request) -> HttpResponse:
    """The shared mailboxes: whose work their mail is, when they were last read, what stands in the way."""
    request.actor.require(reads.MAILBOXES_RIGHT)
    rows = [_row(one) for one in reads.list_mailboxes()]
    context = {"rows": rows, "new_url": reverse("mailbox_new"), "mails_url": reverse("mails")}
    return page(request, "channels/mailboxes.html", context)


def _row(one: Mailbox) -> dict[str, Any]:
    state, tone = _state(one)
    return {
        "id": one.public_id,
        "name": one.name,
        "address": one.address,
        "team": pick(one.team.unit.name) if one.team else _("the team of new cases"),
        "server": f"{one.host}:{one.port}",
        "security": one.get_security_display(),
        "plain": one.security == Mailbox.Security.NONE,
        "state": state,
        "tone": tone,
        "trouble": str(TROUBLES.get(one.trouble, "")),
        "trouble_since": one.trouble_since,
        "checked": one.checked,
        "url": reverse("mailbox", args=[one.public_id]),
        "active": one.active,
        "version": one.version,
    }


def _state(one: Mailbox) -> tuple[str, str]:
    if not one.active:
        return _("paused"), "amber"
    if one.trouble:
        return _("failing"), "red"
    return (_("active"), "green") if one.checked else (_("not read yet"), "")


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox_new(request: Request) -> HttpResponse:
    """A new mailbox."""
    request.actor.require(reads.MAILBOXES_RIGHT)
    if request.method != "POST":
        return _new(request, {**dict.fromkeys(FIELDS, ""), **DEFAULTS}, {})
    try:
        return act_once(request, effect=lambda: _add(request))
    except (Invalid, Conflict) as error:
        return _new(request, _posted(request), _words_of(error))


DEFAULTS = {"port": "993", "security": "tls", "folder": "INBOX", "filed": "Guanxi"}


def _posted(request: Request) -> dict[str, str]:
    return {name: request.POST.get(name, "")[:300] for name in FIELDS}


def _add(request: Request) -> str:
    made = mailboxes.add_mailbox(actor=request.actor, now=clock.now(), given=Given(**_posted(request)))
    messages.success(request, _("Added. Try whether we get in."))
    return reverse("mailbox", args=[made.public_id])


def _words_of(error: GuanxiError) -> dict[str, str]:
    return {name: str(words) for name, words in error.fields.items()} or {"form": str(error.detail)}


def _new(request: Request, values: Mapping[str, str], errors: Mapping[str, str]) -> HttpResponse:
    context = {**_form(values, errors), "key": form_key(), "list_url": reverse("mailboxes")}
    return page(request, "channels/mailbox_new.html", context, status=422 if errors else 200)


def _form(values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    return {
        "values": {**values, "password": ""},  # never shown again
        "errors": errors,
        "teams": [("", _("the team of new cases")), *_team_choices()],
        "securities": [(one.value, str(one.label)) for one in Mailbox.Security],
    }


def _team_choices() -> list[tuple[str, str]]:
    return [(team.unit.code, pick(team.unit.name)) for team in teams.list_teams()]


@require_safe
def mailbox(request: Request, public_id: str) -> HttpResponse:
    """One mailbox: how it goes, what it holds, its verbs."""
    return _page(request, reads.get_mailbox(request.actor, public_id), {})


def _page(request: Request, found: Mailbox, errors: Mapping[str, str], tried: str = "") -> HttpResponse:
    values = {
        name: str(getattr(found, name, "") or "") for name in FIELDS if name not in ("team", "password")
    }
    values["team"] = found.team.unit.code if found.team else ""
    if any(name in errors for name in FIELDS):
        values |= _posted(request)
    context = {
        **_form(values, errors),
        "box": _row(found),
        "tried": tried,
        "key": form_key(),
        "do_url": reverse("mailbox", args=[found.public_id]),
        "list_url": reverse("mailboxes"),
        "mails_url": f"{reverse('mails')}?mailbox={found.public_id}",
        "counts": reads.count_by_fate(found),
    }
    return page(request, "channels/mailbox.html", context, status=422 if errors else 200)


@require_POST
def mailbox_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """change, pause, resume, try, remove."""
    found = reads.get_mailbox(request.actor, public_id)
    if verb == "try":
        return _try(request, found)
    if verb not in BOX_VERBS:
        raise NotFound
    try:
        return act_once(request, effect=lambda: BOX_VERBS[verb](request, public_id))
    except (Invalid, Conflict) as error:
        return _page(request, reads.get_mailbox(request.actor, public_id), _words_of(error))


def _try(request: Request, found: Mailbox) -> HttpResponse:
    try:
        waiting = mailboxes.try_mailbox(actor=request.actor, public_id=found.public_id)
    except Trouble as trouble:
        return _page(
            request, found, {"form": _("We do not get in: %(why)s.") % {"why": TROUBLES[trouble.code]}}
        )
    return _page(request, found, {}, _("We get in. Mails waiting there: %(n)s.") % {"n": waiting})


def _change(request: Request, public_id: str) -> str:
    mailboxes.change_mailbox(
        actor=request.actor,
        now=clock.now(),
        public_id=public_id,
        given=Given(**_posted(request)),
        version=version_of(request),
    )
    messages.success(request, _("Saved."))
    return reverse("mailbox", args=[public_id])


def _set_active(request: Request, public_id: str, on: bool) -> str:
    mailboxes.set_active(actor=request.actor, now=clock.now(), public_id=public_id, on=on)
    words = (
        _("Goes on: what came meanwhile is read now.") if on else _("Paused. What comes waits on the server.")
    )
    messages.info(request, words)
    return reverse("mailbox", args=[public_id])


def _remove(request: Request, public_id: str) -> str:
    mailboxes.remove_mailbox(actor=request.actor, now=clock.now(), public_id=public_id)
    messages.success(request, _("Removed. Its mails stay."))
    return reverse("mailboxes")


BOX_VERBS: Mapping[str, Callable[[Request, str], str]] = {
    "change": _change,
    "pause": lambda request, public_id: _set_active(request, public_id, False),
    "resume": lambda request, public_id: _set_active(request, public_id, True),
    "remove": _remove,
}
