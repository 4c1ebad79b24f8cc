"""Help beside the page: one short text per page and language, in `help/LANGUAGE/PAGE.md`.

A small safe subset of Markdown: `# title`, `## heading`, paragraphs, `- ` lists, `**strong**`, `` `Key` `` as a key cap.
Everything is escaped first, so that a text can never be markup.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import groupby
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from guanxi.core.access import Kind
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page
from guanxi.core.phrases import language

GENERAL: Final = "everywhere"
FOLDERS: Final = {"zh-hans": "zh", "en": "en"}
_STRONG: Final = re.compile(r"\*\*(.+?)\*\*")
_HEADING: Final = re.compile("^(## .+)$", re.MULTILINE)
_KEY: Final = re.compile(r"`(.+?)`")


@dataclass(frozen=True, slots=True)
class Text:
    """A help text: its title and what stands below, as markup."""

    topic: str
    title: str
    body: Markup

    @property
    def page_body(self) -> Markup:
        """The same below a page's own title: headings one step higher."""
        return Markup(re.sub("(</?)h3>", r"\1h2>", str(self.body)))  # noqa: S704  escaped  # nosec B704


@require_safe
def help_page(request: Request, topic: str) -> HttpResponse:
    """One help text; to the side panel (`X-Requested-With: fetch`) without the frame of a page."""
    request.actor.require_kind(Kind.STAFF)
    found = read(topic, language())
    if found is None:
        raise NotFound
    if request.headers.get("X-Requested-With") == "fetch":
        return render(request, "gx/help_text.html", {"text": found})
    others = [text for code in topics() if code != topic and (text := read(code, language()))]
    return page(request, "gx/help.html", {"text": found, "others": others})


@lru_cache(maxsize=1)
def topics() -> tuple[str, ...]:
    """Every page that has a help text, the general one first."""
    names = (path.name for path in (resources.files("guanxi.site") / "help" / "en").iterdir())
    codes = sorted(name.removesuffix(".md") for name in names if name.endswith(".md"))
    return (GENERAL, *(code for code in codes if code != GENERAL))


def topic_of(url_name: str, path: str) -> str:
    """The text for a page: of its own name, else of the first part of its address, else the general one."""
    first = path.strip("/").partition("/")[0]
    return next((code for code in (url_name, first) if code in topics()), GENERAL)


@lru_cache(maxsize=200)
def read(topic: str, language_code: str) -> Text | None:
    if topic not in topics():
        return None
    folder = resources.files("guanxi.site") / "help" / FOLDERS[language_code]
    title, _, body = (folder / f"{topic}.md").read_text("utf-8").partition("\n")
    return Text(topic, title.removeprefix("# ").strip(), Markup("\n").join(_blocks(body)))


def _blocks(body: str) -> Iterator[Markup]:
    for block in re.split(r"\n{2,}", _HEADING.sub(r"\1\n", body.strip())):
        for is_item, lines in groupby(block.splitlines(), key=lambda line: line.startswith("- ")):
            found = list(lines)
            yield _list(found) if is_item else _text(" ".join(found))


def _list(lines: list[str]) -> Markup:
    items = (Markup("<li>{}</li>").format(_inline(line.removeprefix("- "))) for line in lines)
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


def _text(text: str) -> Markup:
    if text.startswith("## "):
        return Markup("<h3>{}</h3>").format(_inline(text.removeprefix("## ")))
    return Markup("<p>{}</p>").format(_inline(text))


def _inline(text: str) -> Markup:
    safe = _STRONG.sub(r"<b>\1</b>", str(escape(text)))
    return Markup(_KEY.sub(r"<kbd>\1</kbd>", safe))  # noqa: S704  escaped  # nosec B704
