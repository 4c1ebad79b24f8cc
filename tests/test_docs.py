"""What the documents say is there: links, models in the glossary, settings in the manual, commands, promises."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from scripts.procedure import text as procedure_page
from tests.harness.processes import ROOT
from tests.test_architecture import PACKAGE, tracked

LINK = re.compile(r"\]\(([^)\s#]*)(#[^)\s]*)?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
COMMAND = re.compile(r"(?:\./guanxi|\bguanxi) (?!is\b|with\b)([a-z]+)((?: --[a-z-]+)*)")
SETTING = re.compile(r"\bGUANXI_[A-Z_]+\b")
STATUSES = re.compile(r"holds|not reached|open|comes with .+")


def documents() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors_of(path: Path) -> set[str]:
    """The anchors GitHub makes of a document's headings."""
    heads = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_links_between_documents_resolve(path: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(CODE.sub("", text_of(path))):
        if re.match(r"[a-z]+:", target):
            continue
        found = (path.parent / target).resolve() if target else path
        if not found.exists() or (anchor and found.suffix == ".md" and anchor[1:] not in anchors_of(found)):
            broken.append(target + anchor)
    assert broken == []


def test_both_readmes_are_one() -> None:
    """Same commands, same links: what one language is told, the other is told too."""
    english, chinese = (text_of(ROOT / name) for name in ("README.md", "README.zh.md"))
    assert set(COMMAND.findall(english)) == set(COMMAND.findall(chinese))
    links = [{target for target, _ in LINK.findall(text)} for text in (english, chinese)]
    assert links[0] ^ links[1] == {"README.md", "README.zh.md", "docs/zh/README.md"}


def test_every_model_stands_in_the_glossary() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", text_of(ROOT / "docs/glossary.md"), re.MULTILINE))
    models = {model.__name__ for model in apps.get_models() if model.__module__.startswith("guanxi.")}
    assert named == models


def test_the_map_names_every_module_of_core() -> None:
    named = set(re.findall(r"`(\w+)/?`", text_of(ROOT / "docs/map.md")))
    core = {
        path.stem
        for path in (PACKAGE / "core").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert core - named - {"__init__", "apps", "tests", "migrations"} == set()


def test_what_the_map_names_is_there() -> None:
    """`room/file.py: name` and `room/file.py`, under src/guanxi."""
    wrong = []
    for place, name in re.findall(r"`([a-z_/]+\.py)(?:: (\w+))?`", text_of(ROOT / "docs/map.md")):
        file = next((root / place for root in (PACKAGE, ROOT) if (root / place).exists()), None)
        if "/" in place and (file is None or not re.search(rf"\b{name}\b", text_of(file))):
            wrong.append(f"{place}: {name}")
    assert wrong == []


def test_every_setting_stands_in_the_manual() -> None:
    wanted = set(SETTING.findall(text_of(ROOT / "src/guanxi/site/settings.py")))
    assert wanted - set(SETTING.findall(text_of(ROOT / "docs/operations.md"))) == set()


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_commands_in_documents_exist(path: Path) -> None:
    known = get_commands()
    wrong = [
        f"{name}{options}"
        for code in CODE.findall(text_of(path))
        for name, options in COMMAND.findall(code)
        if name not in known or not _takes(known[name], name, options.split())
    ]
    assert wrong == []


def _takes(app: str, name: str, options: list[str]) -> bool:
    """Whether the command's source names the options."""
    spec = find_spec(f"{app}.management.commands.{name}")
    source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    if "demo_start.add_arguments" in source:  # they stand where the quick second start reads them too
        source += (ROOT / "src/guanxi/site/demo_start.py").read_text(encoding="utf-8")
    return all(option == "--help" or f'"{option}"' in source for option in options)


def promise_rows() -> list[list[str]]:
    lines = re.findall(r"^\| (\d+[a-z]? \|.+) \|$", text_of(ROOT / "docs/promises.md"), re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def test_every_promise_has_a_line_that_can_be_read() -> None:
    rows = promise_rows()
    assert {re.sub(r"\D", "", row[0]) for row in rows} == {str(number) for number in range(1, 31)}
    assert [row for row in rows if len(row) != 6 or not STATUSES.fullmatch(row[5])] == []


def test_a_judged_promise_has_figure_date_and_command() -> None:
    for number, _, figure, command, date, status in promise_rows():
        if status in {"holds", "not reached"}:
            assert figure not in {"", "not measured yet"}, number
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", date), number
            assert command, number
        for place in re.findall(r"`((?:bench|tests|scripts|src)/[^`\s]+|\.ci/run)", command):
            if status in {"holds", "not reached"}:
                assert (ROOT / place).exists(), f"{number}: {place}"


def test_the_page_of_the_procedure_is_the_table() -> None:
    """Otherwise: python scripts/procedure.py"""
    assert (ROOT / "docs/procedure.md").read_text(encoding="utf-8") == procedure_page()
