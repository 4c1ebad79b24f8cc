"""The smallest pieces of pages, in Python: each stands hundreds of times on one page, and a macro would cost ten times as much.

Templates use them as `gx.icon(...)`, `gx.time_left(...)` through gx/macros.html. Everything that varies is escaped.
"""

from datetime import datetime
from functools import lru_cache

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import timezone
from markupsafe import Markup, escape

from guanxi.core.phrases import kept as _
from guanxi.core.phrases import language

NOTHING = Markup("")


@lru_cache(maxsize=1_000)
def static(path: str) -> str:
    """The address of one of our own files; it names the file's content and never changes while we run."""
    return staticfiles_storage.url(path)


@lru_cache(maxsize=5_000)
def icon(name: str, size: str = "", label: str = "") -> Markup:
    """An icon of static/vendor/icons.svg (names: scripts/icon_sprite.py). size "", "s", "l".

    Decorative: say the meaning in text beside it, or pass `label`.
    """
    more = f" gx-icon--{escape(size)}" if size else ""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    place = f"{static('vendor/icons.svg')}#{escape(name)}"
    return Markup(f'<svg class="gx-icon{more}" {said}><use href="{place}"></use></svg>')  # noqa: S704  escaped  # nosec B704


@lru_cache(maxsize=500)
def kbd(key: str) -> Markup:
    """A key cap, e.g. "N", "Ctrl". The element it sits in carries data-key."""
    return Markup('<kbd aria-hidden="true">{}</kbd>').format(key)


def avatar(text: str, size: str = "", round: bool = False) -> Markup:  # noqa: A002  the word templates use
    """Initials; both characters of a double surname. size "", "m", "l"."""
    more = (f" gx-avatar--{escape(size)}" if size else "") + (" gx-avatar--round" if round else "")
    return Markup(f'<span class="gx-avatar{more}" aria-hidden="true">{escape(text)}</span>')  # noqa: S704  escaped  # nosec B704


def chip(label: str, tone: str = "", url: str = "", icon_name: str = "") -> Markup:
    """A small label. tone "", "amber", "red", "green", "accent"."""
    more = f" gx-chip--{escape(tone)}" if tone else ""
    mark = icon(icon_name, "s") if icon_name else ""
    if url:
        return Markup(f'<a class="gx-chip{more}" href="{escape(url)}">{mark}{escape(label)}</a>')  # noqa: S704  escaped  # nosec B704
    return Markup(f'<span class="gx-chip{more}">{mark}{escape(label)}</span>')  # noqa: S704  escaped  # nosec B704


def turn_badge(kind: str, label: str = "") -> Markup:
    """Whose turn: "mine" (label defaults to Your turn), "other" (label names who), "system" (dashed), "done" (green)."""
    words = label or {"mine": _("Your turn"), "system": _("System"), "done": _("Settled")}.get(kind, "")
    return Markup(f'<span class="gx-turn gx-turn--{escape(kind)}">{escape(words)}</span>')  # noqa: S704  escaped  # nosec B704


def span_words(seconds: float) -> str:
    """ "18 h 44 m": the same steps as clock.js spanWords."""
    size = int(abs(seconds))
    day, hour, minute = size // 86_400, size // 3600, size // 60
    if size < 300:
        parts = [(minute, _("%(n)s m")), (size % 60, _("%(n)s s"))]
    elif size < 172_800:
        parts = [(hour, _("%(n)s h")), (minute % 60, _("%(n)s m"))]
    else:
        parts = [(day, _("%(n)s d")), (hour % 24, _("%(n)s h"))]
    kept = [words % {"n": count} for count, words in parts if count] or [parts[1][1] % {"n": 0}]
    return " ".join(kept)


def left_words(due: datetime, now: datetime) -> str:
    """ "18 h 44 m left" or "12 m over"."""
    seconds = (due - now).total_seconds()
    return (_("%(span)s left") if seconds >= 0 else _("%(span)s over")) % {"span": span_words(seconds)}


def time_left(
    start: datetime | None,
    due: datetime | None,
    now: datetime,
    mode: str = "mine",
    label: str = "",
    wide: bool = False,
) -> Markup:
    """The bar that drains. mode "mine"; "other" = someone else's clock (dashed, never amber before it is over);
    "done" = settled, says `label`, nothing without one. Without due it is nothing.
    """
    if mode == "done":
        return Markup('<span class="gx-left gx-left--done">{}</span>').format(label) if label else NOTHING
    if due is None:
        return NOTHING
    left = (due - now).total_seconds()
    total = (due - start).total_seconds() if start else 0.0
    share = min(max(left / total, 0.0), 1.0) if total > 0 else 1.0
    state = " gx-left--over" if left < 0 else " gx-left--soon" if share <= 0.5 else ""
    width = 100 if left < 0 else max(2, round(share * 100))
    iso = due.isoformat()
    begun = f' data-start="{start.isoformat()}"' if start else ""
    title = escape(_("Due %(when)s") % {"when": exact(due)})
    return Markup(  # noqa: S704  escaped  # nosec B704
        f'<time class="gx-left gx-left--{escape(mode)}{state}{" gx-left--wide" if wide else ""}" datetime="{iso}"'
        f' data-due="{iso}"{begun} title="{title}"><span data-clock-text>{escape(left_words(due, now))}</span>'
        f'<span class="gx-track"><i class="gx-w-{width}"></i></span></time>'
    )


def exact(moment: datetime) -> str:
    """Date and time in full, for hover."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def when(moment: datetime) -> Markup:
    """A moment as exact text in a `<time>`; clock.js makes it relative and keeps the exact one on hover."""
    local = timezone.localtime(moment)
    stamp = moment.isoformat(timespec="seconds")
    return Markup(f'<time datetime="{stamp}" data-when>{local:%Y-%m-%d %H:%M}</time>')  # noqa: S704  escaped  # nosec B704


@lru_cache(maxsize=20_000)
def _said(text: str, english: bool) -> Markup:
    letters = [char for char in text if char.isalpha()]
    chinese = sum("\u3400" <= char <= "\u9fff" for char in letters) * 10 >= len(letters)
    if not letters or chinese == (not english) or (not chinese and " " not in text.strip()):
        return NOTHING
    return Markup(' lang="{}"').format("zh-Hans" if chinese else "en")


def said(text: str) -> Markup:
    """A `lang` attribute for words in another language than the page's, so that fonts and screen readers fit; else ""."""
    return _said(text[:200], language() == "en")
