"""Knowledge: finding, reading and writing articles and call scripts; what fits while somebody writes an answer."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, fields, prose
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of, version_of
from guanxi.core.phrases import explained, language, pick
from guanxi.work import actions
from guanxi.work.actions.knowledge import BODY_CHARS_MAX, CODES_MAX, NOTE_CHARS_MAX, TITLE_CHARS_MAX
from guanxi.work.models import Article, Version
from guanxi.work.queries import knowledge as reads

SHOWN_MAX = 100
LINES_MAX = 400  # of a text, for what is different
TONES = {Article.State.DRAFT: "amber", Article.State.PUBLISHED: "green", Article.State.RETIRED: ""}
SHORT = {"zh-hans": "zh", "en": "en"}
CHARS_MAX = 2_000
DONE = {
    "publish": gettext_lazy("Published. This version never changes."),
    "confirm": gettext_lazy("Found still right; you will be asked again."),
    "retire": gettext_lazy("Retired. Its versions stay."),
    "helped": gettext_lazy("Thank you, counted."),
    "not_helped": gettext_lazy("Thank you, whoever writes it sees this."),
}


@require_safe
def index(request: Request) -> HttpResponse:
    """All articles somebody may read, found by words, kind and what they are about."""
    actor = request.actor
    asked = {name: request.GET.get(name, "")[:100] for name in ("q", "kind", "code", "line")}
    found = reads.list_articles(
        actor, words=asked["q"], kind=asked["kind"], code=asked["code"], line=asked["line"]
    )
    rows = list(found[: SHOWN_MAX + 1])
    today = timezone.localtime(clock.now()).date()
    newest = reads.newest_of(rows)
    codes, names = reads.list_codes(actor), reads.names_of_codes()
    edits = actor.may(reads.EDIT)
    context = {
        "rows": [_row(one, newest.get(one.id), today, names) for one in rows[:SHOWN_MAX]],
        "more": len(rows) > SHOWN_MAX,
        "due": [_row(one, None, today) for one in reads.list_due(actor, today)[:10]] if edits else [],
        "asked": asked,
        "codes": [
            ("", _("everything")),
            *sorted(((one, names.get(one, one)) for one in codes["code"]), key=lambda one: one[1]),
        ],
        "kinds": [("", _("Articles and scripts")), *_kinds()],
        "edits": edits,
    }
    return page(request, "work/knowledge.html", context)


def _kinds() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in Article.Kind.choices]


def _row(
    one: Article, newest: Version | None, today: date, names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    content = newest.content if newest else {}
    about = [*content.get("codes", ()), *content.get("lines", ())]
    return {
        "url": reverse("article", args=[one.code]),
        "title": pick(one.title),
        "code": one.code,
        "is_script": one.kind == Article.Kind.SCRIPT,
        "kind": one.get_kind_display(),
        "state": one.get_state_display(),
        "tone": TONES[Article.State(one.state)],
        "is_published": one.state == Article.State.PUBLISHED,
        "number": one.number,
        "review": one.review,
        "due": one.review is not None and one.review <= today,
        "about": [(names or {}).get(one, one) for one in about],
        "lead": prose.plain(reads.said(newest.content, language())[2]) if newest else "",
        "helped": newest.helped if newest else 0,
        "votes": newest.votes if newest else 0,
        "owner": str(one.owner) if one.owner else "",
    }


@require_safe
def article(request: Request, code: str) -> HttpResponse:
    """One article: the text of a version, `?version=2` an earlier one, and what is different from the one before."""
    actor = request.actor
    row = reads.get_article(actor, code)
    versions = reads.list_versions(row)
    wanted = request.GET.get("version", "")
    chosen = next((one for one in versions if str(one.number) == wanted), None)
    if wanted and chosen is None:
        raise NotFound
    shown = chosen or (versions[0] if versions else None)
    before = next((one for one in versions if shown and one.number == shown.number - 1), None)
    content = shown.content if shown else row.draft
    spoken = request.GET.get("in", "") or language()
    is_script = row.kind == Article.Kind.SCRIPT
    used, title, body = reads.said(content, spoken)
    today = timezone.localtime(clock.now()).date()
    context = {
        "article": _row(row, shown, today),
        "title": title,
        "body": prose.render(body, script=is_script),
        "spoken": "zh-Hans" if used == "zh-hans" else used,
        "others": [one for one in content.get("title", {}) if one != used],
        "shown": shown,
        "versions": versions,
        "difference": _difference(before.content, shown.content, used) if before and shown else [],
        "before": before.number if before else 0,
        "mine": reads.my_vote(actor, shown) if shown else None,
        "votes": bool(actor.user_id and shown and shown.number == row.number and _published(row)),
        "edits": actor.may(reads.EDIT),
        "draft": bool(row.draft),
        "lock": row.version,
        "key": form_key(),
        "retired": row.state == Article.State.RETIRED,
    }
    return page(request, "work/article.html", context)


def _published(row: Article) -> bool:
    return row.state == Article.State.PUBLISHED


def _difference(before: Mapping[str, Any], after: Mapping[str, Any], spoken: str) -> list[tuple[str, str]]:
    """Lines that went ("-") and came ("+") in one language, with the lines around them ("")."""
    old, new = (
        [one["title"].get(spoken, ""), *one["body"].get(spoken, "").splitlines()][:LINES_MAX]
        for one in (before, after)
    )
    lines = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    return [(line[0].strip(), line[1:]) for line in lines if not line.startswith("@@")]


@require_POST
def article_do(request: Request, code: str, verb: str) -> HttpResponse:
    """A step with an article: publish, still right, retire; or saying whether it helped."""
    if verb not in ACTS:
        raise NotFound
    reads.get_article(request.actor, code)

    def effect() -> str:
        ACTS[verb](request, code)
        return reverse("article", args=[code])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        words = next(iter(error.fields.values()), "") or error.detail or error.title
        if verb == "publish":
            return _form(
                request, code, _sent(request), {**error.fields} or {"form": words}, status=int(error.status)
            )
        messages.warning(request, str(words))
        return HttpResponse(status=303, headers={"Location": reverse("article", args=[code])})
    messages.success(request, str(DONE[verb]))
    return response


def _publish(request: Request, code: str) -> object:
    """The draft as it stands in the form, if one came, then published."""
    locked = version_of(request)
    if any(name in request.POST for name in ("title_zh", "title_en", "body_zh", "body_en")):
        locked = actions.change_article(
            actor=request.actor, now=clock.now(), code=code, text=_text(_sent(request)), version=locked
        ).version
    return actions.publish_article(
        actor=request.actor,
        now=clock.now(),
        code=code,
        review=fields.read_day(request.POST, "review"),
        version=locked,
        note=request.POST.get("note", ""),
    )


def _confirm(request: Request, code: str) -> object:
    review = fields.read_day(request.POST, "review")
    return actions.confirm_article(
        actor=request.actor, now=clock.now(), code=code, review=review, version=version_of(request)
    )


def _retire(request: Request, code: str) -> object:
    return actions.retire_article(
        actor=request.actor, now=clock.now(), code=code, version=version_of(request)
    )


def _helped(request: Request, code: str) -> object:
    return actions.vote(actor=request.actor, now=clock.now(), code=code, helped=True)


def _not_helped(request: Request, code: str) -> object:
    return actions.vote(actor=request.actor, now=clock.now(), code=code, helped=False)


ACTS: Mapping[str, Callable[[Request, str], object]] = {
    "publish": _publish,
    "confirm": _confirm,
    "retire": _retire,
    "helped": _helped,
    "not_helped": _not_helped,
}


# -- writing ------------------------------------------------------------------------------------------------

FIELDS = ("code", "kind", "title_zh", "title_en", "body_zh", "body_en", "codes", "lines", "note", "review")


def _sent(request: Request) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in FIELDS}


def _text(sent: Mapping[str, str]) -> actions.ArticleText:
    return actions.ArticleText(
        title={code: sent[f"title_{short}"] for code, short in SHORT.items()},
        body={code: sent[f"body_{short}"] for code, short in SHORT.items()},
        codes=_listed(sent["codes"]),
        lines=_listed(sent["lines"]),
    )


def _listed(words: str) -> Sequence[str]:
    return words.replace("，", ",").replace(",", " ").split()[: CODES_MAX + 1]


def _shown(content: Mapping[str, Any]) -> dict[str, str]:
    """A content as the form's fields."""
    texts = {
        f"{name}_{short}": content.get(name, {}).get(code, "")
        for name in ("title", "body")
        for code, short in SHORT.items()
    }
    return {**texts, **{name: ", ".join(content.get(name, ())) for name in ("codes", "lines")}}


@require_http_methods(["GET", "HEAD", "POST"])
def article_new(request: Request) -> HttpResponse:
    """Begin an article."""
    request.actor.require(reads.EDIT)
    sent = _sent(request)
    if request.method != "POST":
        return _form(request, "", {**sent, "kind": Article.Kind.ARTICLE.value}, {})
    if request.POST.get("do") == "preview":
        return _form(request, "", sent, {}, preview=True)

    def effect() -> str:
        actions.draft_article(
            actor=request.actor,
            now=clock.now(),
            code=sent["code"].strip(),
            kind=sent["kind"],
            text=_text(sent),
        )
        return reverse("article_edit", args=[sent["code"].strip()])

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        wrong = {**error.fields} or {"form": error.detail}
        return _form(request, "", sent, wrong, status=int(error.status))


@require_http_methods(["GET", "HEAD", "POST"])
def article_edit(request: Request, code: str) -> HttpResponse:
    """Write the next version: keep it as a draft, look at it, publish it."""
    request.actor.require(reads.EDIT)
    row = reads.get_article(request.actor, code)
    if request.method != "POST":
        versions = reads.list_versions(row)
        content = row.draft or (versions[0].content if versions else {})
        return _form(request, code, _shown(content), {}, lock=row.version)
    sent = _sent(request)
    if request.POST.get("do") == "preview":
        return _form(request, code, sent, {}, preview=True)

    def effect() -> str:
        actions.change_article(
            actor=request.actor, now=clock.now(), code=code, text=_text(sent), version=version_of(request)
        )
        return reverse("article_edit", args=[code])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        wrong = {**error.fields} or {"form": error.detail}
        return _form(request, code, sent, wrong, status=int(error.status))
    messages.success(request, _("Kept as a draft; readers see the published version."))
    return response


def _form(
    request: Request,
    code: str,
    sent: Mapping[str, str],
    errors: Mapping[str, Any],
    *,
    lock: int | None = None,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    row = reads.get_article(request.actor, code) if code else None
    kind = row.kind if row else sent.get("kind", "")
    shown = [
        {
            "lang": "zh-Hans" if code_of == "zh-hans" else code_of,
            "title": sent.get(f"title_{short}", ""),
            "body": prose.render(
                sent.get(f"body_{short}", "")[:BODY_CHARS_MAX], script=kind == Article.Kind.SCRIPT
            ),
        }
        for code_of, short in SHORT.items()
        if sent.get(f"body_{short}")
    ]
    context = {
        "code": code,
        "sent": sent,
        "errors": errors,
        "kinds": _kinds(),
        "lock": lock if lock is not None else version_of(request) or 0,
        "preview": shown if preview else [],
        "published": row.number if row else 0,
        "most": {"title": TITLE_CHARS_MAX, "body": BODY_CHARS_MAX, "note": NOTE_CHARS_MAX},
        "edit_url": reverse("article_edit", args=[code]) if code else reverse("article_new"),
        "publish_url": reverse("article_do", args=[code, "publish"]) if code else "",
        "key": form_key(),
    }
    return page(request, "work/article_edit.html", context, status=status)


# -- while somebody writes ----------------------------------------------------------------------------------


@require_POST
def suggest(request: Request) -> HttpResponse:
    """What fits the words somebody is writing, as a piece of a page. By POST: customers' words belong in no address."""
    request.actor.require_kind(Kind.STAFF)
    text = text_of(request, "text", most=CHARS_MAX)
    codes = [one[:40] for one in request.POST.getlist("kind")[:10]]
    return render(request, "work/knowledge_fits.html", fits(request.actor, text, codes))


def fits(actor: Actor, text: str, codes: Sequence[str]) -> dict[str, Any]:
    """What work/knowledge_fits.html draws."""
    found = reads.suggest(actor, text, codes, language())
    return {
        "fits": [
            {
                "url": reverse("article", args=[one.code]),
                "title": one.title,
                "kind": one.kind,
                "is_script": one.kind == Article.Kind.SCRIPT,
                "lead": prose.plain(one.body),
                "say": prose.quoted(one.body),
                "language": "zh-Hans" if one.language == "zh-hans" else one.language,
                "why": explained(one.why),
            }
            for one in found
        ]
    }
