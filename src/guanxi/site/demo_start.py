"""Starting a demo that is ready: standard library only, so that the second start waits for no import.

`guanxi demo` leaves a stamp beside its database; while the program, its migrations and what was asked for are the same,
the next start goes straight to the processes.
"""

import hashlib
import json
import os
import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

LANGUAGES = {"zh": "zh-hans", "en": "en"}
PACKS = ("club", "marketplace")  # those with a demo world: packs.worlds
LIVE_PACKS = ("club",)  # those with a day's traffic
SPEED_MAX = 600
PACKAGE = Path(__file__).resolve().parents[1]


def add_arguments(parser: ArgumentParser) -> None:
    """The options of `guanxi demo`."""
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default="zh", help="language of the demo world")
    parser.add_argument(
        "--pack", choices=PACKS, default="club", help="whose world it is: a book club, a marketplace"
    )
    parser.add_argument("--port", type=int, default=8000, help="web; the live stream takes the next one")
    parser.add_argument("--prepare", action="store_true", help="make the world, start nothing")
    parser.add_argument(
        "--live", action="store_true", help="a day's traffic comes in, colleagues work (club)"
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=30.0,
        help="with --live: seconds of the day per second; 1 is the time it is",
    )
    parser.add_argument("--once", action="store_true", help="start, try one complaint from end to end, stop")


def check(asked: Namespace) -> None:
    """Raises `SystemExit` with words for what does not go together."""
    if asked.live and asked.pack not in LIVE_PACKS:
        raise SystemExit(f"--live: only {', '.join(LIVE_PACKS)} has a day's traffic so far")
    if not 1 <= asked.speed <= SPEED_MAX:
        raise SystemExit(f"--speed: from 1 (the time it is) to {SPEED_MAX}")


def resume(words: list[str]) -> None:
    """Start at once where nothing has to be prepared; otherwise return and let the command do it all."""
    parser = ArgumentParser(prog="guanxi demo", add_help=False)
    add_arguments(parser)
    asked, others = parser.parse_known_args(words)
    known = _read_stamp()
    if others or asked.prepare or known is None or known["of"] != fingerprint(asked.lang, asked.pack):
        return
    check(asked)
    language = LANGUAGES[asked.lang]
    begin(language=language, asked=asked, told=known["told"])


def fingerprint(lang: str, pack: str) -> str:
    """Changes with every migration, pack file and language, and with the pack and the database that are meant."""
    parts = [lang, pack, os.environ.get("GUANXI_DATABASE_URL", "")]
    for path in sorted([*PACKAGE.glob("*/migrations/*.py"), *PACKAGE.glob("packs/**/*")]):
        if path.suffix in {".py", ".toml"}:
            parts.append(f"{path.relative_to(PACKAGE)} {path.stat().st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def write_stamp(lang: str, pack: str, told: str) -> None:
    """Remember that the demo of `pack` is ready for `lang`, and what its user is told."""
    path = _stamp()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"of": fingerprint(lang, pack), "told": told}))


def begin(*, language: str, asked: Namespace, told: str) -> None:
    """Become the watcher over web, live and worker, and the day's traffic where it is asked for. Does not return."""
    web, live = free_ports(asked.port)
    os.environ.update(
        GUANXI_DEMO="1",
        GUANXI_LANG=language,
        GUANXI_PACK=asked.pack,
        GUANXI_BASE_URL=f"http://127.0.0.1:{web}",
        GUANXI_LIVE_URL=f"http://127.0.0.1:{live}/live",
    )
    print(told, flush=True)
    words = ["-P", "-m", "guanxi.site.processes", str(web), str(live), *(["once"] if asked.once else [])]
    if asked.live:
        words.append(f"traffic={asked.speed}")
    os.execv(sys.executable, [sys.executable, *words])  # noqa: S606  a watcher of a few MiB takes over


def free_ports(first: int) -> tuple[int, int]:
    """The first two neighbouring ports nobody listens on."""
    for port in range(first, first + 200, 2):
        if _is_free(port) and _is_free(port + 1):
            return port, port + 1
    raise SystemExit(f"no free ports from {first} on: choose others with --port")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _stamp() -> Path:
    return Path(os.environ.get("GUANXI_HOME", "var")) / "demo.json"


def _read_stamp() -> dict[str, Any] | None:
    """What was remembered; None without a stamp or without the database it speaks of."""
    database = _stamp().with_name("guanxi.sqlite3")
    if not os.environ.get("GUANXI_DATABASE_URL") and not database.exists():
        return None
    try:
        return dict(json.loads(_stamp().read_text()))
    except (OSError, ValueError):
        return None
