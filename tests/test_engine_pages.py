"""The code of docs/engine runs, and prints what the pages say."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from guanxi.engine.tests.shared import CDNOW, SHARED
from tests.harness.processes import ROOT

PAGES = sorted((ROOT / "docs/engine").glob("*.md"))
BLOCK = re.compile(r"```python\n(.*?)```(?:\s*```text\n(.*?)```)?", re.DOTALL)
FILE = re.compile(r'"([\w.]+\.gz)"')


def place(name: str) -> Path:
    for folder in (CDNOW, SHARED / "hillstrom"):
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"{name} is not in {SHARED} (GUANXI_DATA names the folder)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_page_prints_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = page.read_text(encoding="utf-8")
    for name in set(FILE.findall(text)):
        (tmp_path / name).symlink_to(place(name))
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    blocks = BLOCK.findall(text)
    assert blocks
    for code, said in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, page.name, "exec"), known)
        assert printed.getvalue() == said
