"""A timeline as a card that filters and grows in place, and as a page of its own."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.core import clock, keyset, timeline
from guanxi.core.access import Actor
from guanxi.core.http import Request
from guanxi.core.http import page as render_page
from guanxi.core.money import Money
from guanxi.core.phrases import day_label, language
from guanxi.core.timeline import reading
from guanxi.core.timeline.bases import Base, find, words
from guanxi.core.timeline.reading import Entry, Facets, Wanted
from guanxi.core.words import known, say

CUT_CHARS = 180  # longer words are folded


@require_safe
def show(request: Request, kind: str, key: str) -> HttpResponse:
    """The card alone for htmx, else a page around it. `before` continues; then only the further entries come."""
    base = find(request.actor, kind, key)
    wanted = Wanted.read(request.GET.dict())
    before = request.GET.get("before", "")
    alone = "HX-Request" in request.headers
    if before and alone:
        data = _more(request.actor, base, wanted, before)
        return render_page(request, "gx/timeline_more.html", {"data": data})
    data = card(request.actor, base, wanted, before=before)
    template = "gx/timeline_card.html" if alone else "gx/timeline_page.html"
    return render_page(
        request, template, {"data": data, "title": base.title, "back_url": base.url}, topics=base.topics
    )


def card(actor: Actor, base: Base, wanted: Wanted | None = None, *, before: str = "") -> dict[str, Any]:
    """Everything gx/timeline_card.html asks for: five statements at most."""
    wanted = wanted or Wanted()
    counts, found = reading.newest(actor, base, wanted, before=before)
    url = reverse("timeline", args=[base.kind, base.key])
    return {
        "url": url,
        "here": f"{url}?{wanted.address()}" if wanted else url,
        "topics": " ".join(base.topics),
        "skip": " ".join(() if base.hidden else timeline.hidden()),
        "total": counts.total,
        "count_label": _("%(n)s, all channels on one line")
        % {"n": f"{counts.total:,}{'+' if counts.more else ''}"},
        "wanted": wanted,
        "tabs": _tabs(url, wanted, counts),
        "choices": _choices(counts),
        "filtered": bool(wanted),
        "days": _days(base, found.entries),
        "older_url": _older(url, wanted, found.older),
    }


def _more(actor: Actor, base: Base, wanted: Wanted, before: str) -> dict[str, Any]:
    """The entries after a cursor; the day that is already headed gets no second heading."""
    last = timezone.localtime(keyset.read(before)[0]).date()
    found = reading.page(actor, base, wanted, before=before)
    url = reverse("timeline", args=[base.kind, base.key])
    days = _days(base, found.entries)
    if days and timezone.localtime(found.entries[0].occurred).date() == last:
        days[0]["label"] = ""
    return {"days": days, "older_url": _older(url, wanted, found.older)}


def _older(url: str, wanted: Wanted, cursor: str) -> str:
    if not cursor:
        return ""
    kept = wanted.address()
    return f"{url}?{kept}{'&' if kept else ''}before={cursor}"


def _tabs(url: str, wanted: Wanted, counts: Facets) -> list[dict[str, Any]]:
    """All, and one per kind that occurs, the frequent ones first."""
    kinds = sorted(counts.kinds, key=lambda kind: (-counts.kinds[kind], kind))
    if counts.more:  # what is only further down can be asked for, too
        kinds += [kind for kind in words.groups if kind not in counts.kinds]
    choices = [
        ("", _("All"), None),
        *((kind, words.groups.get(kind, kind), counts.kinds.get(kind)) for kind in kinds),
    ]
    return [
        {
            "label": label,
            "count": f"{count:,}" if count and not counts.more else "",
            "url": f"{url}?{wanted.address(kind=kind)}",
            "current": kind == wanted.kind,
        }
        for kind, label, count in choices
    ]


def _choices(counts: Facets) -> dict[str, list[tuple[str, Any]]]:
    """Options of the three select fields, only what occurs, with counts."""
    ways = {"in": _("from them"), "out": _("from us"), "none": _("neither")}
    people = {"customer": _("the customer"), "system": _("the system"), **counts.names}
    known = {code: channel.label for code, channel in words.channels.items()}
    channels = {**{code: code for code in counts.channels}, **known}
    return {
        "way": [("", _("Both ways")), *_counted(ways, counts.ways, counts.more)],
        "channel": [("", _("All channels")), *_counted(channels, counts.channels, counts.more)],
        "who": [("", _("Everybody")), *_counted(people, counts.people, counts.more)],
    }


def _counted(labels: Mapping[str, Any], counts: Mapping[str, int], more: bool) -> list[tuple[str, Any]]:
    """Options with counts; where there is more than was counted, also those that were not met, and no numbers."""
    if more:
        return list(labels.items())
    return [(code, f"{label} {counts[code]:,}") for code, label in labels.items() if counts.get(code)]


def _days(base: Base, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    today = timezone.localtime(clock.now()).date()

    def label(day: Any) -> str:
        named = day_label(day, this_year=today.year)
        return _("Today, %(day)s") % {"day": named} if day == today else named

    def day_of(entry: Entry) -> Any:
        return timezone.localtime(entry.occurred).date()

    return [
        {"label": label(day), "entries": [shown(base, one) for one in found]}
        for day, found in groupby(entries, key=day_of)
    ]


def shown(base: Base, entry: Entry) -> dict[str, Any]:
    """One entry as gx.timeline_entry asks for it."""
    channel = words.channels.get(entry.data.get("channel", ""))
    count = entry.data.get("files", 0)
    return {
        "at": entry.occurred,
        "clock": f"{timezone.localtime(entry.occurred):%H:%M}",
        "icon": channel.icon if channel else entry.type.icon,
        "channel": channel.label if channel else "",
        "way": entry.type.direction or "system",
        "way_label": {"in": _("from them"), "out": _("from us")}.get(entry.type.direction, ""),
        "fact": _fact(entry),
        "actor": entry.who,
        "words": entry.text,
        "cut": _cut(entry.text),
        "files": count if isinstance(count, int) else 0,
        "tag": _tag(base, entry),
    }


def _cut(text: str) -> str:
    """The beginning of long words; "" for those that fit."""
    flat = " ".join(text.split())
    if len(flat) <= CUT_CHARS and text.count("\n") < 3:
        return ""
    return flat[:CUT_CHARS].rstrip() + "…"


def _fact(entry: Entry) -> str:
    named = f"{entry.type.code}.{entry.data.get('kind', '')}"  # a type may have words for each kind of what happened
    fact = say(named) if known(named) else str(entry.type.words)
    minor = entry.data.get("total_minor", entry.data.get("amount_minor"))
    if minor is not None and "currency" in entry.data:
        return f"{fact} {Money(minor, entry.data['currency']).format(language())}"
    return fact


def _tag(base: Base, entry: Entry) -> dict[str, str] | None:
    number = entry.data.get("number")
    if not number or number == base.key:
        return None
    link = words.links.get(reading.prefix(entry.type.code))
    return {"label": str(number), "tone": "", "url": link(entry.data) if link else ""}
