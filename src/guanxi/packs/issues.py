"""The tree of issues in `cases.toml`: what an issue does not say it takes from its parent. No database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from guanxi.cases.rules import policy
from guanxi.cases.rules.bounds import automatic_fault
from guanxi.core.calendar import CalendarError, from_spec
from guanxi.packs.files import Spot, Table, unknown

WORKED_LEAST_MINUTES = 720
"""What a team that decides is rostered for every day: the longest path counts on it."""
_INHERITED = (
    "kind",
    "team",
    "remedies",
    "rules",
    "evidence",
    "approval_over",
    "always_approve",
    "reasons",
    "role",
    "respondent_role",
    "when",
)
"""What an issue that does not say it takes from its parent. What pays by itself each issue says for itself."""
_ISSUE = {"code", "name", "parent", "automatic_most", "scheme", "advance", *_INHERITED}
_FAULTS = {
    "scheme": "a scheme and the most it pays (automatic_most) belong together",
    "money": "nothing can be paid by itself: none of the remedies is money",
    "always": "what always needs approval is never paid by itself",
    "over": "more would be paid by itself than a person may decide alone (approval_over)",
}

Content = dict[str, Any]
Teams = Mapping[str, Table]
"""{code: the team's calendar in the form of `core.calendar.from_spec`}."""


def read_issues(
    spot: Spot, languages: Sequence[str], currency: str, content: Content, teams: Teams | None
) -> Content:
    """{code: issue} with what each has from its forebears; faults are noted."""
    rows: dict[str, Spot] = {}
    own: dict[str, Content] = {}
    sound: set[str] = set()
    for row in spot.rows("issue", _ISSUE):
        code = row.code()
        if code and code in own:
            row.wrong("code", f"{code!r} is there twice")
            continue
        rows[code] = row
        before = len(row.file.faults)
        own[code] = _own(row, languages, currency, content, teams)
        sound |= {code} if len(row.file.faults) == before else set()
    parents = {code: one["parent"] for code, one in own.items()}
    check_tree(rows, parents)
    whole = {code: _with_forebears(code, own, parents) for code in own}
    for code, one in whole.items():
        if sound >= {
            code,
            *_forebears(code, parents),
        }:  # one fault is told once, not again by what follows from it
            _check_issue(rows[code], one, content)
    return whole


def _own(
    row: Spot, languages: Sequence[str], currency: str, content: Content, teams: Teams | None
) -> Content:
    """What the issue itself says; what it does not say is not there."""
    readers: Mapping[str, Callable[[], Any]] = {
        "kind": lambda: _one_of(row, "kind", content["kinds"], "kind"),
        "team": lambda: _team(row, teams),
        "remedies": lambda: _all_of(row, "remedies", content["remedies"], "remedy"),
        "rules": lambda: _all_of(row, "rules", content["rules"], "rule"),
        "evidence": lambda: _evidence(row, languages),
        "approval_over": lambda: row.amount("approval_over", currency),
        "always_approve": lambda: row.flag("always_approve"),
        "automatic_most": lambda: row.amount("automatic_most", currency),
        "scheme": lambda: row.code("scheme"),
        "advance": lambda: row.flag("advance"),
        "reasons": lambda: row.names("reasons", languages, "a draft of the reasons"),
        "role": lambda: row.choice("role", policy.ROLES),
        "respondent_role": lambda: row.choice("respondent_role", policy.ROLES),
        "when": lambda: _when(row),
    }
    given = {key: read() for key, read in readers.items() if key in row.table}
    return {"name": row.names("name", languages), "parent": row.text("parent", ""), **given}


def _one_of(row: Spot, key: str, known: Iterable[str] | None, what: str) -> str:
    value = row.text(key)
    if value and known is not None and value not in known:
        row.wrong(key, f"there is no [[{what}]] with the code {value!r}")
    return value


def _when(row: Spot) -> list[str]:
    return [str(one) for one in _all_of(row, "when", policy.ORDER_STATES, "state of an order")]


def _team(row: Spot, teams: Teams | None) -> str:
    code = _one_of(row, "team", teams, "team")
    if teams and code in teams and not _every_day(teams[code]):
        hours = WORKED_LEAST_MINUTES // 60
        row.wrong(
            "team",
            f"{code!r} does not work {hours} hours every day, public holidays included: limits in working hours"
            " would run longer than is published",
        )
    return code


def _every_day(spec: Table) -> bool:
    try:
        calendar = from_spec(spec)
    except CalendarError:  # noted in organisation.toml
        return True
    worked = [
        sum((one.ends - one.begins for one in calendar.week.get(day, ())), timedelta()) for day in range(7)
    ]
    return (
        min(worked) >= timedelta(minutes=WORKED_LEAST_MINUTES)
        and not calendar.closed
        and (calendar.works_on_holidays or calendar.holidays_country is None)
    )


def _all_of(row: Spot, key: str, known: Iterable[str], what: str) -> list[str]:
    values = row.texts(key)
    for place, value in enumerate(values):
        if value not in known:
            row.wrong_at((key, place), f"there is no [[{what}]] with the code {value!r}")
        elif value in values[:place]:
            row.wrong_at((key, place), f"{value!r} is there twice")
    return values


def _evidence(row: Spot, languages: Sequence[str]) -> list[Content]:
    seen: set[str] = set()
    found = []
    for one in row.rows("evidence", {"code", "name"}, needed=False):
        code = one.code()
        one.once(seen, code)
        found.append({"code": code, "name": one.names("name", languages)})
    return found


def _with_forebears(code: str, own: Mapping[str, Content], parents: Mapping[str, str]) -> Content:
    taken: Content = {}
    for above in reversed([one for one in _forebears(code, parents) if one in own and one != code]):
        taken.update({key: value for key, value in own[above].items() if key in _INHERITED})
    return {**taken, **own[code]}


def _check_issue(row: Spot, one: Content, content: Content) -> None:
    """What must hold of an issue with all that it has from its forebears."""
    for key in ("kind", "team", "remedies", "rules"):
        if not one.get(key):
            if key not in row.table:
                row.wrong(key, "is missing, and no parent says it")
            elif one.get(key) == []:
                row.wrong(key, "must name at least one")
            one.setdefault(key, "" if key in ("kind", "team") else [])
    money = any(content["remedies"].get(code, {}).get("shape") == policy.MONEY for code in one["remedies"])
    if one.get("advance") and not money:
        row.wrong("advance", "nothing can be paid ahead: none of the remedies is money")
    _check_automatic(row, one, money)


def _check_automatic(row: Spot, one: Content, money: bool) -> None:
    fault = automatic_fault(
        scheme=one.get("scheme", ""),
        most=one.get("automatic_most", 0),
        over=one.get("approval_over"),
        always=one.get("always_approve", False),
        money=money,
    )
    if fault:
        row.wrong("scheme" if fault == "scheme" else "automatic_most", _FAULTS[fault])


def check_tree(rows: Mapping[str, Spot], parents: Mapping[str, str]) -> None:
    """Every parent is there, and nobody is their own forebear."""
    for code, row in rows.items():
        if (parent := parents[code]) and parent not in parents:
            row.wrong("parent", unknown(parent, parents))
        elif code in _forebears(code, parents):
            row.wrong("parent", "goes round in a circle: " + " > ".join([code, *_forebears(code, parents)]))


def _forebears(code: str, parents: Mapping[str, str]) -> list[str]:
    """Upwards from the parent, each once."""
    found: list[str] = []
    while (code := parents.get(code, "")) and code not in found:
        found.append(code)
    return found
