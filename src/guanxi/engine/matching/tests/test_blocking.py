"""Blocking keys: whoever may be the same shares one, and nobody's values can be read back."""

import pytest

from guanxi.engine import normalise as n
from guanxi.engine.matching import Person, blocking_keys, blocking_terms


def person(**typed: str) -> Person:
    return Person.of((kind, n.normalise(kind, text).value) for kind, text in typed.items())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person(name="张伟"), person(name="Wei Zhang")),
        (person(name="张海敏"), person(name="zhanghaimin")),
        (person(name="李晓明"), person(name="李小明")),
        (person(name="吕布"), person(name="Lyu Bu")),
        (person(name="张伟", phone="13958016608"), person(name="李娜", phone="+86 139 5801 6608")),
        (
            person(name="张伟", phone="010-65542288"),
            person(phone="01065542288"),
        ),
        (person(email="zw@qq.com"), person(email="ZW+shop@163.com")),
        (person(name="张小明", birth="1984-03-05"), person(name="David Zhang", birth="1984年3月5日")),
        (person(name="陈大文", birth="1984-03-05"), person(name="Chan Tai Man", birth="05/03/1984")),
        (
            person(name="张小明", address="杭州市西湖区文三路478号"),
            person(name="张女士", address="杭州文三路478号3-501"),
        ),
        (person(name="小高", birth="1986-07-20"), person(name="高建强", birth="1986-07-20")),
        (
            person(name="张伟", birth="1984-03-05", phone="13958016608"),
            person(birth="1984-03-05", phone="13812346608"),
        ),
        (person(name="zhangqikun David", birth="1981-02-19"), person(name="张启坤", birth="1981-02-19")),
        (person(national_id="130503670401001"), person(national_id="130503196704010016")),
    ],
)
def test_they_meet(one: Person, other: Person) -> None:
    assert set(blocking_keys(one)) & set(blocking_keys(other))


def test_strangers_do_not() -> None:
    one = person(name="张伟", birth="1984-03-05", phone="13958016608", address="杭州市西湖区文三路478号")
    other = person(name="李娜", birth="1990-01-02", phone="13812345678", address="杭州市西湖区文三路12号")
    assert not set(blocking_keys(one)) & set(blocking_keys(other))


def test_keys_are_the_same_for_ever() -> None:
    """They stand in the database: another hash would find nobody."""
    assert blocking_keys(person(phone="13958016608")) == (-2164561464401201801, -3018685308919375970)
    assert list(blocking_terms(person(phone="13958016608"))) == ["phone:+8613958016608", "tail:58016608"]
    assert blocking_keys(Person()) == ()


def test_a_whole_customer_has_the_keys_of_each_record() -> None:
    records = [person(name="张伟", phone="13958016608"), person(name="Wei Zhang", birth="1984-03-05")]
    together = set(blocking_keys(Person.of_all(records)))
    assert all(set(blocking_keys(one)) <= together for one in records)
