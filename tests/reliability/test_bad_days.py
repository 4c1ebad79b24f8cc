"""A database that is away, a disk that is full: a clear answer in the user's language, nothing half written, no restart."""

import json
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.harness import Missing, skip
from tests.harness.postgres import Cluster
from tests.harness.processes import Stack, guanxi
from tests.reliability.inside import python

pytestmark = pytest.mark.reliability
AWAY = {"zh-hans": "数据库", "en": "The database does not answer"}
FULL = {"zh-hans": "存储", "en": "Storage is full"}
COUNTS = """
import json
from django.apps import apps
names = ("people.Record", "people.Customer", "people.Membership", "cases.Case", "channels.Message", "work.WorkItem")
print(json.dumps({name: apps.get_model(name).objects.count() for name in names}))
"""


class Visitor:
    """Somebody with a browser and a complaint. The form is open already: what counts is that sending it is answered."""

    def __init__(self, stack: Stack, language: str) -> None:
        self._stack, self._language = stack, language
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        _, page = self._open(f"/complain/?lang={language}")
        self._token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    def _open(self, path: str, data: bytes | None = None) -> tuple[int, str]:
        url = f"{self._stack.url}{path}"
        request = urllib.request.Request(url, data, {"Referer": url})
        try:
            with self._browser.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def complain(self, key: str, text: str = "What are your opening hours tomorrow") -> tuple[int, str]:
        fields = {"csrfmiddlewaretoken": self._token, "key": key, "text": text, "phone": "13958016608"}
        return self._open("/complain/", urllib.parse.urlencode(fields).encode())


def complaint_by_api(stack: Stack, token: str, language: str) -> tuple[int, dict[str, object]]:
    body = json.dumps(
        {"text": "What are your opening hours tomorrow", "contact": {"phone": "13958016608"}}
    ).encode()
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Accept-Language": language,
    }
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"{stack.url}/api/v1/cases", body, headers), timeout=60
        ) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_database_away(make_stack, postgres_only: Cluster, language: str) -> None:  # type: ignore[no-untyped-def]
    stack = make_stack()
    stack.run("init")
    token = stack.run("token", "drill", "--right", "cases.intake").strip()
    stack.start("web")
    visitor = Visitor(stack, language)
    assert visitor.complain("before")[0] == 200
    before = json.loads(python(stack, COUNTS))
    postgres_only.kill()
    try:
        status, page = visitor.complain("during")
        assert status == 503
        assert AWAY[language] in page
        status, problem = complaint_by_api(stack, token, language)
        assert (status, problem["code"]) == (503, "unavailable")
    finally:
        postgres_only.restart()
    assert json.loads(python(stack, COUNTS)) == before
    status, page = _until_well(lambda: visitor.complain("during"))
    assert status == 200, page
    after = json.loads(python(stack, COUNTS))
    assert after["cases.Case"] == before["cases.Case"] + 1


def _until_well(work, seconds_max: float = 10) -> tuple[int, str]:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds_max
    while True:
        status, page = work()
        if status == 200 or time.monotonic() > end:
            return status, page
        time.sleep(0.2)


@pytest.fixture
def postgres_only(request: pytest.FixtureRequest, vendor: str) -> Cluster:
    if vendor != "postgresql":
        pytest.skip("SQLite is a file in our own process: it cannot be away while we are there")
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 160 MiB that every user may enter. Only root can make one."""
    folder = Path(tempfile.mkdtemp(prefix="gx-small-"))
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0777", "none", folder], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"no small file system could be made: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=False)
    folder.rmdir()


@pytest.fixture
def cramped(small_disk: Path, tmp_path: Path, vendor: str) -> Iterator[Stack]:
    """A stack whose database, of the suite's kind, stands on the small disk."""
    home = tmp_path / "home"
    home.mkdir()
    cluster = None
    url = f"sqlite:///{small_disk}/cramped.sqlite3"
    if vendor == "postgresql":
        try:
            cluster = Cluster(durable=True, parent=small_disk).start()
        except Missing as missing:
            skip(missing)
        url = cluster.create("cramped")
    stack = Stack(database_url=url, home=home)
    guanxi("init", environment=stack.environment)
    try:
        yield stack.start("web")
    finally:
        stack.stop()
        if cluster:
            cluster.stop()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_disk_full(cramped: Stack, small_disk: Path, language: str) -> None:
    visitor = Visitor(cramped, language)
    assert visitor.complain("before")[0] == 200
    before = json.loads(python(cramped, COUNTS))
    filler = small_disk / "filler"
    _fill(filler)
    refused = ""
    for number in range(200):  # what is already allocated is used up first
        status, refused = visitor.complain(f"during-{number}", "x" * 9_000)
        if status != 200:
            break
    accepted = number
    assert status == 503, refused
    assert FULL[language] in refused or AWAY[language] in refused
    filler.unlink()
    status, page = _until_well(lambda: visitor.complain("after"), 30)
    assert status == 200, page
    after = json.loads(python(cramped, COUNTS))
    assert after["cases.Case"] == before["cases.Case"] + accepted + 1
    assert after["channels.Message"] == after["cases.Case"] == after["work.WorkItem"], (
        "something is half written"
    )


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65_536)
        except OSError:
            return
