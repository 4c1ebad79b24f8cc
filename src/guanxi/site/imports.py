"""Bringing in files: upload, say what the columns mean, try, run, undo. The edge over `core.imports`."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, idempotency, keyset, options
from guanxi.core.access import Actor
from guanxi.core.errors import Denied, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.imports import actions, kinds, limits, lines, mapping, queries, show, values
from guanxi.core.imports.faults import REFUSED
from guanxi.core.imports.words import RIGHT
from guanxi.core.models.imports import ImportRun
from guanxi.core.words import say
from guanxi.site.templating import num

PAGE = 25
FAULTS_SHOWN = 12
State = ImportRun.State
TONES = {
    State.DONE: "green",
    State.RUNNING: "accent",
    State.CHECKING: "accent",
    State.UNDOING: "accent",
    State.STOPPED: "red",
    State.CANCELLED: "amber",
}
DATE_WORDS = {"ymd": "2026-03-04", "dmy": "04/03/2026", "mdy": "03/04/2026"}
ENCODING_WORDS = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030 / GBK",
    "big5": "Big5",
    "cp1252": "Windows-1252",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 BE",
}


@require_safe
def history(request: Request) -> HttpResponse:
    """What was brought in, newest first."""
    actor = request.actor
    actor.require(RIGHT)
    shown = keyset.cut(queries.list_runs(actor), "created", request.GET.get("after", "")[:64], size=PAGE)
    next_url = f"{reverse('imports')}?after={shown.next_cursor}" if shown.next_cursor else ""
    context = {
        "rows": [_row(run) for run in shown.rows],
        "new_url": reverse("import_new") if kinds.allowed(actor) else "",
        "next_url": next_url,
        "newest_url": reverse("imports") if request.GET.get("after") else "",
    }
    return page(request, "site/imports/history.html", context)


def _row(run: ImportRun) -> dict[str, Any]:
    counts = run.counts if run.started else run.checked
    return {
        "url": reverse("import", args=[run.public_id]),
        "name": run.name,
        "kind": kinds.get(run.kind).title if run.kind in kinds.registered() else run.kind,
        "icon": kinds.get(run.kind).icon if run.kind in kinds.registered() else "file-text",
        "who": run.actor_name,
        "at": run.created,
        "state": run.get_state_display(),
        "tone": TONES.get(State(run.state), ""),
        "counts": show.outcome_counts(counts),
        "rows": run.total,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Choose a kind and a file."""
    actor = request.actor
    actor.require(RIGHT)
    allowed = kinds.allowed(actor)
    if not allowed:
        raise Denied(_("You may import nothing yet: ask for a right to enter customers, orders or messages."))
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    errors: Mapping[str, Any] = {}
    if request.method == "POST":
        try:
            return _receive(request, actor)
        except Invalid as error:
            errors = error.fields
    context = {
        "kinds": [_kind(one, one.code == (asked or allowed[0].code)) for one in allowed],
        "errors": errors,
        "key": form_key(),
        "mb_max": limits.FILE_BYTES_MAX // 2**20,
        "rows_max": limits.ROWS_MAX,
        "history_url": reverse("imports"),
    }
    return page(request, "site/imports/new.html", context, status=422 if errors else 200)


def _kind(one: kinds.Kind, chosen: bool) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.title,
        "note": one.note,
        "icon": one.icon,
        "chosen": chosen,
        "example": [[one.field(code).title for code in one.example[0]], *one.example[1:]]
        if one.example
        else [],
    }


def _receive(request: Request, actor: Actor) -> HttpResponse:
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid(fields={"file": _("Choose a file first.")})
    if upload.size and upload.size > limits.FILE_BYTES_MAX:
        most = limits.FILE_BYTES_MAX // 2**20
        raise Invalid(fields={"file": say("import.file.too_large", {"most": most})})
    key = request.POST.get("key", "")[: idempotency.KEY_CHARS_MAX]
    run = actions.receive_once(
        actor=actor,
        now=clock.now(),
        key=key,
        kind=request.POST.get("kind", "")[:30],
        name=upload.name or "",
        chunks=upload.chunks(2**20),
    )
    return _to(run.public_id)


def _to(public_id: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("import", args=[public_id]), status=303)


@require_safe
def one(request: Request, public_id: str) -> HttpResponse:
    """A run, whatever it needs next: columns, trying, waiting, its result."""
    actor = request.actor
    actor.require(RIGHT)
    return _page(request, queries.get_run(actor, public_id))


def _page(request: Request, run: ImportRun, errors: Mapping[str, Any] | None = None) -> HttpResponse:
    actor = request.actor
    kind = kinds.get(run.kind)
    context: dict[str, Any] = {
        "run": _row(run),
        "state": run.state,
        "kind": kind,
        "verb": lambda verb: reverse("import_do", args=[run.public_id, verb]),
        "key": form_key(),
        "history_url": reverse("imports"),
        "errors": errors or {},
        "may": actor.may(kind.right),
    }
    if run.state in (State.DRAFT, State.CHECKED):
        context |= _preparing(actor, run, kind, errors)
        template = "site/imports/prepare.html"
    else:
        context |= _result(actor, run)
        template = "site/imports/run.html"
    return page(request, template, context, status=422 if errors else 200)


# -- before it runs ---------------------------------------------------------------------------------------


def _preparing(
    actor: Actor, run: ImportRun, kind: kinds.Kind, errors: Mapping[str, Any] | None
) -> dict[str, Any]:
    readable = queries.may_read_cells(actor, run)
    same = queries.same_file(run)
    unsaid = {**actions.problems(run), **(errors or {})}
    return {
        "columns": _columns(run, kind, readable),
        "fields": [{"code": one.code, "title": one.title} for one in kind.fields],
        "options": [_option(one, run.settings["options"][one.code], unsaid) for one in kind.options],
        "unsaid": unsaid,
        "shown": show.preview(actor, run, now=clock.now()) if readable else [],
        "heads": [
            {"title": kind.field(code).title, "column": show.column_name(run.layout["columns"], place)}
            for code, place in lines.in_order(run.settings["mapping"])
        ],
        "readable": readable,
        "notices": _notices(run),
        "same": {"url": reverse("import", args=[same.public_id]), "at": same.started} if same else None,
        "layout": run.layout,
        "layout_words": _layout_words(run),
        "encodings": ENCODING_WORDS,
        "delimiters": _delimiters(),
        "checked": show.outcome_counts(run.checked) if run.state == State.CHECKED else [],
        "checked_all": run.checked.get("all_repeats_seen", True),
        "writes": sum(run.checked.get(code, 0) for code in ("new", "recognised", "doubt", "update")),
        "told": show.told(run, limit=FAULTS_SHOWN) if run.state == State.CHECKED else [],
        "errors_url": reverse("import_errors", args=[run.public_id]) if _has_errors(run.checked) else "",
        "total": run.total,
        "remembered": run.settings.get("remembered"),
        "is_checked": run.state == State.CHECKED,
        "reason": say(f"import.reason.{run.reason}") if run.reason else "",
    }


def _has_errors(counts: Mapping[str, Any]) -> bool:
    return bool(counts.get(REFUSED) or counts.get("warned"))


def _columns(run: ImportRun, kind: kinds.Kind, readable: bool) -> list[dict[str, Any]]:
    chosen = {place: code for code, place in run.settings["mapping"].items()}
    dates = run.settings["dates"]
    found = show.samples(run) if readable else [[] for _column in run.layout["columns"]]
    return [
        {
            "place": place,
            "name": show.column_name(run.layout["columns"], place),
            "chosen": chosen.get(place, ""),
            "samples": found[place],
            "date": dates.get(str(place), None),
            "date_options": DATE_WORDS if str(place) in dates and dates[str(place)] else {},
        }
        for place in range(len(run.layout["columns"]))
    ]


def _option(one: kinds.Option, value: str, errors: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.title,
        "hint": one.hint,
        "value": value,
        "choices": one.choices,
        "most": one.most,
        "error": errors.get(one.code, ""),
    }


def _notices(run: ImportRun) -> list[str]:
    """What is odd about the file as a whole."""
    found = []
    columns = run.layout["columns"]
    for name, places in mapping.duplicates(columns).items():
        numbers = ", ".join(str(place + 1) for place in places)
        found.append(
            _("“%(name)s” stands over several columns (%(numbers)s). Choose the right one below.")
            % {"name": name, "numbers": numbers}
        )
    strange = run.layout.get("strange", 0)
    if strange:
        found.append(
            ngettext(
                "%(n)s line is in another encoding than the rest; it will be refused.",
                "%(n)s lines are in another encoding than the rest; they will be refused.",
                strange,
            )
            % {"n": num(strange)}
        )
    return found


def _delimiters() -> dict[str, Any]:
    return {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar"), " ": _("blank")}


def _layout_words(run: ImportRun) -> str:
    shape = run.layout
    if shape["format"] == "xlsx":
        words = _("Spreadsheet, sheet “%(sheet)s”") % {"sheet": shape["sheet"]}
    else:
        words = _("Text in %(encoding)s, divided by %(sign)s") % {
            "encoding": ENCODING_WORDS.get(shape["encoding"], shape["encoding"]),
            "sign": _delimiters()[shape["delimiter"]],
        }
    header = _("no header") if not shape["header"] else _("header in row %(n)s") % {"n": shape["header"]}
    return f"{words} · {header}"


# -- while it runs and after ------------------------------------------------------------------------------


def _result(actor: Actor, run: ImportRun) -> dict[str, Any]:
    busy = run.state in queries.BUSY
    readable = queries.may_read_cells(actor, run)
    kept = [
        {"row": row, "words": say(f"import.kept.{code}")}
        for row, code in list(queries.kept_rows(run))[:FAULTS_SHOWN]
    ] if run.counts.get("kept") else []  # fmt: skip
    done = _undone_chunks(run) if run.state == State.UNDOING else (run.row, max(run.total, run.row))
    has_file = queries.has_file(run)
    return {
        "busy": busy,
        "alone": queries.is_alone(run),
        "done": done[0],
        "of": done[1],
        "counts": show.outcome_counts(run.counts),
        "taken_back": run.counts.get("taken_back", 0),
        "kept_count": run.counts.get("kept", 0),
        "kept": kept,
        "told": show.told(run, limit=FAULTS_SHOWN) if not busy else [],
        "errors_url": reverse("import_errors", args=[run.public_id])
        if _has_errors(run.counts) and readable and has_file
        else "",
        "reason": say(f"import.reason.{run.reason}") if run.reason else "",
        "has_file": has_file,
        "forgotten_after": options.number("retention.import_files"),
        "finished": run.finished,
        "started": run.started,
        "undoable": run.state in (State.DONE, State.CANCELLED, State.STOPPED) and bool(run.row),
        "resumable": run.state in (State.CANCELLED, State.STOPPED) and has_file,
        "again": run.state == State.UNDONE and bool(run.counts.get("kept")),
    }


def _undone_chunks(run: ImportRun) -> tuple[int, int]:
    return queries.undone_rows(run)


VERBS = {
    "check": actions.start_check,
    "start": actions.start,
    "cancel": actions.cancel,
    "resume": actions.resume,
    "undo": actions.start_undo,
}


@require_POST
def do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """One step of a run: map, look, check, start, cancel, resume, undo, drop."""
    actor = request.actor
    actor.require(RIGHT)
    try:
        if verb == "map":
            return _map(request, public_id)
        if verb == "look":
            actions.look_again(actor=actor, now=clock.now(), public_id=public_id, said=_said(request))
        elif verb == "drop":
            return _drop(request, public_id)
        elif verb in VERBS:
            act = VERBS[verb]
            here = reverse("import", args=[public_id])

            def effect() -> str:
                act(actor=actor, now=clock.now(), public_id=public_id)
                return here

            return act_once(request, effect=effect)
        else:
            raise NotFound
    except Invalid as error:
        return _page(request, queries.get_run(actor, public_id), error.fields)
    return _to(public_id)


def _drop(request: Request, public_id: str) -> HttpResponse:
    actions.drop(actor=request.actor, now=clock.now(), public_id=public_id)
    messages.success(request, _("The file is gone."))
    return HttpResponseRedirect(reverse("imports"), status=303)


def _map(request: Request, public_id: str) -> HttpResponse:
    """Keep what was chosen, then do what the pressed button says."""
    actor, now = request.actor, clock.now()
    run = queries.get_run(actor, public_id)
    run = actions.choose(actor=actor, now=now, public_id=public_id, chosen=_chosen(request, run))
    then = request.POST.get("then", "")
    if then in ("check", "start"):
        VERBS[then](actor=actor, now=now, public_id=public_id)
    return _to(public_id)


def _chosen(request: Request, run: ImportRun) -> dict[str, Any]:
    fields: dict[str, int] = {}
    dates: dict[str, str] = {}
    for place in range(len(run.layout["columns"])):
        code = request.POST.get(f"c{place}", "")
        if code in fields:
            title = kinds.get(run.kind).field(code).title
            raise Invalid(
                fields={code: _("Two columns are chosen for “%(field)s”. Keep one.") % {"field": title}}
            )
        if code:
            fields[code] = place
        if (style := request.POST.get(f"d{place}", "")) in values.STYLES:
            dates[str(place)] = style
    options = {
        one.code: request.POST[f"o_{one.code}"]
        for one in kinds.get(run.kind).options
        if f"o_{one.code}" in request.POST
    }
    return {"mapping": fields, "dates": dates, "options": options}


def _said(request: Request) -> dict[str, Any]:
    header = request.POST.get("header", "")
    return {
        "encoding": request.POST.get("encoding", ""),
        "delimiter": {"tab": "\t", "blank": " "}.get(
            request.POST.get("delimiter", ""), request.POST.get("delimiter", "")
        ),
        "sheet": request.POST.get("sheet", ""),
        "header": int(header) if header.isdecimal() and len(header) < 5 else -1,
    }


@require_safe
def errors(request: Request, public_id: str) -> HttpResponseBase:
    """The rows that were refused or warned of, as they were, with the reason."""
    actor = request.actor
    actor.require(RIGHT)
    run = queries.get_run(actor, public_id)
    if not queries.may_read_cells(actor, run):
        raise Denied
    if not queries.has_file(run):
        raise NotFound(say("import.reason.forgotten"))
    return errors_response(run)


def errors_response(run: ImportRun) -> StreamingHttpResponse:
    """The error file as a download, in the reader's language, in flat memory."""
    language = translation.get_language()

    def body() -> Any:
        with translation.override(language):  # the stream is read after the middleware has gone
            yield from show.error_file(run)

    response = StreamingHttpResponse(body(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{run.public_id}-errors.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
