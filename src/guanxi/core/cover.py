"""Words of people as their reader may see them: without the right to contacts, addresses and numbers in them are covered.

One field mask for pages, lists, API, exports, quick views, notices and letters: identifiers are masked where they are fields
(`engine.normalise.mask`), and here where they stand in free text. How is given by `site/wiring.py` (core knows no engine).
"""

from collections.abc import Callable
from typing import Final

from guanxi.core.access import Actor, Kind

RIGHT: Final = "people.contacts"

Cover = Callable[[str], str]


def _hide(text: str) -> str:
    return "…" if text else ""


_cover: Cover = _hide


def set_cover(cover: Cover) -> None:
    """How covered words look; until this is said, they are hidden whole."""
    global _cover  # said once, at start-up
    _cover = cover


def covered(text: str) -> str:
    """The words with every address and number in them covered, whoever reads."""
    return _cover(text)


def may_read(actor: Actor) -> bool:
    """Whether this reader sees words as they were said: staff and tokens with the right, and customers, whose own they are."""
    return actor.kind in (Kind.CUSTOMER, Kind.LINK) or actor.may(RIGHT)


def shown(actor: Actor, text: str) -> str:
    """The words as this reader may see them."""
    return text if not text or may_read(actor) else _cover(text)
