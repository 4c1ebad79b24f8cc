"""The virus scanner of the house, when there is one: a command, or clamd by its socket.

GUANXI_SCAN_COMMAND is run with the path at its end: exit 0 is clean, 1 is infected (as clamscan has it), anything else a
fault. GUANXI_CLAMD is `/path/to/socket` or `HOST:PORT`. A fault is tried again; until then the file is not served.
"""

import shlex
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

SECONDS_MAX = 10  # promise 14
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Verdict:
    clean: bool
    note: str = ""


class ScanFailed(Exception):
    """The scanner is away, hangs or does not understand: nothing is known about the file."""


def is_there() -> bool:
    """Whether files are scanned at all."""
    return bool(settings.SCAN_COMMAND or settings.CLAMD)


def check(path: Path) -> Verdict:
    """What the scanner says. Raises `ScanFailed`."""
    try:
        return _by_command(path) if settings.SCAN_COMMAND else _by_clamd(path)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScanFailed(type(error).__name__) from error


def _by_command(path: Path) -> Verdict:
    command = [*shlex.split(settings.SCAN_COMMAND), str(path)]
    done = subprocess.run(  # noqa: S603  the house's own command, without a shell
        command, capture_output=True, timeout=SECONDS_MAX, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode not in (0, 1):
        raise ScanFailed(f"exit {done.returncode}")
    said = done.stdout.decode(errors="replace").strip().splitlines()
    return Verdict(done.returncode == 0, said[0].rpartition(": ")[2] if said and done.returncode else "")


def _by_clamd(path: Path) -> Verdict:
    with _connected() as peer, path.open("rb") as content:
        peer.sendall(b"zINSTREAM\0")
        while chunk := content.read(_CHUNK):
            peer.sendall(len(chunk).to_bytes(4) + chunk)
        peer.sendall((0).to_bytes(4))
        reply = _reply(peer)
    if reply.endswith("OK"):
        return Verdict(True)
    if reply.endswith("FOUND"):
        return Verdict(False, reply.removesuffix("FOUND").rpartition(": ")[2].strip())
    raise ScanFailed("unknown reply")


def _connected() -> socket.socket:
    if settings.CLAMD.startswith("/"):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(SECONDS_MAX)
        try:
            peer.connect(settings.CLAMD)
        except OSError:
            peer.close()
            raise
        return peer
    host, _, port = settings.CLAMD.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS_MAX)


def _reply(peer: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096 and (part := peer.recv(4096)):
        said += part
    return said.rstrip(b"\0").decode(errors="replace").strip()
