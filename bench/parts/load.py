"""A load generator that costs little: one process, one selector, requests built beforehand, bare sockets kept alive.

Run as `python -m bench.parts.load PLAN`, where PLAN is a pickled `Plan`; prints one JSON `Result`.

Closed: each connection sends its next request when the last was answered. Open: requests fall due by a Poisson schedule
that nobody's slowness moves, and their time counts from when they were due (no coordinated omission).
"""

import json
import pickle
import random
import resource
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

BUFFER_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send: whole HTTP requests. `rate` per second 0 means closed loop; the warm-up is not measured."""

    port: int
    requests: list[bytes]
    clients: int
    seconds: float
    rate: float = 0.0
    warm_up_s: float = 2.0
    seed: int = 1


@dataclass(slots=True)
class Result:
    """Latencies in ms of what was answered 201 in the measured time; `cpu_s` is the generator's own share."""

    latencies_ms: list[float] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_s: float = 0.0


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.began = 0.0

    def send(self, request: bytes, began: float) -> None:
        self.received, self.began = b"", began
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """The status code once the whole answer is here."""
        self.received += self.socket.recv(BUFFER_BYTES)
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return head[9:12] if len(body) >= length else None


def run(plan: Plan) -> Result:
    """Send the plan in this process."""
    result = Result()
    selector = selectors.DefaultSelector()
    free: deque[_Connection] = deque()
    for _ in range(plan.clients):
        connection = _Connection(plan.port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        free.append(connection)
    cpu = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    measured_from, end = start + plan.warm_up_s, start + plan.warm_up_s + plan.seconds
    schedule = _due(plan, start)
    requests = iter(plan.requests)
    following = next(schedule)
    while True:
        now = time.perf_counter()
        while free and following <= now < end and (request := next(requests, None)) is not None:
            free.popleft().send(request, following if plan.rate else now)
            following = next(schedule)
        if now >= end and (len(free) == plan.clients or now > end + 30):
            break
        wait = min(max(0.0, following - now), 0.05) if free else 0.05
        for key, _event in selector.select(wait):
            connection = key.data
            status = connection.answer()
            if status is not None:
                _note(result, connection, status, measured_from, end)
                free.append(connection)
    after = resource.getrusage(resource.RUSAGE_SELF)
    result.cpu_s = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
    result.seconds = plan.seconds
    return result


def _due(plan: Plan, start: float) -> Iterator[float]:
    dice = random.Random(plan.seed)
    moment = start
    while True:
        yield moment
        moment += dice.expovariate(plan.rate) if plan.rate else 0.0


def _note(result: Result, connection: _Connection, status: bytes, measured_from: float, end: float) -> None:
    now = time.perf_counter()
    if status != b"201":
        code = status.decode()
        result.failures[code] = result.failures.get(code, 0) + 1
    elif connection.began >= measured_from and connection.began < end:
        result.latencies_ms.append((now - connection.began) * 1000)


def run_apart(plan: Plan) -> Result:
    """Send the plan from a process of its own, so that its work is not mixed with the caller's."""
    with tempfile.NamedTemporaryFile() as file:
        pickle.dump(asdict(plan), file)
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "bench.parts.load", file.name],
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Result(**json.loads(done.stdout))


if __name__ == "__main__":
    given = Plan(**pickle.loads(Path(sys.argv[1]).read_bytes()))
    print(json.dumps(asdict(run(given))))
