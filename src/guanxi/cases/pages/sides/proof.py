"""What proves it: evidence of both sides, what is there of the check list, the comparison."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from guanxi.cases.models import Evidence, Issue
from guanxi.cases.pages.sides.seen import Seen
from guanxi.cases.rules import machine
from guanxi.core.files import cards
from guanxi.core.phrases import pick

SIDES = (machine.COMPLAINANT, machine.RESPONDENT)


def proof(seen: Seen, issue: Issue) -> dict[str, Any]:
    """Counts, the strip of pieces, what helps most, the comparison, what of the other side stays hidden."""
    everything = [one for one in issue.evidence.all() if one.side != "staff" or not one.private]
    shown = [one for one in everything if not one.private or one.side == seen.side]
    pieces = [_piece(seen, issue, one) for one in shown]
    own = [one for one in shown if one.side == seen.side]
    wanted = _wanted(seen, issue, own)
    return {
        "pieces": pieces,
        "mine": len(own),
        "theirs": sum(one.side != seen.side for one in shown),
        "hidden": len(everything) - len(shown),
        "wanted": wanted,
        "helps": next((one["name"] for one in wanted if not one["there"]), ""),
        "rows": _rows(seen, pieces) if len(pieces) > 1 else [],
        "them": seen.who(_other(seen.side)),
        "two_sides": seen.case.respondent_id is not None,
    }


def _other(side: str) -> str:
    return machine.RESPONDENT if side == machine.COMPLAINANT else machine.COMPLAINANT


def _wanted(seen: Seen, issue: Issue, own: Sequence[Evidence]) -> list[dict[str, Any]]:
    """The check list of the issue's kind, in the order of use; what is there already is ticked."""
    there = {one.item for one in own}
    listed = seen.policy.issues[issue.kind].evidence
    return [{"code": one["code"], "name": pick(one["name"]), "there": one["code"] in there} for one in listed]


def _names(seen: Seen, issue: Issue) -> Mapping[str, str]:
    return {one["code"]: pick(one["name"]) for one in seen.policy.issues[issue.kind].evidence}


def _piece(seen: Seen, issue: Issue, one: Evidence) -> dict[str, Any]:
    mine = one.side == seen.side
    card = cards.cards([one.file], link=seen.link)[0] if one.file and one.file.erased is None else None
    if card and not mine:
        card["name"] = seen.theirs(card["name"])
    item = _names(seen, issue).get(one.item, "")
    text = seen.words_of(one.side, one.words)
    return {
        "mine": mine,
        "side": one.side,
        "who": seen.who(one.side),
        "title": one.point or item or (card["name"] if card else text) or _("Evidence"),
        "row": one.point or item,
        "text": text,
        "card": card,
        "gone": one.file_id is None and not one.words,
        "private": one.private,
        "at": one.filed,
        "digest": one.digest[:8],
        "round": one.round,
    }


def _rows(seen: Seen, pieces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Points in rows, parties in columns: silence shows as a gap."""
    points = list(dict.fromkeys(one["row"] for one in pieces))
    return [
        {
            "point": point or _("No point named"),
            "mine": [one for one in pieces if one["row"] == point and one["mine"]],
            "theirs": [one for one in pieces if one["row"] == point and not one["mine"]],
        }
        for point in sorted(points, key=lambda point: (not point, points.index(point)))
    ]
