"""Who has which page open now: kept in the memory of the live process alone, told to those who have the same page open.

A page says every `BEAT_S` that it is still open, and at once when it closes; whoever falls silent is gone after `GONE_S`.
Nothing is written anywhere. With several live processes a page hears of the colleagues at its own one.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from guanxi.core.live import Seat
from guanxi.site.live.standing import Standing

BEAT_S: Final = 15.0  # static/gx/here.js beats as often
GONE_S: Final = 35.0
PAGES_MAX: Final = 20_000  # in all; further ones are not shown, everything else works
TOPIC_PAGES_MAX: Final = 200
PEOPLE_MAX: Final = 12
DOINGS: Final = ("", "writing")  # words for them stand in the page
LEAVES: Final = "bye"


@dataclass(slots=True)
class _Page:
    seat: Seat
    doing: str
    until: float  # monotonic, s


@dataclass(slots=True)
class Here:
    """Topic -> page -> who. `clock` gives seconds that only rise."""

    clock: Callable[[], float] = time.monotonic
    _pages: dict[str, dict[str, _Page]] = field(default_factory=dict)

    def beat(self, seat: Seat, page: str, doing: str) -> bool:
        """A page is open (or leaves); returns whether what colleagues see has changed."""
        before = self.people(seat.topic)
        pages = self._pages.setdefault(seat.topic, {})
        if doing == LEAVES:
            pages.pop(page, None)
        elif page in pages or (len(pages) < TOPIC_PAGES_MAX and self.count() < PAGES_MAX):
            pages[page] = _Page(seat, doing if doing in DOINGS else "", self.clock() + GONE_S)
        if not pages:
            del self._pages[seat.topic]
        return self.people(seat.topic) != before

    def people(self, topic: str) -> list[dict[str, Any]]:
        """Each person once, by name; what they do on any of their pages counts."""
        now = self.clock()
        found: dict[str, dict[str, Any]] = {}
        for page in self._pages.get(topic, {}).values():
            if page.until <= now:
                continue
            one = found.setdefault(
                page.seat.person,
                {
                    "id": page.seat.person,
                    "name": page.seat.name,
                    "initials": page.seat.initials,
                    "doing": "",
                },
            )
            one["doing"] = one["doing"] or page.doing
        return sorted(found.values(), key=lambda one: (one["name"], one["id"]))[:PEOPLE_MAX]

    def members(self) -> set[str]:
        """Everybody who has some page open."""
        return {one.seat.person for pages in self._pages.values() for one in pages.values()}

    def show_out(self, standing: Standing) -> list[str]:
        """Forget pages of whoever may not have them open any more; returns the topics where somebody is gone."""
        changed = []
        for topic, pages in list(self._pages.items()):
            gone = [page for page, one in pages.items() if not _holds(one.seat, standing)]
            for page in gone:
                del pages[page]
            if gone:
                changed.append(topic)
            if not pages:
                del self._pages[topic]
        return changed

    def sweep(self) -> list[str]:
        """Forget pages that fell silent; returns the topics where somebody is gone."""
        now, changed = self.clock(), []
        for topic, pages in list(self._pages.items()):
            gone = [page for page, one in pages.items() if one.until <= now]
            for page in gone:
                del pages[page]
            if gone:
                changed.append(topic)
            if not pages:
                del self._pages[topic]
        return changed

    def count(self) -> int:
        return sum(map(len, self._pages.values()))

    def message(self, topic: str) -> bytes:
        """What a page hears: no id, since it is no event and is not told again to who comes back."""
        body = {"type": "here", "topics": [topic], "here": self.people(topic)}
        return f"data: {json.dumps(body, separators=(',', ':'))}\n\n".encode()


def _holds(seat: Seat, standing: Standing) -> bool:
    return not standing.knows(seat.person) or standing.allows(seat.person, seat.stamp, seat.issued)
