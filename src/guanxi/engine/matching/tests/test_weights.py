"""The weights file: read as it was written, refused as a whole with the place of the fault."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guanxi.engine.matching import (
    LEVELS,
    WeightsRefused,
    default_weights,
    read_weights,
    weights,
    write_weights,
)
from guanxi.engine.matching.weights import as_json

Data = dict[str, Any]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    write_weights(default_weights(), path)
    assert read_weights(path) == default_weights()


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        (lambda data: data.pop("prior"), "prior", "missing"),
        (lambda data: data.update(note="x"), "note", "unknown"),
        (lambda data: data.update(schema=2), "schema", "other_schema"),
        (lambda data: data.update(version=""), "version", "not_a_version"),
        (lambda data: data.update(fields=[]), "fields", "not_a_table"),
        (lambda data: data["thresholds"].update(review=0.9995), "thresholds.review", "above_same"),
        (lambda data: data["fields"].pop("phone"), "fields.phone", "missing"),
        (lambda data: data["fields"]["phone"].update(near={}), "fields.phone.near", "unknown"),
        (lambda data: data["fields"]["phone"]["same"].update(m=0), "fields.phone.same.m", "not_a_share"),
        (
            lambda data: data["fields"]["phone"]["same"].update(u=float("nan")),
            "fields.phone.same.u",
            "not_a_share",
        ),
        (lambda data: data["fields"]["phone"]["same"].update(h="1"), "fields.phone.same.h", "not_a_number"),
        (lambda data: data["fields"]["phone"]["same"].update(m=True), "fields.phone.same.m", "not_a_number"),
        (
            lambda data: data["fields"]["name"]["same"].update(frequency="x"),
            "fields.name.same.frequency",
            "unknown",
        ),
        (
            lambda data: data["fields"]["name"]["same"].update(spread=0),
            "fields.name.same.spread",
            "not_a_factor",
        ),
        (lambda data: data["frequencies"]["families"].update(王=2), "frequencies.families.王", "not_a_share"),
    ],
)
def test_refusals(tmp_path: Path, change: Callable[[Data], object], key: str, reason: str) -> None:
    data = copy.deepcopy(as_json(default_weights()))
    change(data)
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(WeightsRefused) as refusal:
        read_weights(path)
    assert (refusal.value.file, refusal.value.key, refusal.value.reason_code) == ("weights.json", key, reason)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"{", "not_json"), (b"\xff", "unreadable"), (b"[]", "not_a_table")]
)
def test_files_that_are_no_weights(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "weights.json"
    path.write_bytes(content)
    with pytest.raises(WeightsRefused) as refusal:
        read_weights(path)
    assert refusal.value.reason_code == reason
    with pytest.raises(WeightsRefused):
        read_weights(tmp_path / "absent.json")


def test_shares_of_a_field_are_about_all_there_is() -> None:
    """What the levels leave over is rounding, or was learnt from pairs that had no value."""
    written = json.loads((Path(weights.__file__).parent / "weights/default.json").read_text("utf-8"))
    for field, levels in written["fields"].items():
        assert list(levels) == list(LEVELS[field])
        for side in ("m", "u", "h"):
            assert 0.85 < sum(level[side] for level in levels.values()) < 1.15, (field, side)


def test_no_level_speaks_for_more_than_the_best() -> None:
    """That two addresses differ is nothing in favour of one person, whatever was learnt."""
    for levels in default_weights().fields.values():
        best = next(iter(levels.values()))
        assert all(level.m / level.h <= best.m / best.h * 1.000001 for level in levels.values())
