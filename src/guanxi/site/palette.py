"""The command palette: records, views, actions and settings behind one box, for whoever may see and do them.

What stands in it comes from registries: every list with a search of its own gives records, every list its views,
`core.commands` what can be done. Recent records are kept in the reader's browser as addresses alone, and named here.
"""

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.core import commands, lists
from guanxi.core.access import Actor, Kind
from guanxi.core.commands import Command
from guanxi.core.http import Request
from guanxi.core.lists import Listing, finding, views
from guanxi.engine import pinyin

TEXT_CHARS_MAX: Final = 100
EACH: Final = 5  # records of one kind
PLACES_MAX: Final = 6
RECENT_MAX: Final = 8
LANGUAGES: Final = ("en", "zh-hans")


@dataclass(frozen=True, slots=True)
class Option:
    """One line: it leads to `url`, sends `fields` there (`is_post`), or presses something on the page."""

    title: str
    icon: str
    sub: str = ""
    url: str = ""
    is_post: bool = False
    fields: str = ""
    press: str = ""
    key: str = ""
    rank: int = 0


@require_safe
def palette(request: Request) -> HttpResponse:
    """The lines for `q`, or for nothing typed yet: `recent` addresses, then what is usually done."""
    request.actor.require_kind(Kind.STAFF)
    text = request.GET.get("q", "").strip()[:TEXT_CHARS_MAX]
    recent = request.GET.get("recent", "").split(",")[:RECENT_MAX] if not text else []
    groups = _found(request.actor, text) if text else _offered(request.actor, recent)
    shown = [{"title": title, "options": options} for title, options in groups if options]
    count = sum(len(one["options"]) for one in shown)
    response = render(request, "gx/palette.html", {"groups": shown, "q": text, "count": count})
    response.headers["Cache-Control"] = "no-store"
    return response


Groups = list[tuple[str, list[Option]]]


def _offered(actor: Actor, recent: Sequence[str]) -> Groups:
    do = [_option(one) for one in commands.visible_to(actor) if one.group == commands.DO]
    go = [_option(one) for one in commands.visible_to(actor) if one.group == commands.GO]
    return [(_("Recent"), _recalled(actor, recent)), (_("Do"), do[:PLACES_MAX]), (_("Go to"), go)]


def _found(actor: Actor, text: str) -> Groups:
    """Records, places, actions; what begins with the words comes first as a group."""
    do, places = _matching(actor, text, (commands.DO,)), _matching(actor, text, (commands.GO, commands.SET))
    places = sorted([*places, *_views(actor, text)], key=lambda one: -one.rank)[:PLACES_MAX]
    named: Groups = [(_("Do"), do[:PLACES_MAX]), (_("Go to"), places)]
    named.sort(key=lambda group: -max((one.rank for one in group[1]), default=0))
    records = list(_records(actor, text))
    certain = any(option.rank > 1 for _title, options in named for option in options)
    return [*named, *records] if certain else [*records, *named]


def _records(actor: Actor, text: str) -> Iterator[tuple[str, list[Option]]]:
    """What lists find by their own search; one letter says too little."""
    if len(text) < 2 and text.isascii():
        return
    for found in finding.find_each(actor, finding.searched(actor), text, limit=EACH):
        yield str(found.listing.title), [_row(found.listing, actor, row) for row in found.rows]


def _listings(actor: Actor) -> list[Listing]:
    return [one for one in lists.registered().values() if actor.may(one.right)]


def _row(listing: Listing, actor: Actor, row: Any) -> Option:
    title, sub = listing.name(actor, row)
    return Option(title=title, sub=sub, icon=listing.icon, url=listing.url(row))


def _recalled(actor: Actor, recent: Sequence[str]) -> list[Option]:
    """Addresses as they are named now, in their order; what the actor may no longer see is left out."""
    found: dict[str, Option] = {}
    for listing in _listings(actor):
        base = reverse(listing.url_name)
        keys = [one.removeprefix(base).strip("/") for one in recent if one.startswith(base)]
        keys = [key for key in keys if key and len(key) <= 60 and "/" not in key]
        if keys:
            rows = list(listing.query(actor).filter(**{f"{listing.key_path}__in": keys})[: RECENT_MAX * 4])
            for row in listing.ready(actor, rows):
                option = _row(listing, actor, row)
                found.setdefault(str(option.url), option)
    return [found[url] for url in dict.fromkeys(recent) if url in found]


def _views(actor: Actor, text: str) -> Iterator[Option]:
    """Views a list comes with, and saved ones by their own names."""
    for listing in _listings(actor):
        base = reverse(listing.url_name)
        for view in listing.views:
            if rank := _rank(text, str(view.title), _spellings(_Said(view.title))):
                yield Option(
                    f"{listing.title}: {view.title}", listing.icon, url=f"{base}?{view.query}", rank=rank
                )
    titles = {one.code: one for one in _listings(actor)}
    for saved in views.list_views(actor)[: views.VIEWS_MAX]:
        owner = titles.get(saved.listing)
        if owner is not None and (rank := _rank(text, saved.name, _sounds(saved.name))):
            url = f"{reverse(owner.url_name)}?{saved.query}{'&' if saved.query else ''}view={saved.public_id}"
            yield Option(saved.name, "star", sub=str(owner.title), url=url, rank=rank)


def _matching(actor: Actor, text: str, kinds: Sequence[str]) -> list[Option]:
    ranked = [
        (_rank(text, str(one.words), (*_spellings(_Said(one.words)), *one.also.lower().split())), one)
        for one in commands.visible_to(actor)
        if one.group in kinds
    ]
    ranked = sorted((pair for pair in ranked if pair[0]), key=lambda pair: -pair[0])
    return [_option(one, rank) for rank, one in ranked]


def _rank(text: str, title: str, spellings: Sequence[str]) -> int:
    """3: begins the title, 2: begins a word or reading of it, 1: stands within, 0: not there."""
    wanted = text.casefold()
    close = wanted.replace(" ", "")
    if title.casefold().startswith(wanted):
        return 3
    if any(one.startswith(close) for one in spellings):
        return 2
    return int(wanted in title.casefold() or (len(close) > 2 and any(close in one for one in spellings)))


class _Said:
    """A lazy text as a key of a cache: what it says depends on the language alone."""

    def __init__(self, words: Any) -> None:
        self.words = words
        with translation.override("en"):
            self.english = str(words)

    def __hash__(self) -> int:
        return hash(self.english)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Said) and other.english == self.english


@functools.lru_cache(maxsize=2_000)
def _spellings(said: _Said) -> tuple[str, ...]:
    """A title in both languages, word by word and as it is read."""
    found: dict[str, None] = {}
    for language in LANGUAGES:
        with translation.override(language):
            title = str(said.words).casefold()
        found.update(dict.fromkeys([title.replace(" ", ""), *title.split(), *_sounds(title)]))
    return tuple(found)


def _sounds(title: str) -> tuple[str, ...]:
    """Pinyin and first letters, from each character on."""
    syllables = pinyin.read(title)
    tails = [syllables[start:] for start in range(len(syllables))]
    return tuple(part for tail in tails for part in ("".join(tail), "".join(one[0] for one in tail)))


def _option(command: Command, rank: int = 0) -> Option:
    return Option(
        title=str(command.words),
        icon=command.icon,
        url=reverse(command.url_name, args=command.args) if command.url_name else "",
        is_post=command.is_post,
        fields=json.dumps(dict(command.fields)) if command.fields else "",
        press=command.press,
        key=command.key,
        rank=rank,
    )


def record_of(path: str, named: Mapping[str, Any]) -> str:
    """The address to remember as a recent record; "" for pages that show none."""
    if len(named) != 1:
        return ""
    bases = (reverse(one.url_name) for one in lists.registered().values())
    return path if any(path.startswith(base) and path != base for base in bases) else ""
