"""The states of a kind as a drawing: a spine downwards, lanes at its right for shortcuts, at its left for ways back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from guanxi.cases.rules import published
from guanxi.cases.rules.policy import CaseKind
from guanxi.cases.rules.published import Lane

WIDTH, PITCH, TOP = 360, 52, 14
BOX = {"x": 80, "width": 176, "height": 34}
GAP, LANE = 14, 13  # from the box to the first lane, between lanes
ENTER, LEAVE = (
    -7,
    7,
)  # of the middle of a box: lines come in above and go out below, and the other way at the left


@dataclass(frozen=True, slots=True)
class Stroke:
    """One joined way: its line, its dots where states join, the arrow's place and direction, and its words."""

    path: str
    dots: tuple[tuple[float, float], ...]
    arrow: str
    back: bool
    about: tuple[tuple[str, ...], str]  # from these states to this one


def drawing(kind: CaseKind, boxes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """{width, height, boxes [{x, y, width, height, **of boxes}], spine [(y, y)], strokes}; `boxes` by state, in its order."""
    states = list(boxes)
    middle = {state: TOP + PITCH * place + BOX["height"] / 2 for place, state in enumerate(states)}
    steps = set(published.edges(kind))
    spine = [
        (middle[one] + BOX["height"] / 2, middle[two] - BOX["height"] / 2)
        for one, two in pairwise(states)
        if (one, two) in steps
    ]
    return {
        "width": WIDTH,
        "height": TOP * 2 + PITCH * (len(states) - 1) + BOX["height"],
        "middle": BOX["x"] + BOX["width"] / 2,
        "boxes": [{**BOX, "y": middle[state] - BOX["height"] / 2, **box} for state, box in boxes.items()],
        "spine": spine,
        "strokes": _strokes(published.lanes(kind), middle),
    }


def _strokes(lanes: Sequence[Lane], middle: Mapping[str, float]) -> list[Stroke]:
    found = []
    for back in (False, True):
        for place, lane in enumerate([one for one in lanes if one.back is back]):
            found.append(_stroke(lane, place, middle))
    return found


def _stroke(lane: Lane, place: int, middle: Mapping[str, float]) -> Stroke:
    away = GAP + LANE * place
    edge = BOX["x"] if lane.back else BOX["x"] + BOX["width"]
    x = edge - away if lane.back else edge + away
    leave, enter = (ENTER, LEAVE) if lane.back else (LEAVE, ENTER)
    end = middle[lane.to] + enter
    starts = [middle[source] + leave for source in lane.sources]
    far = max(starts, key=lambda y: abs(y - end))
    lines = [f"M{edge} {far}H{x}V{end}H{edge}", *(f"M{edge} {y}H{x}" for y in starts if y != far)]
    tip = f"{edge},{end} {edge + (-7 if lane.back else 7)},{end - 4} {edge + (-7 if lane.back else 7)},{end + 4}"
    dots = tuple((float(x), y) for y in starts if y != far)
    return Stroke(" ".join(lines), dots, tip, lane.back, (lane.sources, lane.to))
