"""What a customer's relation is, as every room may show it: the class, its tier, and where it is explained.

Worked out above, in insight; people only pass it on. Without runs nobody has a class.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from guanxi.people.models import Record

LEVELS = {"core": 3, "key": 2, "general": 1}


@dataclass(frozen=True, slots=True)
class Standing:
    """A class (code), its tier ("" for whoever is not live), and why in short sentences for staff."""

    code: str
    tier: str = ""
    by_hand: bool = False

    @property
    def level(self) -> int:
        """1 to 3, 3 the highest; 0 without a tier."""
        return LEVELS.get(self.tier, 0)

    @property
    def head_start(self) -> int:
        """The tier as work knows it: 0 to 2."""
        return max(self.level - 1, 0)


Source = Callable[[Collection[int]], Mapping[int, Standing]]
_source: list[Source] = []


def register_standings(source: Source) -> None:
    """customer ids -> their standings. Called by `site/wiring.py`."""
    _source[:] = [source]


def standings_of(customers: Collection[int]) -> Mapping[int, Standing]:
    """customer id -> standing, of those who have one."""
    return _source[0](customers) if _source and customers else {}


def standing_of(customer: int) -> Standing | None:
    return standings_of([customer]).get(customer)


def head_start_of(record: int | None) -> int:
    """The tier of whoever a record is of, as work knows it: 0 to 2; 0 for nobody we know."""
    if record is None or not _source:
        return 0
    customer = Record.objects.filter(id=record).values_list("customer_id", flat=True).first()
    found = standing_of(customer) if customer else None
    return found.head_start if found else 0
