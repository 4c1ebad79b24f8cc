"""Reading articles and call scripts: the list, one with its versions, what fits a text, what is due for review.

Readers (`work.knowledge`) see what is published; whoever writes (`work.knowledge_edit`) sees drafts and what is retired, too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from guanxi.core import search
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.explain import Explanation
from guanxi.core.phrases import pick
from guanxi.work.models import Article, Term, Version, Vote
from guanxi.work.rules import knowledge as rules

READ, EDIT = "work.knowledge", "work.knowledge_edit"
MOST = 3
MOST_MAX = 10
TEXT_CHARS_MAX = 2_000
LOOKED_AT = 200  # articles that are counted out for one suggestion: those that share most
WORDED = (Term.Place.TITLE, Term.Place.WORD)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may help, in the asked language where it has it, and why."""

    code: str
    kind: str
    number: int
    title: str
    body: str
    language: str
    points: int
    why: Explanation


def _readable(actor: Actor) -> QuerySet[Article]:
    actor.require(READ)
    found = Article.objects.all()
    return found if actor.may(EDIT) else found.filter(state=Article.State.PUBLISHED)


def list_articles(
    actor: Actor, *, words: str = "", code: str = "", line: str = "", kind: str = "", state: str = ""
) -> QuerySet[Article]:
    """What the actor may read, changed last first. `words`: all of them, in the title or text, in either language."""
    found = _readable(actor).select_related("owner").order_by("-changed", "-id")
    if words.strip():
        found = found.filter(_holding(words))
    for place, term in ((Term.Place.CODE, code), (Term.Place.LINE, line)):
        if term:
            found = found.filter(id__in=Term.objects.filter(place=place, term=term).values("article"))
    if kind:
        found = found.filter(kind=kind)
    return found.filter(state=state) if state else found


def _holding(words: str) -> Q:
    """Articles that hold all terms of one way to understand a query; none for a query without letters or digits."""
    either = Q(pk__in=[])
    for terms in search.ways(words):
        held = (
            Term.objects.filter(term__in=terms, place__in=WORDED)
            .order_by()
            .values("article")
            .annotate(shared=Count("id"))
            .filter(shared=len(terms))
        )
        either |= Q(id__in=held.values("article"))
    return either


def list_due(actor: Actor, today: date) -> QuerySet[Article]:
    """What is published and whose day of review has come, the longest first. For whoever writes."""
    actor.require(EDIT)
    due = Article.objects.filter(state=Article.State.PUBLISHED, review__lte=today)
    return due.select_related("owner").order_by("review", "id")


def get_article(actor: Actor, code: str) -> Article:
    """One article the actor may read. Raises `NotFound`."""
    found = _readable(actor).select_related("owner").filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def list_versions(article: Article) -> list[Version]:
    """All that was ever published of it, newest first."""
    return list(Version.objects.filter(article=article).order_by("-number"))


def newest_of(articles: Sequence[Article]) -> dict[int, Version]:
    """article -> its newest version, for those that have one: one statement."""
    newest = Version.objects.filter(article=OuterRef("article")).order_by("-number").values("id")[:1]
    rows = Version.objects.filter(article__in=[one.id for one in articles], id=Subquery(newest))
    return {one.article_id: one for one in rows}


def my_vote(actor: Actor, version: Version) -> bool | None:
    """Whether it helped the actor, as they said; None when they have not."""
    if actor.user_id is None:
        return None
    return Vote.objects.filter(of=version, user_id=actor.user_id).values_list("helped", flat=True).first()


Namer = Callable[[], Mapping[str, Mapping[str, str]]]
_namers: list[Namer] = []


def register_names(namer: Namer) -> None:
    """Have a room above name what articles are about: code -> name by language. Called by `site/wiring.py`."""
    _namers.append(namer)


def names_of_codes() -> dict[str, str]:
    """code -> name in the reader's language, of kinds of cases, issues and product lines; others are told by their code."""
    return {code: pick(dict(name)) for namer in _namers for code, name in namer().items()}


def list_codes(actor: Actor) -> dict[str, list[str]]:
    """Codes and product lines that articles the actor may read are about, to choose from."""
    terms = Term.objects.filter(
        article__in=_readable(actor).values("id"), place__in=(Term.Place.CODE, Term.Place.LINE)
    )
    found: dict[str, list[str]] = {Term.Place.CODE.value: [], Term.Place.LINE.value: []}
    for place, term in terms.order_by("place", "term").values_list("place", "term").distinct():
        found[place].append(term)
    return found


def suggest(
    actor: Actor,
    text: str,
    codes: Sequence[str] = (),
    language: str = "",
    most: int = MOST,
    *,
    lines: Sequence[str] = (),
) -> list[Suggestion]:
    """Published articles that fit a text and codes best, at most `most`, ranked by points. Needs `work.knowledge`."""
    actor.require(READ)
    terms = rules.telling(search.tokens(text[:TEXT_CHARS_MAX]))
    asked = Q(place=Term.Place.CODE, term__in=list(codes)) | Q(place=Term.Place.LINE, term__in=list(lines))
    published = Term.objects.filter(article__state=Article.State.PUBLISHED)
    if known := _telling(published, terms):
        asked |= Q(place__in=WORDED, term__in=known)
    best = (
        published.filter(asked)
        .order_by()
        .values("article")
        .annotate(
            coded=Count("id", filter=Q(place=Term.Place.CODE)),
            titled=Count("id", filter=Q(place=Term.Place.TITLE)),
            shared=Count("id"),
        )
        .order_by("-coded", "-titled", "-shared", "article")[:LOOKED_AT]
    )
    articles = {one.id: one for one in Article.objects.filter(id__in=[row["article"] for row in best])}
    if not articles:
        return []
    newest = newest_of(list(articles.values()))
    shared: dict[int, dict[str, list[str]]] = {}
    hits = Term.objects.filter(asked, article__in=list(articles)).order_by("id")
    for article, place, term in hits.values_list("article_id", "place", "term"):
        shared.setdefault(article, {}).setdefault(place, []).append(term)
    fits = [_fit(articles[key], newest[key], found) for key, found in shared.items() if key in newest]
    return [
        _told(articles[fit.article], newest[fit.article], fit, language)
        for fit in rules.ranked(fits, min(most, MOST_MAX))
    ]


def _telling(published: QuerySet[Term], terms: Sequence[str]) -> list[str]:
    """Terms that tell articles apart: in some, and not in most."""
    if not terms:
        return []
    of = Article.objects.filter(state=Article.State.PUBLISHED).count()
    held = published.filter(term__in=terms, place__in=WORDED).order_by().values("term")
    rows = held.annotate(articles=Count("id")).values_list("term", "articles")
    return [term for term, articles in rows if not rules.is_common(articles, of)]


def _fit(article: Article, version: Version, shared: Mapping[str, Sequence[str]]) -> rules.Fit:
    def of(place: Term.Place) -> tuple[str, ...]:
        return tuple(shared.get(place.value, ()))

    return rules.Fit(
        article=article.id,
        code=article.code,
        codes=of(Term.Place.CODE),
        lines=of(Term.Place.LINE),
        title=of(Term.Place.TITLE),
        words=of(Term.Place.WORD),
        helped=version.helped,
        votes=version.votes,
    )


def _told(article: Article, version: Version, fit: rules.Fit, language: str) -> Suggestion:
    spoken, title, body = said(version.content, language)
    return Suggestion(
        code=article.code,
        kind=article.kind,
        number=version.number,
        title=title,
        body=body,
        language=spoken,
        points=fit.points,
        why=rules.explain(fit),
    )


def said(content: Mapping[str, Any], language: str) -> tuple[str, str, str]:
    """(language, title, text) in this language, else in the one it is written in."""
    titles, bodies = content.get("title", {}), content.get("body", {})
    spoken = language if language in titles else next(iter(titles), "")
    return spoken, titles.get(spoken, ""), bodies.get(spoken, "")
