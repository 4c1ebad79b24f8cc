"""Told disputes keep the limits of their own pack, whatever the hour a demo is started at.

Nights that do not count only make a limit longer, so plain hours are the strictest measure: who speaks within them is heard at
any time of any day.
"""

import tomllib
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import pytest

from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import Policy
from guanxi.packs.loader import FOLDER, load

WORLDS = ("club", "marketplace")
PARTIES = ("customer", "other")


def told(pack: str) -> list[dict[str, Any]]:
    script = FOLDER / pack / "data" / "disputes.toml"
    disputes: list[dict[str, Any]] = tomllib.loads(script.read_text(encoding="utf-8"))["dispute"]
    return disputes


def waits(steps: list[Mapping[str, Any]], begins: str, verbs: tuple[str, ...]) -> Iterator[float]:
    """Hours from each step `begins` to what the parties say of it with one of `verbs`, until staff acts again."""
    since: float | None = None
    for step in steps:
        since = None if since is None else since + float(step["at"])
        if step.get("verb") == begins:
            since = 0.0
        elif step["by"] not in PARTIES:
            since = None
        elif since is not None and step["verb"] in verbs:
            yield since


@pytest.mark.parametrize("pack", WORLDS)
def test_whoever_speaks_in_a_hearing_speaks_before_it_ends(pack: str) -> None:
    hours = _hours(pack, machine.HEARING)
    said = [
        (script.get("title", script["text"]), wait)
        for script in told(pack)
        for wait in chain.from_iterable(
            waits(script["steps"], begins, ("comment", "agree")) for begins in ("propose", "propose_anew")
        )
    ]
    assert said, "nobody speaks in any hearing"
    assert [one for one in said if one[1] >= hours] == []


@pytest.mark.parametrize("pack", WORLDS)
def test_the_other_side_answers_before_its_time_is_over(pack: str) -> None:
    hours = _hours(pack, machine.RESPONSE)
    said = [
        (script.get("title", script["text"]), wait)
        for script in told(pack)
        if script["kind"] != "investigation"
        for wait in waits(script["steps"], "accept", ("contest", "offer", "admit"))
    ]
    assert said, "nobody answers anything"
    assert [one for one in said if one[1] >= hours] == []


def _hours(pack: str, key: str) -> float:
    given = load(pack).procedure
    assert given is not None
    policy = Policy.from_json(given)
    return policy.kinds["dispute"].limit(key).total_seconds() / 3600
