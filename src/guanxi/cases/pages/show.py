"""What pages of cases show: cases, turns, steps and conversations in the reader's words. No writes, no access decisions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from guanxi.cases import queries, rules
from guanxi.cases.models import Case
from guanxi.cases.pages import mail
from guanxi.cases.queries import sides
from guanxi.cases.queries.issues import side_of
from guanxi.cases.rules import machine
from guanxi.cases.words import IF_NOBODY_ACTS, IF_NOBODY_ACTS_STAFF, STEPS, VERBS
from guanxi.channels.models import Message
from guanxi.core import cover, files, live, phrases
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import NotFound
from guanxi.core.files import cards
from guanxi.core.http import form_key
from guanxi.core.phrases import day_label, explained, language
from guanxi.core.phrases import kept as _
from guanxi.core.timeline import bases as timeline
from guanxi.core.timeline import pages as timelines
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.people import queries as people
from guanxi.work.models import WorkItem

ORDER = (rules.RECORDED, rules.ANSWERED, rules.RESOLVED)


def moment(at: datetime) -> str:
    """A moment as people say it: "11 月 23 日 周一 11:00", "Mon 23 Nov, 11:00"."""
    local = timezone.localtime(at)
    comma = "," if language() == "en" else ""
    return f"{day_label(local.date())}{comma} {local:%H:%M}"


def promise_words(due: datetime) -> str:
    return _("A person answers by %(when)s.") % {"when": moment(due)}


def span_words(span: timedelta) -> str:
    """A rough length: "4 d 5 h", "3 h 10 min", "8 min"."""
    return phrases.span_words(max(0, int(span.total_seconds() // 60)))


def turn(actor: Actor, case: Case) -> dict[str, str]:
    """Whose turn it is, as this reader sees it."""
    if case.turn == Case.Turn.NOBODY:
        return {"kind": "done", "label": str(_("Settled"))}
    if actor.kind in (Kind.LINK, Kind.CUSTOMER):
        return _turn_of_party(actor, case)
    if case.turn == Case.Turn.STAFF:
        return {"kind": "mine", "label": str(_("Our turn"))}
    return {"kind": "other", "label": str(_WAITS[Case.Turn(case.turn)])}


_WAITS = {
    Case.Turn.CUSTOMER: gettext_lazy("Waits for the customer"),
    Case.Turn.RESPONDENT: gettext_lazy("Waits for the other side"),
    Case.Turn.BOTH: gettext_lazy("Waits for both sides"),
}


def _turn_of_party(actor: Actor, case: Case) -> dict[str, str]:
    """For a customer or the holder of a link: theirs, ours, or the other side's."""
    respondent = case.respondent_id is not None and side_of(actor, case) == machine.RESPONDENT
    own = Case.Turn.RESPONDENT if respondent else Case.Turn.CUSTOMER
    if case.turn in (own, Case.Turn.BOTH):
        return {"kind": "mine", "label": str(_("Your turn"))}
    ours = case.turn == Case.Turn.STAFF
    return {"kind": "other", "label": str(_("Our turn to answer") if ours else _("The other side's turn"))}


def clock_of(actor: Actor, case: Case) -> dict[str, Any]:
    """Start, due and mode of the time-left bar."""
    if case.turn == Case.Turn.NOBODY or case.due is None:
        return {"start": None, "due": None, "mode": "done", "settled": ""}
    mode = "mine" if turn(actor, case)["kind"] == "mine" else "other"
    return {"start": case.turn_since, "due": case.due, "mode": mode, "settled": ""}


def steps(actor: Actor, case: Case, now: datetime) -> list[dict[str, Any]]:
    """The stage bar: what is done, what is live and until when, what is ahead with its limit."""
    live_at = ORDER.index(case.state)
    return [_step(actor, case, now, number, live_at) for number in range(len(ORDER))]


def _step(actor: Actor, case: Case, now: datetime, number: int, live_at: int) -> dict[str, Any]:
    state = ORDER[number]
    if number < live_at:
        return {"label": STEPS[state], "state": "done", "note": ""}
    if number > live_at:
        limit = rules.LIMITS.get(state)
        note = _("limit %(span)s") % {"span": span_words(limit.duration)} if limit else ""
        return {"label": STEPS[state], "state": "ahead", "note": note}
    if case.due is None:
        return {
            "label": STEPS[state],
            "state": "done",
            "note": moment(case.resolved) if case.resolved else "",
        }
    return {
        "label": STEPS[state],
        "state": "live",
        "turn": turn(actor, case),
        "start": case.turn_since,
        "due": case.due,
        "limit_note": _("until %(when)s") % {"when": moment(case.due)},
        "expiry": str(IF_NOBODY_ACTS_STAFF[state]),
        "why": explained(case.due_explanation),
    }


def row(actor: Actor, case: Case) -> dict[str, Any]:
    """One line of a list of cases."""
    return {
        "url": reverse("case", args=[case.number]),
        "number": case.number,
        "title": cover.shown(actor, case.title),
        "kind": "",
        "customer": case.record.called,
        "icon": queries.CHANNEL_ICONS.get(case.channel, "message"),
        "channel": say(f"channel.{case.channel}"),
        "stage": STEPS[case.state],
        "turn": turn(actor, case),
        "opened_at": case.opened,
        **clock_of(actor, case),
    }


def conversation(actor: Actor, case: Case, *, link: str = "") -> list[dict[str, Any]]:
    """What was said, oldest first, each side in its own words, with the files that came with it.

    `link` is the token of the signed link this is shown by: the files' addresses then carry it.
    """
    subject = ("case", case.id)
    mine = actor.kind in (Kind.LINK, Kind.CUSTOMER)
    attached = files.by_part(files.list_on(subject))
    may_erase = not mine and actor.may("files.erase")
    said = sides.messages_for(actor, case)
    mails = {} if mine else mail.beside(actor, case, said)
    return [
        {
            **_said(actor, one, case, mine),
            **mails.get(one.id, {}),
            "files": cards.cards(attached.get(one.id, []), link=link, may_erase=may_erase),
        }
        for one in said
    ]


def _said(actor: Actor, message: Message, case: Case, mine: bool) -> dict[str, Any]:
    incoming = message.direction == Message.Direction.IN
    other = case.respondent if message.record_id == case.respondent_id else None
    name = (other or case.record).name or _("Customer")
    who = (_("You") if mine else name) if incoming else message.author or _("Guanxi")
    return {
        "who": who,
        "initials": avatar(name if incoming else message.author or "GX"),
        "side": ("ours" if incoming else "theirs") if mine else ("theirs" if incoming else "ours"),
        "at": message.created,
        "channel": say(f"channel.{message.channel}"),
        "icon": queries.CHANNEL_ICONS.get(message.channel, "message"),
        "text": cover.shown(actor, message.body),
        "fate": "",
    }


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that did not go through: the verb, the words in it and what was wrong. Nothing written is lost."""

    verb: str = ""
    text: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""  # somebody was faster: told above the page, which shows the matter as it stands now


NOTHING_TRIED = Tried()


def _form(verb: str, url: str, tried: Tried) -> dict[str, Any]:
    """One verb's form, with a fresh key and, after a failure, the words that were in it."""
    failed = tried.verb == verb
    return {
        "url": url,
        "key": form_key(),
        "most": rules.TEXT_CHARS_MAX,
        "text": tried.text if failed else "",
        "error": (tried.errors.get("text", "") or tried.errors.get("form", "")) if failed else "",
        "files_error": tried.errors.get("files", "") if failed else "",
    }


def _forms(verbs: Sequence[str], url_of: Callable[[str], str], tried: Tried) -> dict[str, Any]:
    """The forms that are open now. `kept` holds words whose form is no longer open, for copying."""
    forms = {verb: _form(verb, url_of(verb), tried) if verb in verbs else None for verb in VERBS}
    kept = tried.text if tried.text and not any(form and form["text"] for form in forms.values()) else ""
    return {"forms": forms, "conflict": tried.conflict, "kept": kept}


def follow_context(
    actor: Actor,
    case: Case,
    *,
    url_of: Callable[[str], str],
    now: datetime,
    tried: Tried = NOTHING_TRIED,
    link: str = "",
) -> dict[str, Any]:
    """Everything the customer's page shows."""
    settled = case.state == rules.RESOLVED
    return {
        "case": {
            "number": case.number,
            "title": cover.shown(actor, case.title),
            "topics": live.topic("case", case.id),
            "opened_at": case.opened,
            "is_answered": case.state == rules.ANSWERED,
            "is_resolved": settled,
        },
        "turn": turn(actor, case),
        "step_label": _("Step %(n)s of %(of)s: %(step)s")
        % {"n": ORDER.index(case.state) + 1, "of": len(ORDER), "step": STEPS[case.state]},
        "steps": steps(actor, case, now),
        "due": case.due,
        "expiry": str(IF_NOBODY_ACTS[case.state]) if not settled else "",
        "why": explained(case.due_explanation),
        "settled_at": case.resolved if settled else None,
        "conversation": conversation(actor, case, link=link if actor.kind is Kind.LINK else ""),
        "procedure_url": reverse("procedure"),
        "files": files.form(),
        **_forms(queries.open_verbs(actor, case), url_of, tried),
    }


def case_context(actor: Actor, case: Case, *, now: datetime, tried: Tried = NOTHING_TRIED) -> dict[str, Any]:
    """Everything the staff page of a case shows, but for what other rooms lend."""

    def url_of(verb: str) -> str:
        return reverse("case_do", args=[case.number, verb])

    return {
        "case": {
            "number": case.number,
            "title": cover.shown(actor, case.title),
            "kind": _("Complaint"),
            "icon": queries.CHANNEL_ICONS.get(case.channel, "message"),
            "channel": say(f"channel.{case.channel}"),
            "opened_at": case.opened,
            "elapsed": _("running for %(span)s") % {"span": span_words((case.resolved or now) - case.opened)},
            "topics": live.topic("case", case.id),
            "version": case.version,
            "round": case.round,
        },
        "customer": {
            "name": case.record.called,
            "url": reverse("customer", args=[case.record.customer.public_id]),
        },
        "steps": steps(actor, case, now),
        "conversation": conversation(actor, case),
        "files": files.form(),
        **_forms(queries.open_verbs(actor, case), url_of, tried),
    }


def timeline_base(actor: Actor, number: str) -> timeline.Base:
    """What belongs to the timeline of one case, with how the work on it went."""
    case = queries.get_case(actor, number)
    return _timeline_of(actor, case)


def _timeline_of(actor: Actor, case: Case) -> timeline.Base:
    return timeline.Base(
        kind="case",
        key=case.number,
        title=cover.shown(actor, case.title),
        url=reverse("case", args=[case.number]),
        topics=[live.topic("case", case.id)],
        subject=("case", case.id),
        hidden=True,
    )


def link_of(data: Mapping[str, Any]) -> str:
    """Where an entry about a case leads."""
    return reverse("case", args=[data["number"]]) if data.get("number") else ""


def timeline_panel(actor: Actor, case_id: int) -> dict[str, Any]:
    """Everything that happened with one case."""
    found = queries.get_by_ids(actor, [case_id]).get(case_id)
    if found is None:
        raise NotFound
    return timelines.card(actor, _timeline_of(actor, found))


def item_context(actor: Actor, item: WorkItem | None) -> dict[str, Any] | None:
    """The work about this case: whose it is, and what the reader can do about that."""
    if item is None:
        return None
    mine = item.member is not None and item.member.user_id == actor.user_id
    return {
        "mine": mine,
        "holder": str(item.member) if item.member and not mine else "",
        "take_url": reverse("work_take", args=[item.public_id])
        if item.state == "queued" and actor.may_at("work.take", item.team_id)
        else "",
        "put_back_url": reverse("work_put_back", args=[item.public_id]) if mine else "",
    }


def done_words(verb: str, case: Case) -> str:
    """What the operator is told after a verb."""
    words = {
        "answer": _("Answered. Now it is the customer's turn."),
        "resolve": _("%(number)s is resolved."),
        "append": _("Added in the customer's words."),
        "reopen": _("Open again, round %(round)s."),
    }
    return words[verb] % {"number": case.number, "round": case.round}


def band_cell(actor: Actor, customer_id: int) -> dict[str, Any]:
    """How a customer's cases stand: how many are open, and the one that is due next."""
    cases = queries.customer_cases(actor, customer_id)
    open_ones = [case for case in cases if case.state != Case.State.RESOLVED]
    if not cases:
        return {"value": _("none"), "lines": [_("No complaint so far.")]}
    total = ngettext("of %(n)s in all", "of %(n)s in all", len(cases)) % {"n": len(cases)}
    running = [(case.due, case.id, case) for case in open_ones if case.due]
    following = min(running)[2] if running else None
    cell = {"value": _("%(n)s open") % {"n": len(open_ones)} if open_ones else _("none open"), "note": total}
    if following is None:
        return cell
    link = {"label": cover.shown(actor, following.title), "url": reverse("case", args=[following.number])}
    return {**cell, "turn": turn(actor, following), "link": link, **clock_of(actor, following)}


def new_action(actor: Actor, customer_id: int) -> dict[str, Any]:
    """The button that opens a case for this customer."""
    records = people.records_seen(actor, customer_id)
    if not records:
        return {}
    url = f"{reverse('case_new')}?{urlencode({'customer': records[0].customer.public_id})}"
    return {"label": _("New case"), "key": "n", "icon": "plus", "url": url, "solid": True}


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """A customer's cases, for their page: the open ones first."""
    cases = queries.customer_cases(actor, customer_id)  # the same read as the band's
    open_count = sum(case.state != Case.State.RESOLVED for case in cases)
    rows = [
        {
            "title": cover.shown(actor, case.title),
            "sub": case.number,
            "url": reverse("case", args=[case.number]),
            "value": "",
            "value_sub": str(STEPS[case.state]),
            "tone": "green" if case.state == rules.RESOLVED else "",
            "icon": "",
            "turn": turn(actor, case) if case.state != rules.RESOLVED else None,
            **clock_of(actor, case),
        }
        for case in cases[:6]
    ]
    meta = _("%(n)s open") % {"n": open_count} if open_count else ""
    return {"meta": meta, "more": None, "rows": rows, "empty": _("No complaint so far.")}
