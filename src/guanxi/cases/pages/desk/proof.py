"""What both sides brought, as the desk shows it: evidence by disputed point, offers with a drawing, statements, findings."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from guanxi.cases.models import Consultation, Evidence, Issue, Offer, Statement
from guanxi.cases.pages.desk import words
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import IssueKind, Policy
from guanxi.cases.words import STEPS
from guanxi.core import cover
from guanxi.core.access import Actor
from guanxi.core.files import cards
from guanxi.core.money import Money
from guanxi.core.phrases import kept as _
from guanxi.core.phrases import pick

SIDES = (machine.COMPLAINANT, machine.RESPONDENT)
WIDTH, HEIGHT = 360, 124
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 22  # room for the axis words around the drawing


def piece(actor: Actor, one: Evidence) -> dict[str, Any]:
    """One piece of evidence as a card: thumbnail, words, when and in which step, whether it is still what was filed."""
    file = cards.cards([one.file])[0] if one.file else None
    return {
        "id": one.public_id,
        "file": file,
        "picture": bool(file and file["preview_url"]),
        "words": cover.shown(actor, one.words),
        "author": one.author,
        "at": one.filed,
        "step": STEPS[one.state],
        "round": one.round,
        "intact": _intact(one),
        "gone": not one.words and one.file is None,
        "private": one.private,
        "private_why": one.private_why,
    }


def _intact(one: Evidence) -> bool:
    """Whether what is there now is what was filed."""
    if one.file is not None:
        return one.file.digest == one.digest
    return bool(one.words) and hashlib.sha256(one.words.encode()).hexdigest() == one.digest


def points(actor: Actor, kind: IssueKind | None, found: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Rows by disputed point, then by item of the check list, then the rest; what is asked for and missing stands as a gap."""
    names = {str(one["code"]): pick(one["name"]) for one in kind.evidence} if kind else {}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for one in found:
        key = (one.point, "") if one.point else ("", one.item)
        rows.setdefault(key, _row(key, names))
        row = rows[key]
        where = one.side if one.side in SIDES else "others"
        row[where].append(piece(actor, one))
        row["weighed"] = row["weighed"] or one.weighed
        if one.item and one.point:
            row["sub"] = names.get(one.item, "")
    for code in names:
        if ("", code) not in rows and not any(one.item == code for one in found):
            rows["", code] = _row(("", code), names)
    return sorted(rows.values(), key=lambda row: row["rank"])


def _row(key: tuple[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    point, item = key
    title = point or names.get(item, "") or _("Without a point")
    rank = 0 if point else 1 if item else 2
    return {
        "title": title,
        "sub": "",
        "point": point,
        "item": item,
        "rank": rank,
        "weighed": "",
        machine.COMPLAINANT: [],
        machine.RESPONDENT: [],
        "others": [],
    }


def statements(actor: Actor, found: Sequence[Statement], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was said at the steps, oldest first."""
    return [
        {
            "who": one.author or names.get(one.side, _("Our side")),
            "side": one.side,
            "did": words.DID.get(one.verb, one.verb),
            "step": STEPS[one.state],
            "round": one.round,
            "at": one.made,
            "text": cover.shown(actor, one.text),
        }
        for one in found
    ]


def findings(actor: Actor, found: Sequence[Consultation]) -> list[dict[str, Any]]:
    """Experts asked, and what they found."""
    return [
        {
            "id": one.public_id,
            "expert": one.expert.name,
            "asked_by": one.asked_by,
            "question": cover.shown(actor, one.question),
            "asked": one.asked,
            "due": one.due,
            "finding": cover.shown(actor, one.finding),
            "found": one.found,
            "round": one.round,
        }
        for one in found
    ]


def offers(
    actor: Actor, issue: Issue, found: Sequence[Offer], policy: Policy, names: Mapping[str, str]
) -> dict[str, Any]:
    """The offers as a list, how far apart the two still are, and the steps as a drawing."""
    rows = [
        {
            "at": one.made,
            "who": names.get(one.side, ""),
            "side": one.side,
            "what": pick(policy.remedies[one.remedy].name) if one.remedy in policy.remedies else one.remedy,
            "money": Money(one.amount_minor, issue.currency) if one.amount_minor else None,
            "fate": one.get_fate_display(),
            "is_open": one.fate == Offer.Fate.OPEN,
            "words": cover.shown(actor, one.words),
            "round": one.round,
        }
        for one in found
    ]
    return {"rows": rows, "apart": _apart(issue, found), "drawing": drawing(issue, found)}


def _apart(issue: Issue, found: Sequence[Offer]) -> Money | None:
    asked = _series(issue, found)[machine.COMPLAINANT]
    given = _series(issue, found)[machine.RESPONDENT]
    if not asked or not given or any(one.fate == Offer.Fate.ACCEPTED for one in found):
        return None
    between = asked[-1][1] - given[-1][1]
    return Money(between, issue.currency) if between > 0 else None


def _series(issue: Issue, found: Sequence[Offer]) -> dict[str, list[tuple[float, int]]]:
    """(moment, amount) of either side; the complainant's begins with what was asked for at first."""
    series: dict[str, list[tuple[float, int]]] = {side: [] for side in SIDES}
    if issue.wants_minor:
        series[machine.COMPLAINANT].append((issue.opened.timestamp(), issue.wants_minor))
    for one in found:
        if one.side in series and one.amount_minor:
            series[one.side].append((one.made.timestamp(), one.amount_minor))
    return series


def drawing(issue: Issue, found: Sequence[Offer]) -> dict[str, Any] | None:
    """A step line for each side in a box of WIDTH x HEIGHT; None where fewer than two amounts were named."""
    series = _series(issue, found)
    every = [point for points in series.values() for point in points]
    if len(every) < 2:
        return None
    first, last = min(at for at, _minor in every), max(at for at, _minor in every)
    highest = max(minor for _at, minor in every)

    def x(at: float) -> int:
        room = WIDTH - LEFT - RIGHT
        return LEFT + round((at - first) / (last - first or 1) * room * 0.86)

    def y(minor: int) -> int:
        return HEIGHT - BOTTOM - round(minor / highest * (HEIGHT - TOP - BOTTOM))

    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "ticks": [
            {"y": y(minor), "money": Money(minor, issue.currency)} for minor in (highest, highest // 2, 0)
        ],
        "lines": [
            {"side": side, "path": _steps(points, x, y), "dots": [(x(at), y(minor)) for at, minor in points]}
            for side, points in series.items()
            if points
        ],
    }


def _steps(points: Sequence[tuple[float, int]], x: Any, y: Any) -> str:
    """Level until the next offer, then up or down; the last one on to the edge."""
    path = f"M{x(points[0][0])} {y(points[0][1])}"
    for at, minor in points[1:]:
        path += f" H{x(at)} V{y(minor)}"
    return f"{path} H{WIDTH - RIGHT}"
