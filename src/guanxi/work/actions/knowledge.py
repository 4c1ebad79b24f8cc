"""Knowledge: drafting, publishing, confirming and retiring articles; saying whether one helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, search
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound, Words
from guanxi.core.events import Event
from guanxi.core.ids import new_id
from guanxi.core.models import User
from guanxi.work import events as happened
from guanxi.work.models import Article, Term, Version, Vote
from guanxi.work.queries.knowledge import EDIT, READ
from guanxi.work.rules import knowledge as rules

LANGUAGES = ("zh-hans", "en")
TITLE_CHARS_MAX = 120
BODY_CHARS_MAX = 10_000
NOTE_CHARS_MAX = 200
CODES_MAX = 20
REVIEW_AFTER = timedelta(days=180)  # where nobody said when to look again
REVIEW_MAX = timedelta(days=5 * 366)
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an article says, by language, and of what: codes of cases and issues, product lines."""

    title: Text
    body: Text
    codes: Sequence[str] = field(default_factory=tuple)
    lines: Sequence[str] = field(default_factory=tuple)


@action
def draft_article(
    *, actor: Actor, now: datetime, code: str, kind: str, text: ArticleText, owner: str | None = None
) -> Article:
    """Begin an article that nobody but editors sees yet. Needs `work.knowledge_edit`.

    `owner` is a user's public id, without one whoever writes. Raises `Invalid`, `Conflict` (`code_taken`).
    """
    actor.require(EDIT)
    wrong: dict[str, Words] = {}
    if not rules.ADDRESS.fullmatch(code) or code in rules.RESERVED:
        wrong["code"] = _("Small letters, digits and dashes, at most 40, beginning with a letter or digit.")
    if kind not in Article.Kind.values:
        wrong["kind"] = _("Choose an article or a call script.")
    content, faults = _read(text)
    if wrong or faults:
        raise Invalid(fields={**wrong, **faults})
    if Article.objects.filter(code=code).exists():
        raise Conflict(_("Another article has this code already."), code="code_taken")
    owner_id = actor.user_id if owner is None else _owner_of(owner)
    article = Article(
        code=code, kind=kind, draft=content, title=content["title"], owner_id=owner_id, changed=now
    )
    article.save(force_insert=True)
    _index(article, content)
    events.record(_event(happened.ARTICLE_ADDED.code, actor, now, article))
    return article


@action
def change_article(
    *,
    actor: Actor,
    now: datetime,
    code: str,
    text: ArticleText,
    version: int | None = None,
    owner: str | None = None,
) -> Article:
    """Write the next version's draft; what is published stands until that is published. Needs `work.knowledge_edit`.

    Raises `Conflict` (`stale`) for an old `version`, `Invalid`, `NotFound`.
    """
    article = _locked(actor, code, version)
    content, faults = _read(text)
    if faults:
        raise Invalid(fields=faults)
    before = article.draft or content_of(article)
    owner_id = article.owner_id if owner is None else _owner_of(owner)
    changed = [name for name in content if content[name] != before.get(name)]
    changed += ["owner"] * (owner_id != article.owner_id)
    if not changed:
        return article
    if changed != ["owner"]:
        article.draft = content
        article.own = True
    article.owner_id = owner_id
    if not article.number:
        article.title = content["title"]
        _index(article, content)
    _save(article, now)
    events.record(_event(happened.ARTICLE_CHANGED.code, actor, now, article, fields=changed))
    return article


@action
def publish_article(
    *,
    actor: Actor,
    now: datetime,
    code: str,
    review: date | None = None,
    version: int | None = None,
    note: str = "",
) -> Version:
    """Make the draft the next numbered version, which nobody changes any more. Needs `work.knowledge_edit`.

    `review`: the day to look again, in 180 days without one. `note`: what is different. A retired
    article without a draft stands again as it was, as a new version. Raises `Conflict` (`stale`; `nothing_new`: no draft),
    `Invalid`, `NotFound`.
    """
    article = _locked(actor, code, version)
    content = article.draft
    if not content and article.state == Article.State.RETIRED:
        content = content_of(article)
    if not content:
        raise Conflict(_("Nothing new is written: change the text first."), code="nothing_new")
    note = note.strip()
    if len(note) > NOTE_CHARS_MAX:
        raise Invalid(fields={"note": _("At most %(most)s characters fit here.") % {"most": NOTE_CHARS_MAX}})
    article.review = _review_day(now, review)
    article.own = True
    article.number += 1
    article.state = Article.State.PUBLISHED
    article.title, article.draft = content["title"], {}
    made = Version(
        article=article, number=article.number, content=content, author=actor.id, published=now, note=note
    )
    _save(article, now)
    _index(article, content)
    told = _event(happened.ARTICLE_PUBLISHED.code, actor, now, article, review=article.review.isoformat())
    events.record(told, with_rows=[made])
    return made


@action
def confirm_article(
    *, actor: Actor, now: datetime, code: str, review: date | None = None, version: int | None = None
) -> Article:
    """Looked at and still right: look again later. Needs `work.knowledge_edit`; raises `Conflict` unless it is published."""
    article = _locked(actor, code, version)
    if article.state != Article.State.PUBLISHED:
        raise Conflict(_("Only what is published can be found still right."), code="not_published")
    before, article.review = article.review, _review_day(now, review)
    _save(article, now)
    days = {"before": before.isoformat() if before else "", "review": article.review.isoformat()}
    events.record(_event(happened.ARTICLE_CONFIRMED.code, actor, now, article, **days))
    return article


@action
def retire_article(*, actor: Actor, now: datetime, code: str, version: int | None = None) -> Article:
    """Take it from readers; its versions stay. Needs `work.knowledge_edit`; raises `Conflict` (`retired`) the second time."""
    article = _locked(actor, code, version)
    if article.state == Article.State.RETIRED:
        raise Conflict(_("It is retired already."), code="retired")
    article.state, article.review, article.own = Article.State.RETIRED, None, True
    _save(article, now)
    events.record(_event(happened.ARTICLE_RETIRED.code, actor, now, article))
    return article


@action
def vote(*, actor: Actor, now: datetime, code: str, helped: bool, number: int | None = None) -> Version:
    """Say whether a version helped, the newest without `number`; the last word of each person counts. Needs `work.knowledge`.

    Raises `Denied` (`no_person`) for a machine, `NotFound` for what readers do not see.
    """
    actor.require(READ)
    if actor.user_id is None:
        raise Denied(_("People say whether it helped, not machines."), code="no_person")
    article = Article.objects.filter(code=code, state=Article.State.PUBLISHED).first()
    if article is None:
        raise NotFound
    wanted = article.number if number is None else number
    version = Version.objects.select_for_update().filter(article=article, number=wanted).first()
    if version is None:
        raise NotFound
    mine = Vote.objects.filter(of=version, user_id=actor.user_id).first()
    if mine is not None and mine.helped == helped:
        return version
    if mine is None:
        Vote.objects.create(of=version, user_id=actor.user_id, helped=helped, made=now)
        more = {"votes": F("votes") + 1, "helped": F("helped") + int(helped)}
    else:
        Vote.objects.filter(id=mine.id).update(helped=helped, made=now)
        more = {"helped": F("helped") + (1 if helped else -1)}
    Version.objects.filter(id=version.id).update(**more)
    events.record(_event(happened.ARTICLE_VOTED.code, actor, now, article, of=wanted, helped=helped))
    version.refresh_from_db()
    return version


def content_of(article: Article) -> dict[str, Any]:
    """What its newest version says; empty before the first."""
    found = Version.objects.filter(article=article, number=article.number).first()
    return dict(found.content) if found else {}


@action
def set_article(
    *, actor: Actor, now: datetime, code: str, kind: str, text: ArticleText, review: timedelta = REVIEW_AFTER
) -> bool:
    """Publish what a pack says; whether that made a new version. What the house has written stays. Needs `site.settings`."""
    actor.require("site.settings")
    content, faults = _read(text)
    if faults or kind not in Article.Kind.values or not rules.ADDRESS.fullmatch(code):
        raise Invalid(fields=faults or {"code": _("This is no article.")})
    article = Article.objects.select_for_update(of=("self",)).filter(code=code).first()
    if article is not None and (article.own or content_of(article) == content):
        return False
    fresh = article is None
    if article is None:
        article = Article(code=code, kind=kind, version=0, own=False)
    article.state, article.title, article.changed = Article.State.PUBLISHED, content["title"], now
    article.number += 1
    article.version += 1
    article.review = timezone.localtime(now).date() + review
    made = Version(article=article, number=article.number, content=content, author=actor.id, published=now)
    article.save(force_insert=fresh)
    _index(article, content)
    told = _event(happened.ARTICLE_PUBLISHED.code, actor, now, article, review=article.review.isoformat())
    events.record(told, with_rows=[made])
    return True


# -- what they share ----------------------------------------------------------------------------------------


def _locked(actor: Actor, code: str, version: int | None) -> Article:
    actor.require(EDIT)
    article = Article.objects.select_for_update(of=("self",)).filter(code=code).first()
    if article is None:
        raise NotFound
    if version is not None and version != article.version:
        raise Conflict(
            _("A colleague has changed this article in the meantime. Look at it again, then save."),
            code="stale",
        )
    return article


def _save(article: Article, now: datetime) -> None:
    article.version += 1
    article.changed = now
    article.save()


def _owner_of(public_id: str) -> int | None:
    if not public_id:
        return None
    found = User.objects.filter(public_id=public_id, is_active=True).values_list("id", flat=True).first()
    if found is None:
        raise Invalid(fields={"owner": _("Choose a colleague.")})
    return found


def _review_day(now: datetime, review: date | None) -> date:
    today = timezone.localtime(now).date()
    if review is None:
        return today + REVIEW_AFTER
    if not today < review <= today + REVIEW_MAX:
        raise Invalid(fields={"review": _("A day to come, within five years.")})
    return review


def _read(text: ArticleText) -> tuple[dict[str, Any], dict[str, Words]]:
    """The content as it is kept, and what is wrong with it by field."""
    wrong: dict[str, Words] = {}
    title = {code: text.title.get(code, "").strip() for code in LANGUAGES}
    body = {code: text.body.get(code, "").replace("\r\n", "\n").strip() for code in LANGUAGES}
    if not any(title.values()) and not any(body.values()):
        wrong["title_zh"] = _("Write it in one language at least.")
    for code in LANGUAGES:
        wrong |= _wrong_in(code.partition("-")[0], title[code], body[code])
    lists = {"codes": text.codes, "lines": text.lines}
    kept = {name: sorted({one.strip() for one in given if one.strip()}) for name, given in lists.items()}
    for name, codes in kept.items():
        if len(codes) > CODES_MAX or not all(rules.NAME.fullmatch(one) for one in codes):
            wrong[name] = _("At most 20 codes, in small letters, digits, dots and dashes.")
    texts = {"title": title, "body": body}
    said = {name: {code: words for code, words in by.items() if words} for name, by in texts.items()}
    return {**said, **kept}, wrong


def _wrong_in(short: str, title: str, body: str) -> dict[str, Words]:
    """What is wrong with the text in one language."""
    wrong: dict[str, Words] = {}
    if len(title) > TITLE_CHARS_MAX:
        wrong[f"title_{short}"] = _("At most %(most)s characters fit here.") % {"most": TITLE_CHARS_MAX}
    if len(body) > BODY_CHARS_MAX:
        wrong[f"body_{short}"] = _("At most %(most)s characters fit here.") % {"most": BODY_CHARS_MAX}
    if title and not body:
        wrong[f"body_{short}"] = _("A title without a text helps nobody.")
    if body and not title:
        wrong[f"title_{short}"] = _("This text needs a title.")
    return wrong


def _index(article: Article, content: Mapping[str, Any]) -> None:
    """What it is found by from now on."""
    title = dict.fromkeys(search.tokens("\n".join(content["title"].values())))
    words = dict.fromkeys(search.tokens("\n".join(content["body"].values())))
    places = {
        Term.Place.TITLE: list(title),
        Term.Place.WORD: [term for term in words if term not in title],
        Term.Place.CODE: content["codes"],
        Term.Place.LINE: content["lines"],
    }
    Term.objects.filter(article=article).delete()
    Term.objects.bulk_create(
        [
            Term(id=new_id(), article=article, place=place, term=term)
            for place, terms in places.items()
            for term in terms
        ],
        batch_size=500,
    )


def _event(type_: str, actor: Actor, now: datetime, article: Article, **data: Any) -> Event:
    told = {"code": article.code, "number": article.number, **data}
    return Event(type_, actor, now, ("article", article.id), data=told)
