"""The rules of docs/map.md that a machine can check, besides the import contracts in pyproject.toml."""

import ast
import re
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from django.apps import apps

from guanxi.core import personal
from scripts import translations
from tests.harness.processes import ROOT

PACKAGE = ROOT / "src/guanxi"
# Lowest first; rooms in one tuple may not know each other.
LAYERS = (
    ("core", "engine"),
    ("people",),
    ("work",),
    ("channels", "trade"),
    ("cases",),
    ("trust", "relations"),
    ("insight",),
    ("packs",),
    ("site",),
)
LEVEL = {room: height for height, rooms in enumerate(LAYERS) for room in rooms}
ROOMS = ("people", "work", "channels", "trade", "cases", "trust", "relations", "insight")
FILES = frozenset(
    {
        "__init__",
        "apps",
        "rules",
        "events",
        "models",
        "queries",
        "actions",
        "jobs",
        "api",
        "pages",
        "words",
        "lists",
        "imports",
        "personal",
    }
)
FOLDERS = frozenset({"migrations", "templates", "tests", "data"})
BANNED_NAMES = frozenset({"utils", "helpers", "manager", "managers", "service", "services", "common", "misc"})
SIGNALS = frozenset(
    {"django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals"}
)
# Where a library offers nothing but a signal.
SIGNALS_ALLOWED: dict[str, str] = {}
CLOCKS = frozenset({"timezone.now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"})


def python_files(*, with_tests: bool = False) -> list[Path]:
    paths = sorted(PACKAGE.rglob("*.py"))
    paths = [path for path in paths if "migrations" not in path.parts]
    return paths if with_tests else [path for path in paths if "tests" not in path.relative_to(PACKAGE).parts]


def tree_of(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(), str(path)))


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "guanxi" and len(parts) > 1 else ""


def at(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def templates() -> list[Path]:
    return sorted(
        path for folder in ("templates", "templates_django") for path in PACKAGE.glob(f"*/{folder}/**/*.html")
    )


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_foreign_key_points_upward_or_sideways() -> None:
    wrong = []
    for model in apps.get_models():
        if not (room := room_of(model.__module__)):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if (
                not getattr(field, "concrete", False)
                or target is None
                or not (other := room_of(target.__module__))
            ):
                continue
            if other != room and LEVEL[other] >= LEVEL[room]:
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert wrong == []


def test_every_room_has_only_the_doors_a_newcomer_knows() -> None:
    wrong = [
        str(entry.relative_to(ROOT))
        for room in ROOMS
        for entry in (PACKAGE / room).iterdir()
        if entry.name not in {"__pycache__", "py.typed"} and entry.name.split(".")[0] not in FILES | FOLDERS
    ]
    assert wrong == []


def test_every_text_column_says_whether_it_holds_something_of_a_person() -> None:
    """Else erasing somebody would pass it over: declare the table in its room's `personal.py`."""
    assert personal.undeclared() == []


def test_no_file_is_called_utils() -> None:
    assert [path for path in python_files(with_tests=True) if path.stem in BANNED_NAMES] == []


def test_only_the_clock_asks_for_the_time() -> None:
    clock = PACKAGE / "core/clock.py"
    wrong = [
        at(path, node)
        for path in python_files()
        if path != clock
        for node in tree_of(path)
        if isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in CLOCKS
    ]
    assert wrong == []


def imported(node: ast.AST) -> list[str]:
    """Every module (and module.name) an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def test_only_who_prints_loads_the_printing() -> None:
    """88 modules and some megabytes for each process, were they imported when the pages are."""
    paper = re.compile(
        r"^(from|import) reportlab|^from guanxi\.trade\.pages import .*\bpaper\b", re.MULTILINE
    )
    found = [path for path in python_files() if paper.search(path.read_text())]
    assert [path.name for path in found] == ["paper.py"]


def test_no_django_signals() -> None:
    wrong = [
        at(path, node)
        for path in python_files()
        if str(path.relative_to(PACKAGE)) not in SIGNALS_ALLOWED
        for node in tree_of(path)
        if SIGNALS & set(imported(node))
    ]
    assert wrong == []


def test_edges_read_through_queries_and_write_through_actions() -> None:
    edges = [*PACKAGE.glob("*/pages.py"), *PACKAGE.glob("*/api.py"), *PACKAGE.glob("*/pages/*.py")]
    wrong = [
        at(path, node)
        for path in edges
        for node in tree_of(path)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]
    assert wrong == []


def test_models_save_without_business_logic() -> None:
    wrong = [
        at(path, node)
        for path in chain(PACKAGE.glob("*/models.py"), PACKAGE.glob("*/models/*.py"))
        for node in tree_of(path)
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ]
    assert wrong == []


def test_public_actions_take_keywords_only() -> None:
    wrong = [
        at(path, node)
        for path in PACKAGE.glob("*/actions.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and (node.args.args or node.args.posonlyargs)
        and {"actor", "now"} & {each.arg for each in [*node.args.args, *node.args.kwonlyargs]}
    ]
    assert wrong == []


INLINE = {
    "inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")", re.IGNORECASE
    ),
    "inline style": re.compile(r"<style\b|<[^>]*\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "other host": re.compile(
        r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=\"(?:https?:)?//", re.IGNORECASE
    ),
    "trans block": re.compile(r"\{%-?\s*trans\b(?=[^%]*%\}(?:.|\n)*\{%-?\s*endtrans)"),
}


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_fit_the_content_security_policy(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert [name for name, pattern in INLINE.items() if pattern.search(text)] == []


def test_every_sentence_is_translated() -> None:
    assert translations.faults() == []


MACHINE = re.compile(
    r"(?<![\w.{}$])/(?:(?:root|home/\w+)/\w|work/(?:main|shared|\.library))|https?://[\w.-]*(?:pypi|pythonhosted|npmjs|npmmirror|tuna|aliyun)[\w.-]*/"
    r"(?:simple|packages)\b|--index-url\s+http|BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}"
)


def test_no_tracked_file_names_a_machine_path_registry_or_key() -> None:
    wrong = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if path != Path(__file__) and (found := MACHINE.search(text)):
            wrong.append(f"{path.relative_to(ROOT)}: {found.group()}")
    assert wrong == []


def test_nothing_tracked_is_generated() -> None:
    assert [
        path for path in tracked() if path.suffix in {".mo", ".pyc", ".sqlite3"} or path.name == "uv.lock"
    ] == []
