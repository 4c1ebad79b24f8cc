"""`trade.toml`: product lines, flows of orders and their stages, carriers, troubles, protection schemes, read into the form of
`trade.rules.ruleset.Rules`. No database.

What a stage does, and what leads out of a trouble, stands in the program (`trade.rules.stages`); here it gets its name, its
team, its limit and its place in the way of an order.
"""

from collections.abc import Callable, Sequence
from typing import Any

from guanxi.core.money import MoneyError, digits_of
from guanxi.packs.files import File, Spot, unknown
from guanxi.packs.issues import Content, Teams
from guanxi.packs.schemes import read_schemes
from guanxi.trade.rules import ruleset, stages

FILE = "trade.toml"
SECTIONS = frozenset({"currency", "terms", "line", "stage", "flow", "carrier", "trouble", "scheme"})
CURRENCY = "CNY"
PROMISE_DAYS, PROMISE_DAYS_MAX = 5, 90
CARRIER_DAYS = 3
_TERMS = {"overpaid", "short", "unpaid", "confirm"}
_LINE = {"code", "name", "kind", "helpline", "team"}
_STAGE = {"code", "name", "does", "team", "limit", "clock"}
_FLOW = {"code", "name", "intakes", "stages", "seller", "promise"}
_TROUBLE = {"code", "name", "ways", "does", "team", "limit"}
_BEFORE = {
    stages.PROCUREMENT: (stages.PICKING, stages.PACKING),
    stages.PICKING: (stages.PACKING,),
    stages.PACKING: (stages.LOGISTICS, stages.RECEIPT),
    stages.LOGISTICS: (stages.RECEIPT,),
    stages.RECEIPT: (stages.SETTLEMENT,),
}
"""What cannot come first: goods are bought, fetched, packed, sent, received, and then paid to whoever delivered them."""


def read_trading(file: File, languages: Sequence[str], teams: Teams | None) -> Content:
    """The content of a version; faults are noted in `file`. `teams` None: not known."""
    spot = file.spot
    currency = _currency(spot)
    content: Content = {"currency": currency, "terms": _terms(spot.inner("terms", _TERMS), currency)}
    content["lines"] = _rows(spot, "line", _LINE, lambda row: _line(row, languages, teams))
    content["stages"] = _rows(spot, "stage", _STAGE, lambda row: _stage(row, languages, teams))
    content["flows"] = _rows(spot, "flow", _FLOW, lambda row: _flow(row, languages, content))
    content["carriers"] = _rows(
        spot, "carrier", {"code", "name", "days"}, lambda row: _carrier(row, languages)
    )
    content["troubles"] = _rows(spot, "trouble", _TROUBLE, lambda row: _trouble(row, languages, teams))
    content["schemes"] = read_schemes(spot, languages, currency)
    _check_intakes(spot, content)
    return content


def _currency(spot: Spot) -> str:
    currency = spot.text("currency", CURRENCY)
    try:
        digits_of(currency)
    except MoneyError as error:
        spot.wrong("currency", str(error))
        return CURRENCY
    return currency


def _rows(spot: Spot, key: str, known: set[str], read: Callable[[Spot], Content]) -> Content:
    """{code: what `read` makes of it}, in the file's order."""
    found: Content = {}
    seen: set[str] = set()
    for row in spot.rows(key, known, needed=False):
        code = row.code()
        one = read(row)
        if row.once(seen, code):
            found[code] = one
    return found


def _terms(spot: Spot, currency: str) -> Content:
    readers: dict[str, Callable[[], tuple[str, Any]]] = {
        "overpaid": lambda: ("overpaid", spot.choice("overpaid", ruleset.OVERPAID)),
        "short": lambda: ("short_minor", spot.amount("short", currency)),
        "unpaid": lambda: ("unpaid_days", _days(spot, "unpaid")),
        "confirm": lambda: ("confirm_days", _days(spot, "confirm")),
    }
    return dict(read() for key, read in readers.items() if key in spot.table)


def _days(spot: Spot, key: str) -> int:
    minutes = spot.minutes(key)
    if minutes % 1440 or minutes > PROMISE_DAYS_MAX * 1440:
        spot.wrong(key, f"must be whole days, {PROMISE_DAYS_MAX} d at most")
    return minutes // 1440


def _line(row: Spot, languages: Sequence[str], teams: Teams | None) -> Content:
    return {
        "name": row.names("name", languages),
        "kind": row.choice("kind", ruleset.LINE_KINDS, "goods"),
        "helpline": row.text("helpline", ""),
        "team": _team(row, teams),
    }


def _team(row: Spot, teams: Teams | None) -> str:
    code = row.text("team", "")
    if code and teams is not None and code not in teams:
        row.wrong("team", f"there is no [[team]] with the code {code!r}")
    return code


def _stage(row: Spot, languages: Sequence[str], teams: Teams | None) -> Content:
    clock = row.choice("clock", ruleset.CLOCKS, "working")
    team = _team(row, teams)
    if not team and clock == "working" and "clock" in row.table:
        row.wrong("clock", "nobody's working hours: a stage without a team counts in plain time")
    return {
        "name": row.names("name", languages),
        "does": row.choice("does", ruleset.DOES),
        "team": team,
        "minutes": row.minutes("limit"),
        "clock": clock if team else "plain",
    }


def _flow(row: Spot, languages: Sequence[str], content: Content) -> Content:
    codes = _all_of(row, "stages", content["stages"], "stage")
    seller = row.flag("seller")
    does = [content["stages"][code]["does"] for code in codes]
    for place, one in enumerate(does):
        for first in does[:place]:
            if first == one:
                row.wrong_at(("stages", place), f"does {one!r} a second time")
            elif first in _BEFORE.get(one, ()):
                row.wrong_at(("stages", place), f"{one!r} cannot come after {first!r}")
    if stages.RECEIPT not in does and not row.file.faults:
        row.wrong("stages", "an order ends with the customer: one stage must do 'receipt'")
    if (stages.PACKING in does) != (stages.LOGISTICS in does):
        row.wrong("stages", "what is packed is sent: 'packing' and 'logistics' belong together")
    days = _days(row, "promise") if "promise" in row.table else PROMISE_DAYS
    return {
        "name": row.names("name", languages),
        "intakes": _choices(row, "intakes", ruleset.INTAKES),
        "stages": codes,
        "seller": seller,
        "promise_days": days,
    }


def _all_of(row: Spot, key: str, known: Content, what: str) -> list[str]:
    """The codes of the list that are known; a fault for each other one, and where there is none."""
    codes = row.texts(key)
    if not codes:
        row.wrong(key, f"needs at least one {what}")
    for place, code in enumerate(codes):
        if code not in known:
            row.wrong_at((key, place), f"there is no [[{what}]] with the code {code!r}")
    return [code for code in codes if code in known]


def _choices(row: Spot, key: str, known: Sequence[str], *, needed: bool = True) -> list[str]:
    words = row.texts(key)
    if not words and needed:
        row.wrong(key, f"needs at least one of {', '.join(known)}")
    for place, word in enumerate(words):
        if word not in known:
            row.wrong_at((key, place), unknown(word, known))
        elif word in words[:place]:
            row.wrong_at((key, place), f"{word!r} is there twice")
    return [word for word in words if word in known]


def _carrier(row: Spot, languages: Sequence[str]) -> Content:
    days = row.table.get("days", CARRIER_DAYS)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 < days <= PROMISE_DAYS_MAX:
        row.wrong("days", f"must be a whole number from 1 to {PROMISE_DAYS_MAX}")
        days = CARRIER_DAYS
    return {"name": row.names("name", languages), "days": days}


def _trouble(row: Spot, languages: Sequence[str], teams: Teams | None) -> Content:
    does = _choices(row, "does", ruleset.DOES, needed=False)
    ways = _choices(row, "ways", tuple(stages.WAYS))
    stuck = [doing for doing in does or ruleset.DOES if not stages.ways_of(ways, doing)]
    if ways and stuck:
        row.wrong("ways", f"none of them leads out of {stuck[0]!r}; say where it can happen with `does`")
    one: Content = {
        "name": row.names("name", languages),
        "ways": ways,
        "does": does,
        "team": _team(row, teams),
    }
    return {**one, "minutes": row.minutes("limit")} if "limit" in row.table else one


def _check_intakes(spot: Spot, content: Content) -> None:
    """Every way in leads into one flow of the house, and one of shops."""
    taken: dict[tuple[str, bool], str] = {}
    for place, (code, flow) in enumerate(content["flows"].items()):
        for intake in flow["intakes"]:
            other = taken.setdefault((intake, flow["seller"]), code)
            if other != code:
                spot.wrong_at(("flow", place, "intakes"), f"{intake!r} leads into {other!r} already")
