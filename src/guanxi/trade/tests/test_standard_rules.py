"""Grading and comparing: exact examples, and what must hold for any values."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.trade.rules import standards as rules
from guanxi.trade.rules.standards import units
from tests.measured import CONTENT, GOOD

READ = rules.Content.from_json(CONTENT)
CHOICES = ["clean", "worn", "bent"]
values = st.fixed_dictionaries(
    {
        "scratches": st.integers(0, 30),
        "battery": st.integers(600, 1000).map(lambda tenth: tenth / 10),
        "housing": st.sampled_from(CHOICES),
        "unlocked": st.booleans(),
        "storage": st.sampled_from([64.0, 128.0, 256.0]),
    }
)


def test_the_example_is_without_fault() -> None:
    assert rules.faults(CONTENT) == []


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({}, "B"),
        ({"scratches": 2, "battery": 90.0, "housing": "clean"}, "A"),
        ({"scratches": 3, "battery": 88.0, "housing": "clean"}, "A"),  # within tolerance
        ({"scratches": 11}, "B"),
        ({"scratches": 12}, "C"),
        ({"battery": 77.9}, "C"),
        ({"scratches": 0, "battery": 100.0, "housing": "clean", "unlocked": False}, "C"),  # critical
    ],
)
def test_the_highest_grade_whose_limits_all_hold(changed: dict[str, Any], grade: str) -> None:
    assert rules.grade_of(READ, {**GOOD, **changed}) == grade


@given(
    found=values,
    better=st.sampled_from(["scratches", "battery", "housing", "unlocked"]),
    by=st.integers(1, 9),
)
def test_a_better_value_never_gives_a_worse_grade(found: dict[str, Any], better: str, by: int) -> None:
    improved = {
        "scratches": max(0, found["scratches"] - by),
        "battery": found["battery"] + by,
        "housing": CHOICES[max(0, CHOICES.index(found["housing"]) - by)],
        "unlocked": True,
    }
    place = READ.place(rules.grade_of(READ, {**found, better: improved[better]}))
    assert place <= READ.place(rules.grade_of(READ, found))


@given(found=values)
def test_tolerance_never_hurts_the_seller(found: dict[str, Any]) -> None:
    lenient = READ.place(rules.grade_of(READ, found))
    assert lenient <= READ.place(rules.grade_of(READ, found, tolerance=False))


@given(found=values, grade=st.sampled_from(["A", "B", "C"]))
def test_what_is_found_as_declared_is_no_claim(found: dict[str, Any], grade: str) -> None:
    if rules.declaration_faults(READ, grade, found):
        return
    finding = rules.compare(READ, grade, found, found)
    assert (finding.worse, finding.differences, finding.rule) == (0, (), None)


@given(declared=values, found=values)
def test_a_worse_finding_pays_at_least_as_much(declared: dict[str, Any], found: dict[str, Any]) -> None:
    finding = rules.compare(READ, "A", declared, found)
    assert finding.worse == READ.place(finding.found)
    assert rules.share_of(finding, 10_000) == {0: 500, 1: 2_000, 2: 10_000}[finding.worse] * finding.upheld


def test_declared_b_found_c() -> None:
    finding = rules.compare(READ, "B", GOOD, {"scratches": 14})
    assert (finding.declared, finding.found, finding.worse, finding.critical) == ("B", "C", 1, False)
    assert finding.differences == (rules.Difference("scratches", 4, 14, rules.Limit(max=10)),)
    assert finding.rule == READ.remedies[1]
    assert rules.share_of(finding, 199_950) == 39_990
    told = rules.explanation(finding, "phone@3")
    assert (told.outcome, told.rule) == ("standard.finding.worse", "phone@3")
    assert told.facts[1].values["limit"] == {"min": None, "max": 10, "among": []}


def test_a_critical_failure_outranks_the_grades() -> None:
    finding = rules.compare(READ, "B", GOOD, {"unlocked": False})
    assert (finding.found, finding.critical, finding.rule) == ("C", True, READ.remedies[3])


def test_a_value_misstated_within_its_grade() -> None:
    assert rules.compare(READ, "B", GOOD, {"storage": 64.0}).rule == READ.remedies[0]
    assert rules.compare(READ, "B", GOOD, {"scratches": 8}).rule == READ.remedies[0]
    assert not rules.compare(READ, "B", GOOD, {"scratches": 5, "battery": 99.0, "housing": "clean"}).upheld


@pytest.mark.parametrize(
    ("grade", "changed", "wrong"),
    [
        ("B", {}, {}),
        ("C", {"scratches": 28}, {}),
        ("A", {}, {"scratches": "not_reached", "battery": "not_reached", "housing": "not_reached"}),
        ("S", {}, {"grade": "grade"}),
        ("B", {"scratches": 4.5}, {"scratches": "count"}),
        ("B", {"battery": "full"}, {"battery": "number"}),
        ("B", {"housing": "gone"}, {"housing": "choice"}),
        ("B", {"unlocked": 1}, {"unlocked": "flag"}),
        ("B", {"colour": " "}, {"colour": "text"}),
        ("B", {"weight": 1}, {"weight": "parameter"}),
        ("B", {"battery": float("nan")}, {"battery": "number"}),
    ],
)
def test_what_may_be_declared(grade: str, changed: dict[str, Any], wrong: dict[str, str]) -> None:
    found = rules.declaration_faults(READ, grade, {**GOOD, **changed})
    assert {field: code for field, (code, _value) in found.items()} == wrong


def test_a_grade_needs_all_it_is_limited_by() -> None:
    found = rules.declaration_faults(READ, "B", {"scratches": 1})
    assert sorted(found) == ["battery", "housing", "unlocked"]
    assert rules.declaration_faults(READ, "C", {}) == {}


def _changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    content = deepcopy(CONTENT)
    here: Any = content
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("parameters", 0, "kind"), "colour", "kind"),
        (("parameters", 0, "code"), "battery", "twice"),
        (("parameters", 1, "unit"), "percent", "unit"),
        (("parameters", 2, "unit"), "mm", "measured"),
        (("parameters", 1, "tolerance"), -1, "below_zero"),
        (("parameters", 2, "choices"), [], "choices"),
        (("parameters", 0, "limits", "B"), {"max": 1}, "tighter"),
        (("parameters", 0, "limits"), {"B": {"max": 1}}, "tighter"),
        (("parameters", 0, "limits", "C"), {"max": 20}, "lowest"),
        (("parameters", 0, "limits", "S"), {"max": 20}, "no_grade"),
        (("parameters", 0, "limits", "A"), {"most": 2}, "limit"),
        (("parameters", 3, "limits"), {"A": {"among": [True]}}, "critical"),
        (("parameters", 2, "limits", "B"), {"among": ["gone"]}, "tighter"),
        (("parameters", 5, "limits"), {"A": {"among": ["red"]}}, "no_limit"),
        (("parameters", 0, "name"), {"en": "Scratches"}, "names"),
        (("grades", 0, "condition"), "Nice", "condition"),
        (("grades",), [{"code": "A", "name": CONTENT["scope"]}], "few"),
        (("remedies", 1, "share"), 1.2, "share"),
        (("remedies", 3, "share"), 0.5, "less"),
        (("remedies", 0, "grades"), 1, "grades"),
        (("parameters",), {}, "list"),
        (("prices",), [], "unknown"),
    ],
)
def test_what_a_version_may_not_say(path: tuple[str | int, ...], value: Any, code: str) -> None:
    assert code in {one.code for one in rules.faults(_changed(path, value))}


def test_typed_values_are_read() -> None:
    read, wrong = rules.read_values(
        READ, {"scratches": " 14 ", "battery": "87,5", "unlocked": "否", "housing": "x", "storage": ""}
    )
    assert read == {"scratches": 14, "battery": 87.5, "unlocked": False}
    assert wrong == {"housing": "choice"}


def test_units_are_written_for_people() -> None:
    assert units.written("[in_i]3/(30.g)", "en") == "in³/30 g"
    assert (units.written("mo", "zh-hans"), units.written("mo", "en")) == ("个月", "months")


def _assessed(*rows: tuple[str, str, str]) -> list[rules.Assessed]:
    return [rules.Assessed(who, what, grade, {}) for who, what, grade in rows]


def test_a_panel_that_agrees_may_be_published() -> None:
    grades = {"1": "AAB", "2": "BBB", "3": "CCC"}
    assessed = _assessed(
        *((str(who), what, grade) for what, row in grades.items() for who, grade in enumerate(row))
    )
    found = rules.agreement(READ, assessed, ["1", "2", "3"])
    assert found.alpha is not None
    assert (round(found.alpha, 3), found.blockers, found.experts) == (0.848, (), 3)
    assert found.medians == {"1": "A", "2": "B", "3": "C"}
    assert [one.expert for one in rules.dissents(READ, assessed, found.medians)] == ["2"]


def test_conflicts_and_discord_stand_against_publishing() -> None:
    rows = _assessed(*((who, what, "A") for who in "12" for what in "12"))
    rows += [rules.Assessed("3", what, "C", {}, conflict=True) for what in "12"]
    assert rules.agreement(READ, rows, ["1", "2"]).blockers == ("experts",)
    discord = _assessed(
        ("1", "1", "A"), ("2", "1", "B"), ("3", "1", "C"), ("1", "2", "C"), ("2", "2", "A"), ("3", "2", "B")
    )
    assert rules.agreement(READ, discord, ["1", "2"]).blockers == ("alpha",)
    assert rules.agreement(READ, [], []).blockers == ("specimens", "experts", "alpha")
