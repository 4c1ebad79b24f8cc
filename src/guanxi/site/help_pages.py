"""Help beside the page: one short text per page and language, in `help/LANGUAGE/PAGE.md`.

`# title`, then what `core.prose` reads.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from markupsafe import Markup

from guanxi.core import prose
from guanxi.core.access import Kind
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page
from guanxi.core.phrases import language

GENERAL: Final = "everywhere"
FOLDERS: Final = {"zh-hans": "zh", "en": "en"}


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
    return Text(topic, title.removeprefix("# ").strip(), prose.render(body))
