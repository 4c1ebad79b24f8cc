"""The demo worlds there are, one for each pack that has one. A world drives public actions; it never writes a row itself."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, cast

from guanxi.core.access import Actor
from guanxi.packs.cast import Part
from guanxi.packs.club import world as club
from guanxi.packs.marketplace import world as marketplace
from guanxi.packs.playing import Seeded


class World(Protocol):
    """What the module of a demo world holds."""

    CODE: str
    CAST: Sequence[Part]

    def seed_now(self, *, actor: Actor, now: datetime, language: str = ...) -> Seeded:
        """What is needed at once. Run again it changes nothing. Needs `site.settings` and `site.sample`."""

    def load_history(self, *, actor: Actor, now: datetime) -> Iterator[tuple[int, int]]:
        """The rest, in short transactions; yields (done, all). Safe to stop and run again."""


WORLDS = {one.CODE: cast(World, one) for one in (club, marketplace)}
