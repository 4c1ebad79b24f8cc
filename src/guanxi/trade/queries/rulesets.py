"""Reading the published rules of trade: those in force, and those an order was placed under."""

from collections.abc import Mapping
from functools import lru_cache
from time import monotonic

from guanxi.core.errors import NotFound
from guanxi.trade.models import Ruleset
from guanxi.trade.rules.ruleset import Rules

AGE_MAX_S = 5.0  # a new version is seen by every process within this
NONE = Rules()

_current: tuple[float, int | None] = (float("-inf"), None)


def current() -> Rules:
    """The newest published version; empty where no pack or administrator has published one."""
    found = current_id()
    return rules_of(found) if found is not None else NONE


def line_names() -> dict[str, Mapping[str, str]]:
    """code -> name by language, of the product lines in force now."""
    return {code: line.name for code, line in current().lines.items()}


def current_id() -> int | None:
    """The key of the newest published version."""
    global _current  # a cache of one value per process
    if monotonic() - _current[0] > AGE_MAX_S:
        row = Ruleset.objects.order_by("-number").values_list("id", flat=True).first()
        _current = (monotonic(), row)
    return _current[1]


def forget_rules() -> None:
    """Read them anew (after publishing, between tests)."""
    global _current
    _current = (float("-inf"), None)
    rules_of.cache_clear()


@lru_cache(maxsize=32)
def rules_of(ruleset_id: int) -> Rules:
    """A published version by its key. Raises `Ruleset.DoesNotExist`."""
    row = Ruleset.objects.get(id=ruleset_id)
    return Rules.from_json(row.content, number=row.number, digest=row.digest)


def get_ruleset(number: int | None = None) -> Ruleset:
    """A published version, the newest without a number. Raises `NotFound`."""
    found = Ruleset.objects.order_by("-number")
    row = (found if number is None else found.filter(number=number)).first()
    if row is None:
        raise NotFound
    return row
