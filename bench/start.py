"""Promise 10: from nothing to a usable page, the second start, and what the three processes weigh at rest.

`guanxi bench start` clones what is committed into a temporary folder with an empty HOME (package cache warm), runs
`./guanxi demo`, stops it, starts it again and weighs it once the history is there and the worker is idle.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402  the repository comes first

from bench.parts.verdict import Report  # noqa: E402
from tests.harness.processes import free_port  # noqa: E402

FIRST_S, SECOND_S, PSS_MIB = 60.0, 3.0, 350.0
LOADED_S_MAX = 900


@contextmanager
def demo(folder: Path, home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`./guanxi demo`, ended politely."""
    cache = os.environ.get("UV_CACHE_DIR") or str(Path("~/.cache/uv").expanduser())
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GUANXI_", "VIRTUAL_ENV"))
    }
    environment = {**kept, "HOME": str(home), "UV_CACHE_DIR": cache}
    with (home / "log").open("ab") as log:
        process = subprocess.Popen(
            [folder / "guanxi", "demo", "--port", str(port)],
            env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def seconds_to_page(url: str, begun: float, *, seconds_max: float = 300) -> float:
    """Until the landing page answers."""
    while time.monotonic() - begun < seconds_max:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return time.monotonic() - begun
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise TimeoutError(url)


def weigh(process: subprocess.Popen[bytes]) -> dict[str, float]:
    """PSS in MiB of web, live and worker; the watcher over them is named too."""
    weights: dict[str, float] = {}
    for child in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]:
        words = " ".join(child.cmdline())
        name = next((n for n in ("processes", "wsgi", "site.live", "worker") if n in words), "other")
        weights[name] = weights.get(name, 0.0) + child.memory_full_info().pss / 2**20
    return weights


def wait_until_loaded(url: str, home: Path) -> None:
    """Until the worker has written that the history is there."""
    end = time.monotonic() + LOADED_S_MAX
    pattern = re.compile(r"load_history.*job\.done|job\.done.*load_history")
    while time.monotonic() < end:
        if pattern.search((home / "log").read_text(errors="replace")):
            return
        time.sleep(1)
    raise TimeoutError("the history did not load")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="do not wait for the whole history")
    asked = options.parse_args()
    report = Report("start")
    with tempfile.TemporaryDirectory(prefix="gx-start-") as name:
        home = Path(name) / "home"
        home.mkdir()
        folder = Path(name) / "guanxi"
        subprocess.run(["git", "clone", "-q", ROOT, folder], check=True)
        port = free_port()
        url = f"http://127.0.0.1:{port}/"
        begun = time.monotonic()
        with demo(folder, home, port):
            first = seconds_to_page(url, begun)
            print(f"clean clone, clean HOME, warm package cache: page after {first:.1f} s")
            if not asked.quick:
                wait_until_loaded(url, home)
                print(f"whole history loaded after {time.monotonic() - begun:.0f} s")
        begun = time.monotonic()
        with demo(folder, home, port) as process:
            second = seconds_to_page(url, begun)
            print(f"second start: page after {second:.2f} s")
            time.sleep(20)  # at rest
            weights = weigh(process)
        shutil.rmtree(folder, ignore_errors=True)
    for part, mib in sorted(weights.items()):
        print(f"  {part:<10} {mib:6.1f} MiB PSS")
    three = sum(mib for part, mib in weights.items() if part != "processes")
    report.check(
        "10 first page", "clean clone to a usable page, s", first, f"<= {FIRST_S:g}", "package cache warm"
    )
    report.check("10 second start", "second start to a page, s", second, f"<= {SECOND_S:g}")
    report.check("10 memory", "web + live + worker at rest, MiB PSS", three, f"<= {PSS_MIB:g}")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
