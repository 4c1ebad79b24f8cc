"""`[[scheme]]` of `trade.toml`: seven come with the marketplace; what is wrong is said with its key; every code is known."""

from pathlib import Path
from typing import Any

import pytest

from guanxi.packs.files import File
from guanxi.packs.loader import load
from guanxi.packs.schemes import read_schemes
from guanxi.trade.rules.ruleset import Rules

GOOD = """
[[scheme]]
code = "lightning"
name = { en = "Lightning" }
words = { en = "In a day." }
proof = "late_shipping"
deposit = "500 CNY"
within = "24 h"
share = "5 %"
least = "5 CNY"
"""
BROKEN = [
    ("late_shipping", "late", "scheme.lightning.proof: 'late' is unknown; known are"),
    (
        'within = "24 h"\n',
        "",
        "scheme.lightning.within: 'late_shipping' needs the hours within which it is done",
    ),
    ('within = "24 h"', 'within = "90 min"', "scheme.lightning.within: must be whole hours"),
    ('proof = "late_shipping"', 'proof = "returned"', "scheme.lightning.runs: 'returned' needs the days"),
    ('share = "5 %"', 'share = "5 %"\nfactor = 2', "scheme.lightning.share: a scheme pays so many times"),
    ('share = "5 %"', "factor = 0", "scheme.lightning.factor: must be a number above 0"),
    ('least = "5 CNY"', 'least = "5 CNY"\nmost = "1 CNY"', "scheme.lightning.most: is less than the least"),
    (
        'least = "5 CNY"',
        'abuse_below = "60 %"',
        "scheme.lightning.abuse_below: must be above 0 and 50 % at most",
    ),
    ('least = "5 CNY"', "per_buyer = 0", "scheme.lightning.per_buyer: must be a whole number from 1 to 100"),
]


def _read(place: Path, text: str) -> tuple[Any, list[Any]]:
    (place / "trade.toml").write_text(text, "utf-8")
    faults: list[Any] = []
    spot = File.read(place, "trade.toml", {"scheme"}, faults).spot
    return read_schemes(spot, ["en"], "CNY"), faults


def test_a_scheme_is_read(tmp_path: Path) -> None:
    content, faults = _read(tmp_path, GOOD)
    assert faults == []
    one = Rules.from_json({"schemes": content}).schemes["lightning"]
    assert (one.deposit_minor, one.hours, one.share, one.least_minor, one.per_buyer) == (
        50_000,
        24,
        0.05,
        500,
        3,
    )


@pytest.mark.parametrize(("right", "wrong", "said"), BROKEN)
def test_what_is_wrong_is_said(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    faults = _read(tmp_path, GOOD.replace(right, wrong))[1]
    assert said in str(faults[0])


def test_the_marketplace_names_schemes_it_publishes() -> None:
    pack = load("marketplace")
    assert pack.procedure is not None
    assert pack.trading is not None
    schemes = Rules.from_json(pack.trading).schemes
    assert len(schemes) == 7
    named = {one["scheme"] for one in pack.procedure["issues"].values() if one.get("scheme")}
    assert named == {"advance", "lightning", "as_described", "fake_3", "repair_30", "return_7"}
    assert named < set(schemes)
