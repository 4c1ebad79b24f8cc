"""`guanxi import` in this process: dry run, import, errors, undoing, mapping by hand."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from guanxi.core.models.imports import ImportRun
from guanxi.people.models import Record
from tests.cast import Staffer
from tests.imports.files import CUSTOMERS

pytestmark = pytest.mark.usefixtures("organisation")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS)
    return file


def guanxi_import(*words: str) -> str:
    out = StringIO()
    call_command("import", *words, stdout=out)
    return out.getvalue()


def test_dry_run_writes_nothing_and_leaves_nothing(path: Path) -> None:
    said = guanxi_import(str(path), "--dry-run")
    assert "phone          <- 手机" in said
    assert "new 3, refused 1" in said
    assert "row 5, 手机: " in said
    assert (Record.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_import_errors_and_undo(path: Path, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    said = guanxi_import(str(path), "--yes", "--option", "source=crm", "--errors", str(errors))
    assert "new 3, refused 1" in said
    assert set(Record.objects.values_list("source", flat=True)) == {"import:crm"}
    assert errors.read_text("utf-8-sig").splitlines()[1].startswith("坏行,12,,,5,手机: ")
    run = ImportRun.objects.get()
    assert "taken_back 3" in guanxi_import("--undo", run.public_id)
    assert Record.objects.count() == 0


def test_columns_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("a,b,c\nAnna Bell,anna@example.com,VIP-1\n")
    guanxi_import(str(file), "--yes", "--map", "name=1", "--map", "member=c")
    assert Record.objects.get().said == {
        "name": "Anna Bell", "email": "anna@example.com", "member": "VIP-1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere.csv", "--yes"], "No such file"),
        (["--undo", "I-XXXXX-XXXXX"], ""),
        ([], "Which file"),
        (["{path}", "--yes", "--map", "phone=nowhere"], "nowhere"),
        (["{path}", "--yes", "--map", "email=", "--map", "phone=", "--map", "member="], "See --map"),
        (["{path}", "--yes", "--as", "nobody"], "nobody"),
    ],
)
def test_clear_words(path: Path, words: list[str], told: str) -> None:
    with pytest.raises(CommandError) as error:
        guanxi_import(*(word.format(path=path) for word in words))
    assert told in str(error.value)
    assert Record.objects.count() == 0


def test_in_somebodys_name(path: Path, keeper: Staffer, agent: Staffer) -> None:
    guanxi_import(str(path), "--yes", "--as", "keeper")
    assert ImportRun.objects.get().actor_id == keeper.user.public_id
    with pytest.raises(CommandError):
        guanxi_import(str(path), "--yes", "--as", "agent")
