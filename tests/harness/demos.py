"""Stacks with the demo's people and cases in their database: on SQLite made once a run and copied, home and all."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.harness import migrated
from tests.harness.processes import Stack

LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Demos:
    """Called with "zh" or "en" and a pack: a `Stack` of its own, not started. `new` gives an empty database."""

    def __init__(self, folder: Path, shared: Path, new: Callable[[], str]) -> None:
        self._folder, self._shared, self._new = folder, shared, new
        self._made: list[Stack] = []

    def __call__(self, language: str, pack: str = "club") -> Stack:
        home = self._folder / f"demo{len(self._made)}"
        url = self._new()
        if url.startswith("sqlite"):
            shutil.copytree(self._mould(language, pack, Path(url.removeprefix("sqlite:///"))), home)
            stack = _stack(language, pack, home, f"sqlite:///{home}/demo.sqlite3")
        else:
            home.mkdir()
            stack = _prepared(language, pack, home, url)
        self._made.append(stack)
        return stack

    def _mould(self, language: str, pack: str, empty: Path) -> Path:
        mould = self._shared / f"demo-{pack}-{language}"
        with migrated.alone(self._shared, mould.name):
            if not mould.exists():
                half = self._shared / f"half-{pack}-{language}"
                half.mkdir()
                shutil.copy(empty, half / "demo.sqlite3")
                _prepared(language, pack, half, f"sqlite:///{half}/demo.sqlite3")
                half.rename(mould)
        return mould

    def stop(self) -> None:
        for stack in self._made:
            stack.stop()


def _stack(language: str, pack: str, home: Path, url: str) -> Stack:
    extra = {"GUANXI_DEMO": "1", "GUANXI_LANG": LANGUAGES[language], "GUANXI_PACK": pack}
    return Stack(database_url=url, home=home, extra=extra)


def _prepared(language: str, pack: str, home: Path, url: str) -> Stack:
    stack = _stack(language, pack, home, url)
    stack.run("demo", "--prepare", "--lang", language, "--pack", pack)
    return stack
