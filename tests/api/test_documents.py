"""The examples of docs/api.md and docs/zh/api.md run, in their order, against a running web process."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from tests.fixtures import Databases
from tests.harness import Missing, program, skip
from tests.harness.processes import ROOT, Stack

FENCE = re.compile(r"^```(sh|python|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTS = ("docs/api.md", "docs/zh/api.md")
_MAKE = """
import django
django.setup()
from guanxi.core import clock
from guanxi.core.tokens import issue_token
from guanxi.core.access import system
from guanxi.packs.install import install
from guanxi.packs.loader import load
now, me = clock.now(), system("tests")
install(actor=me, now=now, pack=load("club"))
rights = ("cases.intake cases.view cases.handle people.view people.contacts work.view trade.view "
          "api.tokens.own api.webhooks.own").split()
print(issue_token(actor=me, now=now, name="docs", rights=dict.fromkeys(rights, "all"), reason="docs")[1])
"""


def blocks(document: str) -> list[tuple[str, str]]:
    return FENCE.findall((ROOT / document).read_text())


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """(address, token) of one running web process for all examples."""
    stack = Stack(database_url=databases.new(), home=tmp_path_factory.mktemp("docs"))
    environment = {**stack.environment, "DJANGO_SETTINGS_MODULE": "guanxi.site.settings"}
    made = subprocess.run(
        [sys.executable, "-c", _MAKE], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr[-3000:]
    with stack.start("web"):
        yield stack.url, made.stdout.split()[-1]


def test_there_are_examples() -> None:
    for document in DOCUMENTS:
        assert {"sh", "python"} <= {language for language, _ in blocks(document)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_examples_run(document: str, house: tuple[str, str]) -> None:
    base, token = house
    try:
        curl = Path(program("curl", "curl")).parent
    except Missing as missing:
        skip(missing)
    known: dict[str, object] = {"BASE": base, "TOKEN": token}
    environment = {**os.environ, "BASE": base, "TOKEN": token, "PATH": f"{curl}:{os.environ['PATH']}"}
    for language, text in blocks(document):
        if language == "json":
            json.loads(text)
        elif language == "sh":
            done = subprocess.run(["bash", "-euc", text], env=environment, capture_output=True, text=True)
            assert done.returncode == 0, (text, done.stdout, done.stderr)
        else:
            with redirect_stdout(StringIO()):
                exec(compile(text, document, "exec"), known)
