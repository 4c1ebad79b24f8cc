"""Names of workers that tell whether the process behind them is still there.

A name is `label/place/pid/start`. `place` stands for this boot of this machine and this process namespace, so that a
worker judges only processes it can see; `start` is the process's start in clock ticks, so that a reused pid is no
alibi.
Where `/proc` says nothing, the place is empty and only the lease decides.
"""

import os
import socket
from functools import cache
from pathlib import Path

NAME_MAX = 80


@cache
def place() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot[:13]}.{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def started(pid: int) -> str:
    """The start of process `pid` in clock ticks; empty when it is gone or only a zombie."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if words[0] in "ZX" else words[19]


def worker_name(label: str = "") -> str:
    pid = os.getpid()
    tail = f"/{place()}/{pid}/{started(pid)}"
    return (label or socket.gethostname())[: NAME_MAX - len(tail)] + tail


def is_gone(worker: str) -> bool:
    """True only when the worker ran in this place and its process certainly ended."""
    parts = worker.rsplit("/", 3)
    if len(parts) != 4 or not place() or parts[1] != place() or not parts[2].isdigit():
        return False
    return started(int(parts[2])) != parts[3]
