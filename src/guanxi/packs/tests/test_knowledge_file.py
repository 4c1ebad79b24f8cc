"""Articles and training of packs: there, about what the pack knows, installed once, and each fault with its line."""

from datetime import datetime
from pathlib import Path

import pytest

from guanxi.core.access import system
from guanxi.core.models import Event
from guanxi.packs.install import install
from guanxi.packs.loader import check, load
from guanxi.packs.tests.test_guide import write
from guanxi.work.models import Article, Checklist, Version
from guanxi.work.queries import knowledge as reads

ADMIN = system("test")


@pytest.mark.parametrize(
    ("code", "articles", "scripts"), [("club", 15, 4), ("marketplace", 7, 1), ("bank", 8, 1)]
)
def test_what_the_packs_bring(code: str, articles: int, scripts: int) -> None:
    found = load(code).articles
    assert sum(one.kind == "article" for one in found) == articles
    assert sum(one.kind == "script" for one in found) == scripts


@pytest.mark.django_db
def test_installed_once_and_found_in_both_languages(now: datetime) -> None:
    club = load("club")
    changed = install(actor=ADMIN, now=now, pack=club).changed
    assert {"article:late-parcel", "checklist:first-week"} <= set(changed)
    assert install(actor=ADMIN, now=now, pack=club).changed == ()
    assert (Article.objects.count(), Version.objects.count(), Checklist.objects.count()) == (19, 19, 3)
    assert Event.objects.filter(type="work.article_published").count() == 19
    for words in ("快递十天了还没到，包裹在哪里", "my parcel is ten days late"):
        assert reads.suggest(ADMIN, words, ["late_parcel"])[0].code == "late-parcel"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('zh-hans = """\n先问', 'en-gb = """\n先问', "knowledge.toml:"),
        ('review = "90 d"', 'review = "soon"', "knowledge.toml:5: article.blunt-blade.review"),
        ('code = "blunt-blade"', 'code = "new"', "knowledge.toml:2: article.new.code"),
        ('roles = ["librarian"]', 'roles = ["king"]', "training.toml:4: checklist.first-day.roles"),
    ],
)
def test_each_fault_names_its_file_and_line(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    _pack, faults = check(write(tmp_path, right, wrong))
    assert str(faults[0]).startswith(told)
