"""knowledge.toml and training.toml: the articles and call scripts a pack brings, and what new colleagues read and do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from guanxi.core.access import Actor
from guanxi.packs.files import Names, Spot, unknown
from guanxi.work.actions import ArticleText, ChecklistText, set_article, set_checklist
from guanxi.work.actions.knowledge import BODY_CHARS_MAX, CODES_MAX, TITLE_CHARS_MAX
from guanxi.work.models import Article
from guanxi.work.rules.knowledge import ADDRESS, RESERVED

FILE, SECTIONS = "knowledge.toml", frozenset({"article"})
TRAINING, TRAINING_SECTIONS = "training.toml", frozenset({"checklist"})
REVIEW = 180 * 1440


@dataclass(frozen=True, slots=True)
class ArticleSpec:
    """An article; `about` are codes of kinds of cases and of issues, `review` minutes until it is looked at again."""

    code: str
    kind: str
    title: Names
    body: Names
    about: Sequence[str] = ()
    lines: Sequence[str] = ()
    review: int = REVIEW


@dataclass(frozen=True, slots=True)
class ChecklistSpec:
    """A checklist for some roles (none: for everybody); items as `work.models.Checklist` keeps them."""

    code: str
    name: Names
    roles: Sequence[str] = ()
    items: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def read_articles(
    spot: Spot, languages: Sequence[str], about: Collection[str] | None, lines: Collection[str]
) -> list[ArticleSpec]:
    """The articles of a file; `about` are the pack's kinds and issues (None: unknown), `lines` its product lines."""
    seen: set[str] = set()
    known = {"code", "kind", "title", "body", "about", "lines", "review"}
    found = []
    for row in spot.rows("article", known):
        code = row.code()
        row.once(seen, code)
        if code and (not ADDRESS.fullmatch(code) or code in RESERVED):
            row.wrong("code", f"{code!r} cannot be an address: small letters, digits and dashes only")
        kind = row.choice("kind", [one.value for one in Article.Kind], Article.Kind.ARTICLE.value)
        title, body = row.names("title", languages, "the title"), row.names("body", languages, "the text")
        _not_longer(row, "title", title, TITLE_CHARS_MAX)
        _not_longer(row, "body", body, BODY_CHARS_MAX)
        codes = _known(row, "about", about)
        review = row.minutes("review") if "review" in row.table else REVIEW
        found.append(ArticleSpec(code, kind, title, body, codes, _known(row, "lines", lines), review))
    return found


def read_training(
    spot: Spot, languages: Sequence[str], roles: Collection[str], articles: Collection[str]
) -> list[ChecklistSpec]:
    """The checklists of a file; `roles` and `articles` are the pack's own codes."""
    seen: set[str] = set()
    found = []
    for row in spot.rows("checklist", {"code", "name", "roles", "item"}):
        code = row.code()
        row.once(seen, code)
        name = row.names("name", languages)
        found.append(ChecklistSpec(code, name, _known(row, "roles", roles), _items(row, languages, articles)))
    return found


def _items(row: Spot, languages: Sequence[str], articles: Collection[str]) -> list[Mapping[str, Any]]:
    seen: set[str] = set()
    items: list[Mapping[str, Any]] = []
    for item in row.rows("item", {"code", "name", "article"}):
        code = item.code()
        item.once(seen, code)
        article = item.text("article", "")
        if article and article not in articles:
            item.wrong("article", unknown(article, articles))
        items.append({"code": code, "name": dict(item.names("name", languages)), "article": article})
    return items


def _not_longer(row: Spot, key: str, texts: Names, most: int) -> None:
    for language, text in texts.items():
        if len(text) > most:
            row.wrong_at((key, language), f"is longer than {most} characters")


def _known(row: Spot, key: str, known: Collection[str] | None) -> list[str]:
    words = row.texts(key)
    for word in words:
        if known is not None and word not in known:
            row.wrong(key, unknown(word, known))
    if len(words) > CODES_MAX:
        row.wrong(key, f"names more than {CODES_MAX}")
    return words


def put_articles(actor: Actor, now: datetime, articles: Sequence[ArticleSpec]) -> list[str]:
    """Publish what is new or different; gives "article:CODE" of those."""
    return [
        f"article:{one.code}"
        for one in articles
        if set_article(
            actor=actor,
            now=now,
            code=one.code,
            kind=one.kind,
            text=ArticleText(one.title, one.body, one.about, one.lines),
            review=timedelta(minutes=one.review),
        )
    ]


def put_training(actor: Actor, now: datetime, checklists: Sequence[ChecklistSpec]) -> list[str]:
    """Set what is new or different; gives "checklist:CODE" of those."""
    return [
        f"checklist:{one.code}"
        for one in checklists
        if set_checklist(
            actor=actor, now=now, code=one.code, text=ChecklistText(one.name, one.roles, one.items)
        )
    ]
