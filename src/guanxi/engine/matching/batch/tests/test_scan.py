"""The scan sums up what live recognition would, pair by pair, and proposes people rather than pairs."""

import pytest

from guanxi.engine.matching import Person, default_weights, score
from guanxi.engine.matching.batch import blocks, scores
from guanxi.engine.matching.batch.scan import Found, scan
from guanxi.engine.matching.batch.tests.cast import Said, base_of
from guanxi.engine.normalise import normalise

FATHER = {
    "name": "张伟",
    "birth": "1958-03-05",
    "phone": "13812345678",
    "address": "杭州市西湖区文三路478号3幢501室",
}
SON = {
    "name": "张明",
    "birth": "1984-07-21",
    "phone": "13812345678",
    "address": "杭州市西湖区文三路478号3幢501室",
}
PEOPLE: list[Said] = [
    FATHER,
    {"name": "Zhang Wei", "birth": "1958-03-05", "email": "zhangwei58@qq.com"},
    {"name": "張偉", "phone": "13812345678", "email": "zhangwei58@qq.com"},
    {"name": "伟 张", "birth": "1958-05-03", "phone": "13812345687"},
    SON,
    {"name": "张明", "birth": "1984-07-21", "email": "info@b.com"},
    {"name": "王芳", "email": "info@b.com", "phone": "13900001111"},
    {"name": "王芳", "birth": "1990-01-02", "phone": "13900001111", "national_id": "11010519491231002X"},
    {"name": "王芳", "birth": "1971-11-30", "phone": "13900001111", "national_id": "440524188001010014"},
    {"name": "Anna Keller", "email": "anna.keller@example.org", "address": "12 Baker Street, London"},
    {"name": "Keller, Ana", "email": "anna.keler@example.org"},
    *({"name": f"{one}丽", "phone": "057187654321"} for one in "李刘陈杨赵"),
]


def _person(said: Said) -> Person:
    return Person(**{field: (normalise(field, text).value,) for field, text in said.items()})


def test_bits_are_those_of_live_recognition() -> None:
    base = base_of(PEOPLE)
    crowd = {("phone", normalise("phone", "057187654321").value): 5}
    blocks.find_pairs(base)
    scores.score_pairs(base, default_weights(), keep_min=1e-30)
    rows = base.execute(
        "SELECT a.record, b.record, bits, veto FROM edges JOIN people a ON a.row = l JOIN people b ON b.row = r"
    ).fetchall()
    assert len(rows) >= 20
    for one, other, bits, veto in rows:
        match = score(_person(PEOPLE[one]), _person(PEOPLE[other]), shared=crowd)
        assert bits == pytest.approx(match.weight_bits, abs=1e-3), (PEOPLE[one], PEOPLE[other])
        assert veto == bool(match.vetoes)


def _scan(said: list[Said], **more: object) -> Found:
    base = base_of(said)
    return scan(base, default_weights(), same_min=0.9, prepared=True, **more)  # type: ignore[arg-type]


def _groups(found: Found) -> list[list[int]]:
    return sorted(sorted(group) for group in found.groups)


def test_a_family_is_not_one_person() -> None:
    found = _scan(PEOPLE)
    assert _groups(found) == [[0, 1, 2, 3], [4, 5], [6, 7], [9, 10]]


def test_whom_somebody_has_told_apart_stays_apart() -> None:
    found = _scan(PEOPLE, cannot=[(9, 10), (0, 1)])
    for group in found.groups:
        assert not {9, 10} <= set(group)
        assert not {0, 1} <= set(group)


def test_the_same_base_gives_the_same_answer() -> None:
    first, second = _scan(PEOPLE), _scan(list(PEOPLE))
    assert first.joins == second.joins
    assert first.doubts == second.doubts


def test_nobody_and_one() -> None:
    assert _scan([]).joins == []
    assert _scan([FATHER]).joins == []


def test_a_customer_of_several_records_is_one_person() -> None:
    """What one record alone could not say, the customer can."""
    said: list[Said] = [
        {"name": "李娜", "phone": "13812340000", "customer": "7"},
        {"name": "李娜", "email": "lina@example.org", "birth": "1990-02-03", "customer": "7"},
        {"name": "Li Na", "birth": "1990-02-03", "phone": "13812340000", "customer": "8"},
    ]
    found = _scan(said)
    assert _groups(found) == [[7, 8]]
