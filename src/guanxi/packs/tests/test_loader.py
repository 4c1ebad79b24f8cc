"""A pack is checked whole before anything is written, and says which file and key is wrong."""

import shutil
from pathlib import Path

import pytest

from guanxi.packs.loader import FOLDER, PackError, load


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of the club's files that a test may break."""
    shutil.copytree(FOLDER / "club", tmp_path / "club", ignore=shutil.ignore_patterns("*.py", "data"))
    return tmp_path


def test_the_club_has_its_groups_roles_and_titles() -> None:
    club = load("club")
    teams = {unit.code: dict(unit.targets or {}) for unit in club.units if unit.kind == "team"}
    assert teams == {
        "hotline": {"contact.phone": {"minutes": 1}},
        "online-service": {"case.answer": {"minutes": 120}, "contact.chat": {"minutes": 1}},
        "telemarketing": {},
        "letters": {},
        "document-processing": {},
        "financial-services": {},
        "data-maintenance": {"people.review": {"minutes": 960}},
        "procurement": {},
        "warehouse": {},
        "case-handling": {},
    }
    assert [role.code for role in club.roles] == [
        "trainee",
        "agent",
        "supervisor",
        "handler",
        "case-supervisor",
        "head-of-service",
        "expert",
        "fulfilment",
        "warehouse",
        "manager",
        "steward",
        "privacy",
        "administrator",
    ]
    assert len(club.products) == 40
    assert all(set(unit.name) == {"zh-hans", "en"} for unit in club.units)


def test_a_trainee_sees_masks() -> None:
    roles = {role.code: role.rights for role in load("club").roles}
    assert "people.contacts" not in roles["trainee"]
    assert roles["agent"]["people.contacts"] == "all"


def test_there_is_no_such_pack() -> None:
    for code in ("circus", "../club", ""):
        with pytest.raises(PackError, match="there is no pack"):
            load(code)


BROKEN = [
    ("pack.toml", 'code = "club"', 'code = "bank"', "code", "the folder's name"),
    ("pack.toml", "languages =", "tongues =", "tongues", "did you mean 'languages'?"),
    ("pack.toml", '"zh-hans", "en"]', '"zh-hans", "en", "fr"]', "name.fr", "must be a text"),
    ("pack.toml", "name = { zh-hans", 'name = "x" # {', "name", "in every language"),
    (
        "organisation.toml",
        'parent = "call-centre"',
        'parent = "moon"',
        "team.hotline.parent",
        "'moon' is no unit",
    ),
    (
        "organisation.toml",
        'kind = "department"',
        'kind = "team"',
        "unit.call-centre.kind",
        "teams are [[team]]",
    ),
    ("organisation.toml", 'code = "letters"', 'code = "hotline"', "team.hotline.code", "is there twice"),
    ("organisation.toml", 'code = "letters"', 'code = "Let ters"', "team[3].code", "small letters"),
    (
        "organisation.toml",
        'calendar = "service"',
        'calendar = "lunar"',
        "team.hotline.calendar",
        "no [calendar.lunar]",
    ),
    ("organisation.toml", "08:00-22:00", "22:00-08:00", "calendar.service", "does not end after it starts"),
    (
        "organisation.toml",
        "minutes = 120",
        "minutes = 0",
        "team.online-service.targets.case.answer",
        "above 0",
    ),
    (
        "organisation.toml",
        "people.review",
        "case.answer",
        "team.data-maintenance.targets.case.answer",
        "is there twice",
    ),
    ("organisation.toml", "[[unit]]", "[[unit", "", "no TOML: Expected"),
    (
        "roles.toml",
        '"people.view" = "all"',
        '"people.view" = "world"',
        "role.trainee.rights.people.view",
        "'world'",
    ),
    ("roles.toml", 'code = "agent"', 'code = "trainee"', "role.trainee.code", "is there twice"),
    ("products.toml", 'sku = "BK-1007"', 'sku = ""', "product[0].sku", "must be a text"),
    ("products.toml", 'sku = "BK-1014"', 'sku = "BK-1007"', "product[1].sku", "is there twice"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "key", "words"), BROKEN)
def test_a_broken_pack_names_file_and_key(
    place: Path, file: str, right: str, wrong: str, key: str, words: str
) -> None:
    path = place / "club" / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load("club", folder=place)
    assert (caught.value.file, caught.value.key) == (file, key)
    assert words in caught.value.problem


def test_a_missing_file_is_named(place: Path) -> None:
    (place / "club" / "roles.toml").unlink()
    with pytest.raises(PackError, match=r"^roles\.toml: the file is missing$"):
        load("club", folder=place)
