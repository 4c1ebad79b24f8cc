"""Pages of call lists: all of them, one with its figures and entries, and the seat's page of one call."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.channels import rules
from guanxi.channels.actions import calling, dialling
from guanxi.channels.actions.calling import DAYS, Given
from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.queries import calling as reads
from guanxi.channels.words import RESULTS
from guanxi.core import clock, fields, idempotency, keyset, panels
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of, version_of
from guanxi.core.imports import actions as imports
from guanxi.core.imports import limits
from guanxi.core.imports.words import RIGHT as IMPORT_RIGHT
from guanxi.core.phrases import language, pick, sentences
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.people.rules.privacy import PURPOSES
from guanxi.work import queries as teams

ROWS = 50
LISTS = 100
TONES = {"open": "green", "paused": "amber", "closed": "", "waiting": "", "queued": "", "calling": "green",
         "done": "", "refused": "red", "stopped": "amber"}  # fmt: skip
TEXTS = ("name", "team", "purpose", "offer", "script_zh", "script_en", "attempts_max", "pause_minutes")
CODES_CHARS_MAX = 20_000
RESULT_KEYS = {
    "sale": "1",
    "no": "2",
    "later": "3",
    "no_answer": "4",
    "wrong_number": "5",
    "do_not_call": "6",
}
RESULT_TONES = {"sale": "solid", "do_not_call": "danger"}
NEW = {"purpose": "marketing", "attempts_max": "3", "pause_minutes": "240", "holidays": "1",
       **dict.fromkeys(DAYS[:5], "09:00-12:00, 14:00-20:00"), "sat": "10:00-12:00, 14:00-18:00"}  # fmt: skip


@require_safe
def call_lists(request: Request) -> HttpResponse:
    """The call lists whose calls this reader runs, newest first."""
    request.actor.require(reads.RUN_RIGHT)
    shown = keyset.cut(reads.list_lists(request.actor), "created", request.GET.get("after", ""), size=LISTS)
    rows = [
        {"name": one.name, "offer": one.offer, "team": pick(one.team.unit.name), "state": one.get_state_display(),
         "tone": TONES[one.state], "purpose": say(f"purpose.{one.purpose}"), "created": one.created,
         "url": reverse("call_list", args=[one.public_id])}
        for one in shown.rows
    ]  # fmt: skip
    context = {"rows": rows, "new_url": reverse("call_list_new"), "pager": _pager(shown.next_cursor)}
    return page(request, "channels/call_lists.html", context)


def _pager(cursor: str, **more: str) -> dict[str, Any] | None:
    if not cursor:
        return None
    return {"total": "", "previous_url": None, "next_url": "?" + urlencode({**more, "after": cursor})}


@require_http_methods(["GET", "HEAD", "POST"])
def call_list_new(request: Request) -> HttpResponse:
    """A new list."""
    request.actor.require(reads.RUN_RIGHT)
    if request.method != "POST":
        return _new(request, NEW, {})
    try:
        return act_once(request, effect=lambda: _make(request))
    except (Invalid, Conflict) as error:
        return _new(request, _posted(request), _errors(error))


def _new(request: Request, values: Mapping[str, str], errors: Mapping[str, str]) -> HttpResponse:
    context = {**_form(request.actor, values, errors), "key": form_key(), "list_url": reverse("call_lists")}
    return page(request, "channels/call_list_new.html", context, status=422 if errors else 200)


def _form(actor: Actor, values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    mine = [one for one in teams.list_teams() if actor.may_at(reads.RUN_RIGHT, one.unit_id)]
    return {
        "values": values,
        "errors": errors,
        "teams": [(one.unit.code, pick(one.unit.name)) for one in mine],
        "purposes": [(code, say(f"purpose.{code}")) for code in PURPOSES],
        "days": [
            (day, str(WEEKDAYS[place]), values.get(day, ""), errors.get(day, ""))
            for place, day in enumerate(DAYS)
        ],
    }


def _posted(request: Request) -> dict[str, str]:
    return {name: request.POST.get(name, "")[:5_000] for name in (*TEXTS, *DAYS, "holidays")}


def _given(request: Request) -> Given:
    values = _posted(request)
    numbers = {name: fields.read_number(values, name) for name in ("attempts_max", "pause_minutes")}
    return Given(
        name=values["name"],
        team=values["team"],
        purpose=values["purpose"],
        offer=values["offer"],
        script_zh=values["script_zh"],
        script_en=values["script_en"],
        week={day: values[day] for day in DAYS},
        holidays=bool(values["holidays"]),
        attempts_max=int(numbers["attempts_max"] or 0),
        pause_minutes=int(numbers["pause_minutes"] or 0),
    )


def _errors(error: GuanxiError) -> dict[str, str]:
    return {name: str(words) for name, words in error.fields.items()} or {"form": str(error.detail)}


def _make(request: Request) -> str:
    made = calling.make_list(actor=request.actor, now=clock.now(), given=_given(request))
    messages.success(request, _("Made. Now put customers on it, then run it."))
    return reverse("call_list", args=[made.public_id])


@require_safe
def call_list(request: Request, public_id: str) -> HttpResponse:
    """One list: what it has come to, who is on it, its words and hours."""
    request.actor.require(reads.RUN_RIGHT)
    return _page(request, reads.get_list(request.actor, public_id), {})


def _page(request: Request, found: CallList, errors: Mapping[str, str], status: int = 200) -> HttpResponse:
    actor, state = request.actor, request.GET.get("state", "")
    entries = reads.list_entries(actor, found).order_by("-created", "-id")
    if state in CallEntry.State.values:
        entries = entries.filter(state=state)
    shown = keyset.cut(entries, "created", request.GET.get("after", ""), size=ROWS)
    values = _posted(request) if errors and not {"codes", "file"} & set(errors) else _values_of(found)
    context = {
        **_form(actor, values, errors),
        "found": found,
        "team": pick(found.team.unit.name),
        "tone": TONES[found.state],
        "figures": _figures(reads.figures_of(found)),
        "rows": [_row(actor, one) for one in shown.rows],
        "states": [("", _("all")), *((one.value, str(one.label)) for one in CallEntry.State)],
        "state": state,
        "pager": _pager(shown.next_cursor, **({"state": state} if state else {})),
        "key": form_key(),
        "do_url": reverse("call_list", args=[found.public_id]),
        "list_url": reverse("call_lists"),
        "customers_url": reverse("customers") if actor.may("people.view") else "",
        "may": actor.may_at(reads.RUN_RIGHT, found.team_id),
        "may_import": actor.may(IMPORT_RIGHT),
    }
    return page(request, "channels/call_list.html", context, status=status)


def _values_of(found: CallList) -> dict[str, str]:
    return {
        "name": found.name,
        "team": found.team.unit.code,
        "purpose": found.purpose,
        "offer": found.offer,
        "script_zh": found.script.get("zh-hans", ""),
        "script_en": found.script.get("en", ""),
        "attempts_max": str(found.attempts_max),
        "pause_minutes": str(found.pause_minutes),
        "holidays": "1" if found.holidays else "",
        **{day: ", ".join(periods) for day, periods in found.week.items()},
    }


def _figures(came: reads.Came) -> list[dict[str, Any]]:
    value, back, per_hour = (
        " · ".join(one.format(language()) for one in some)
        for some in (came.net, came.taken_back, came.per_hour)
    )
    hours = f"{came.seconds / 3600:.1f}"
    return [
        {"label": _("On the list"), "value": came.listed, "note": _("refused %(n)s") % {"n": came.refused}},
        {"label": _("Dialled"), "value": came.dialled, "note": _("customers %(n)s") % {"n": came.called}},
        {"label": _("Reached"), "value": came.reached, "note": came.rate(came.reached, came.called),
         "hint": _("customers spoken to, of those dialled")},
        {"label": _("Sales"), "value": came.sales, "note": came.rate(came.sales, came.reached),
         "hint": _("sales, of customers reached")},
        {"label": _("Value"), "value": value or "–", "note": _("gone back %(value)s") % {"value": back} if back else "",
         "hint": _("orders keyed from calls, else what was noted as sold; less what went back within 30 days")},
        {"label": _("Value per hour"), "value": per_hour or "–", "note": _("hours of work %(n)s") % {"n": hours},
         "hint": _("that value, per hour in which a call of the list was in somebody's hands, notes included")},
        {"label": _("Complaints within 30 days"), "value": came.complaints, "note": came.rate(came.complaints, came.sales),
         "missed": came.complaints > 0, "hint": _("cases of buyers within 30 days of the sale, of all sales")},
    ]  # fmt: skip


def _row(actor: Actor, one: CallEntry) -> dict[str, Any]:
    return {
        "who": one.record.called,
        "code": one.record.customer.public_id,
        "number": reads.number_shown(actor, one),
        "state": one.get_state_display(),
        "tone": TONES[one.state],
        "result": str(RESULTS.get(one.result, "")),
        "why": "; ".join(sentences(one.explanation)) if one.explanation else "",
        "attempts": one.attempts,
        "next_at": one.next_at if one.state == CallEntry.State.WAITING else None,
        "url": reverse("call_entry", args=[one.public_id]),
    }


@require_POST
def call_list_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """run, pause, close, change, add, file."""
    actor = request.actor
    actor.require(reads.RUN_RIGHT)
    found = reads.get_list(actor, public_id)
    if verb not in LIST_VERBS and verb != "file":
        raise NotFound
    try:
        if verb == "file":
            return _bring(request, found)
        return act_once(request, effect=lambda: LIST_VERBS[verb](request, found))
    except (Invalid, Conflict) as error:
        return _page(request, reads.get_list(actor, public_id), _errors(error), int(error.status))


def _turn(verb: str, said: Callable[[], str]) -> Callable[[Request, CallList], str]:
    def act(request: Request, found: CallList) -> str:
        calling.turn_list(actor=request.actor, now=clock.now(), public_id=found.public_id, verb=verb)
        messages.success(request, said())
        return reverse("call_list", args=[found.public_id])

    return act


def _change(request: Request, found: CallList) -> str:
    given, version = _given(request), version_of(request)
    calling.change_list(
        actor=request.actor, now=clock.now(), public_id=found.public_id, given=given, version=version
    )
    messages.success(request, _("Saved."))
    return reverse("call_list", args=[found.public_id])


def _add(request: Request, found: CallList) -> str:
    text = text_of(request, "codes", most=CODES_CHARS_MAX)
    came = calling.add_codes(actor=request.actor, now=clock.now(), public_id=found.public_id, text=text)
    words = _("To be rung: %(listed)s. Refused: %(refused)s.")
    messages.success(request, words % {"listed": came.listed, "refused": came.refused})
    if came.unread:
        named = ", ".join(f"{code} ({why})" for code, why in came.unread[:20])
        messages.warning(request, _("Not read: %(codes)s") % {"codes": named})
    return reverse("call_list", args=[found.public_id])


def _bring(request: Request, found: CallList) -> HttpResponse:
    """A file of customers for this list, as any other file: columns, trying, what became of each row, undoing."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid(fields={"file": _("Choose a file first.")})
    if upload.size and upload.size > limits.FILE_BYTES_MAX:
        most = limits.FILE_BYTES_MAX // 2**20
        raise Invalid(fields={"file": say("import.file.too_large", {"most": most})})
    actor, now = request.actor, clock.now()
    run = imports.receive_once(
        actor=actor,
        now=now,
        key=request.POST.get("key", "")[: idempotency.KEY_CHARS_MAX],
        kind="calls",
        name=upload.name or "",
        chunks=upload.chunks(2**20),
    )
    if run.settings["options"]["list"] != found.public_id:
        options = {"options": {"list": found.public_id}}
        imports.choose(actor=actor, now=now, public_id=run.public_id, chosen=options)
    return HttpResponseRedirect(reverse("import", args=[run.public_id]), status=303)


LIST_VERBS: Mapping[str, Callable[[Request, CallList], str]] = {
    "run": _turn("run", lambda: _("It runs: calls reach the team as seats are free.")),
    "pause": _turn("pause", lambda: _("Paused: nobody new is rung.")),
    "close": _turn("close", lambda: _("Closed.")),
    "change": _change,
    "add": _add,
}


# -- the seat's page --------------------------------------------------------------------------------------


@require_safe
def call_entry(request: Request, public_id: str) -> HttpResponse:
    """One call: who, the number, what to say, and what came of it by one key each."""
    request.actor.require(reads.RIGHT)
    return _call_page(request, reads.get_entry(request.actor, public_id), {})


def _call_page(
    request: Request, one: CallEntry, errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    actor, now = request.actor, clock.now()
    customer = one.record.customer
    rings = one.state == CallEntry.State.CALLING and one.user_id == actor.user_id
    windows = reads.windows_of(one.list, one.number) if one.number else []
    following = rules.next_ring(windows, now + timedelta(minutes=1)) if windows else None
    known = actor.may("people.view")
    context = {
        "call": {
            **_row(actor, one),
            "list": one.list.name,
            "offer": one.list.offer,
            "purpose": say(f"purpose.{one.list.purpose}"),
            "script": pick(one.list.script) if any(one.list.script.values()) else "",
            "initials": avatar(one.record.name),
            "customer_url": reverse("customer", args=[customer.public_id]) if known else "",
            "tel": f"tel:{one.number}" if one.number and actor.may("people.contacts") else "",
            "local": reads.local(one.list, one.number, now) if one.number else "",
            "may_ring": bool(windows) and rules.may_ring(windows, now),
            "next": reads.local(one.list, one.number, following) if following else "",
            "attempts_max": one.list.attempts_max,
            "note": one.note,
            "dialled": one.dialled,
        },
        "order_url": reads.order_form(actor, one),
        "orders": reads.orders_of(one),
        "can_dial": one.state in (CallEntry.State.QUEUED, CallEntry.State.CALLING) and not rings,
        "rings": rings,
        "results": [(code, str(RESULTS[code]), RESULT_KEYS[code], RESULT_TONES.get(code, "")) for code in rules.RESULTS],
        "values": {name: request.POST.get(name, "")[:500] for name in ("note", "at", "value", "value_currency")},
        "errors": errors,
        "band": panels.compose("customer.band", actor, customer.id) if known else [],
        "key": form_key(),
        "do_url": reverse("call_entry", args=[one.public_id]),
        "today_url": reverse("today"),
    }  # fmt: skip
    return page(request, "channels/call_entry.html", context, here=("call", one.id), status=status)


@require_POST
def call_entry_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """dial, result."""
    actor = request.actor
    actor.require(reads.RIGHT)
    found = reads.get_entry(actor, public_id)
    if verb not in ENTRY_VERBS:
        raise NotFound
    try:
        return act_once(request, effect=lambda: ENTRY_VERBS[verb](request, found))
    except (Invalid, Conflict) as error:
        return _call_page(request, reads.get_entry(actor, public_id), _errors(error), int(error.status))


def _dial(request: Request, found: CallEntry) -> str:
    entry = dialling.dial(actor=request.actor, now=clock.now(), public_id=found.public_id)
    if entry.state == CallEntry.State.REFUSED:
        messages.warning(
            request, _("Not to be rung: %(why)s") % {"why": "; ".join(sentences(entry.explanation))}
        )
    elif entry.state == CallEntry.State.WAITING:
        messages.warning(request, _("Now is no time for calls where they are: it comes back by itself."))
    return reverse("call_entry", args=[found.public_id])


def _result(request: Request, found: CallEntry) -> str:
    code = request.POST.get("result", "")
    result = dialling.Result(
        code=code,
        note=text_of(request, "note", most=dialling.NOTE_CHARS_MAX),
        at=fields.read_moment(request.POST, "at") if code == "later" else None,
        value=fields.read_money(request.POST, "value") if code == "sale" else None,
    )
    dialling.note_result(actor=request.actor, now=clock.now(), public_id=found.public_id, result=result)
    messages.success(request, _("Noted: %(result)s.") % {"result": str(RESULTS[result.code])})
    return reverse("today")


ENTRY_VERBS: Mapping[str, Callable[[Request, CallEntry], str]] = {"dial": _dial, "result": _result}
