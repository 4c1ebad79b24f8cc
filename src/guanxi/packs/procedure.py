"""`cases.toml`: what a pack sets within the procedure, read into the form of `cases.rules.policy.Policy`. No database.

States and verbs stand in the table (`cases.rules.machine`); here are kinds, limits, texts, targets, the tree of issues,
remedies, rules to cite, grounds for rejection, causes and penalties.
"""

from collections.abc import Sequence

from guanxi.cases.rules import machine, policy
from guanxi.cases.rules.bounds import in_words, limit_fault
from guanxi.core.money import MoneyError, digits_of
from guanxi.packs.files import File, Spot, meant, unknown
from guanxi.packs.issues import Content, Teams, check_tree, read_issues

FILE = "cases.toml"
SECTIONS = frozenset(
    {
        "currency",
        "limits",
        "texts",
        "targets",
        "kind",
        "issue",
        "remedy",
        "rule",
        "rejection",
        "cause",
        "penalty",
    }
)
FIXED_SECTIONS = frozenset({"state", "states", "verb", "verbs", "step", "steps", "table"})
CURRENCY = "CNY"
VERBS = tuple(dict.fromkeys(verb for _, verb in machine.TABLE))

_FAULTS = {
    "quarters": "must be whole quarters of an hour, not {given}",
    "longer": "{given} is longer than the table allows, {bound}",
    "fixed": "the window to appeal is a right and stays {bound}",
    "party": "a party needs at least {bound}, not {given}",
}
_NODE = {"code", "name"}
_KIND = {"code", "name", "role", "respondent_role", "limits", "texts", "targets"}


def read_procedure(file: File, languages: Sequence[str], teams: Teams | None) -> Content:
    """The content of a version; faults are noted in `file`. `teams` None: not known."""
    spot = file.spot
    for key in sorted(FIXED_SECTIONS & set(spot.table)):
        spot.wrong(key, "states and verbs stand in the table of steps; a pack cannot change them")
    currency = _currency(spot)
    content: Content = {"currency": currency, "kinds": _kinds(spot, languages)}
    content["remedies"] = _remedies(spot, languages)
    content["rules"] = _nodes(spot, "rule", languages, words=True)
    content["rejections"] = _nodes(spot, "rejection", languages, words=True)
    content["causes"] = _nodes(spot, "cause", languages, tree=True)
    content["penalties"] = _penalties(spot, languages, currency)
    content["issues"] = read_issues(spot, languages, currency, content, teams)
    return content


def _currency(spot: Spot) -> str:
    currency = spot.text("currency", CURRENCY)
    try:
        digits_of(currency)
    except MoneyError as error:
        spot.wrong("currency", str(error))
        return CURRENCY
    return currency


# Kinds of cases, each with what stands for all of them beneath its own.
def _kinds(spot: Spot, languages: Sequence[str]) -> Content:
    limits, targets = _limits(spot.inner("limits")), _targets(spot.inner("targets"))
    texts = _texts(spot.inner("texts"), languages)
    kinds: Content = {}
    seen: set[str] = set()
    for row in spot.rows("kind", _KIND):
        code = row.choice("code", policy.KINDS)
        row.once(seen, code)
        own = {**texts, **_texts(row.inner("texts"), languages)}
        _complete(row, own)
        kinds[code] = {
            "name": row.names("name", languages),
            "role": row.choice("role", policy.ROLES),
            "respondent_role": row.choice("respondent_role", policy.ROLES, ""),
            "limits": {**limits, **_limits(row.inner("limits"))},
            "texts": own,
            "targets": {**targets, **_targets(row.inner("targets"))},
        }
    return kinds


def _limits(spot: Spot) -> dict[str, int]:
    return {key: minutes for key in spot.table if (minutes := _limit(spot, key))}


def _limit(spot: Spot, key: str) -> int:
    """Minutes; 0 with a fault."""
    if isinstance(spot.table[key], dict):
        spot.wrong(key, f'a key with a dot stands in quotes: "{key}.{next(iter(spot.table[key]), "...")}"')
        return 0
    if key not in machine.LIMITS:
        spot.wrong(key, unknown(key, machine.LIMITS))
        return 0
    minutes = spot.minutes(key)
    if fault := limit_fault(key, minutes):
        spot.wrong(key, _FAULTS[fault.code].format(given=in_words(minutes), bound=in_words(fault.bound)))
    return minutes


def _texts(spot: Spot, languages: Sequence[str]) -> Content:
    """By state: what happens now. By verb: what it means to take that step."""
    known = (*machine.STATES, *VERBS)
    for key in spot.table:
        if key not in known:
            spot.wrong(key, f"{key!r} is neither a state nor a verb of the table{meant(key, known)}")
    return {key: spot.names(key, languages, "the text") for key in spot.table if key in known}


def _complete(row: Spot, texts: Content) -> None:
    if missing := [state for state in machine.STATES if state not in texts]:
        row.wrong("texts", f"every state needs its text; missing: {', '.join(missing)}")


def _targets(spot: Spot) -> dict[str, float]:
    known = (*machine.STATES, *policy.MEASURES)
    spot.only(known)
    return {
        key: spot.share(key) if policy.MEASURES.get(key) == "share" else float(spot.minutes(key))
        for key in spot.table
        if key in known
    }


# What issues refer to.
def _remedies(spot: Spot, languages: Sequence[str]) -> Content:
    found: Content = {}
    for row in spot.rows("remedy", {"code", "name", "shape", "promise"}):
        shape = row.choice("shape", policy.SHAPES, policy.MONEY)
        one: Content = {"name": row.names("name", languages), "shape": shape}
        if "promise" in row.table:
            one["promise_days"] = _promise(row, shape)
        _put(found, row, one)
    return found


def _promise(row: Spot, shape: str) -> int:
    minutes = row.minutes("promise")
    most = int(machine.LIMITS[machine.GOODS].duration.total_seconds() // 60)
    if shape and shape != policy.GOODS:
        row.wrong("promise", "only goods are promised for a day; money and the rest have the table's limit")
    elif minutes % 1440 or minutes > most:
        row.wrong("promise", f"must be whole days, {in_words(most)} at most")
    return minutes // 1440


def _nodes(
    spot: Spot, key: str, languages: Sequence[str], *, words: bool = False, tree: bool = False
) -> Content:
    found: Content = {}
    rows: dict[str, Spot] = {}
    for row in spot.rows(key, _NODE | {"words" if words else "code", "parent" if tree else "code"}):
        one: Content = {"name": row.names("name", languages)}
        if words:
            one["words"] = row.names("words", languages, "the words")
        if tree and (parent := row.text("parent", "")):
            one["parent"] = parent
        rows[_put(found, row, one)] = row
    if tree:
        check_tree(rows, {code: one.get("parent", "") for code, one in found.items()})
    return found


def _penalties(spot: Spot, languages: Sequence[str], currency: str) -> Content:
    found: Content = {}
    for row in spot.rows("penalty", {"code", "name", "words", "amount"}, needed=False):
        one: Content = {"name": row.names("name", languages), "amount": row.amount("amount", currency)}
        if "words" in row.table:
            one["words"] = row.names("words", languages, "the words")
        _put(found, row, one)
    return found


def _put(found: Content, row: Spot, one: Content) -> str:
    code = row.code()
    if code and code in found:
        row.wrong("code", f"{code!r} is there twice")
    found.setdefault(code, one)
    return code
