"""Commands of the palette: things to do and places to go, found by their name in either language, its pinyin or first letters.

A room registers its own in `site/wiring.py`. Records, lists and views need no registration: every list is there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from guanxi.core.access import Actor

DO: Final = "do"
GO: Final = "go"
SET: Final = "set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command for whoever has `right` ("" : any member of staff).

    It leads to `url_name`, or sends `fields` there when `is_post`, or presses what `press` (a CSS selector) finds on the page.
    `also` holds more words to find it by, in any language; `key` is shown, not bound.
    """

    code: str
    words: Any
    right: str = ""
    url_name: str = ""
    args: tuple[str, ...] = ()
    is_post: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    press: str = ""
    key: str = ""
    icon: str = "arrow-right"
    group: str = DO
    also: str = ""
    when: Callable[[Actor], bool] | None = None


_commands: dict[str, Command] = {}


def register(*commands: Command) -> None:
    """Called by `site/wiring.py` at start-up; offered in this order."""
    for one in commands:
        _commands[one.code] = one


def registered() -> Mapping[str, Command]:
    return dict(_commands)


def visible_to(actor: Actor) -> list[Command]:
    """What this actor may do and where they may go."""
    return [
        one
        for one in _commands.values()
        if (not one.right or actor.may(one.right)) and (one.when is None or one.when(actor))
    ]
