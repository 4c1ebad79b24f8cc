"""`cases.actions.open_case` without HTTP: run it, or write down what it sends to the database.

Run as `python -m bench.parts.act run CROWD CLIENTS SECONDS SEED` or `... capture CROWD COUNT SEED`; prints JSON.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import django

from bench.parts.crowd import Said, complaints

WARM_UP_S = 2.0


def actor() -> Any:
    from bench.parts.prepare import SECRET
    from guanxi.core.clock import now
    from guanxi.site.actors import token_actor

    return token_actor(f"Bearer {SECRET}", now())


def take_in(who: Any, said: Said) -> None:
    """Exactly what the API's edge does."""
    from guanxi.cases import actions
    from guanxi.core import clock
    from guanxi.people.actions import Contact

    contact = Contact(**said.contact, language="zh-hans")
    actions.open_case(
        actor=who,
        now=clock.now(),
        contact=contact,
        text=said.text,
        channel="api",
        fallback_language="zh-hans",
    )


def run(crowd: int, clients: int, seconds: float, seed: int) -> dict[str, Any]:
    """Closed loop of `clients` threads in this process; returns counts, times and CPU."""
    who = actor()
    given = iter(complaints(int(seconds * 1500) + 2000, crowd, seed=seed))
    lock = threading.Lock()
    latencies: list[float] = []
    start = time.perf_counter()
    measured_from, end = start + WARM_UP_S, start + WARM_UP_S + seconds

    def client() -> None:
        while (began := time.perf_counter()) < end:
            with lock:
                said = next(given)
            take_in(who, said)
            if began >= measured_from:
                latencies.append((time.perf_counter() - began) * 1000)

    cpu = time.process_time()
    _together([client] * clients)
    return {"latencies_ms": latencies, "seconds": seconds, "cpu_s": time.process_time() - cpu}


def _together(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def capture(crowd: int, count: int, seed: int) -> list[dict[str, Any]]:
    """Every statement of `count` intakes, as the database gets it: SQL with $n, parameters as text."""
    from django.db import connection

    who = actor()
    take_in(who, complaints(1, crowd, seed=seed + 1)[0])  # fills what a process keeps for some seconds
    found = []
    for said in complaints(count, crowd, seed=seed):
        sent: list[dict[str, Any]] = []

        def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any, sent: Any = sent) -> Any:
            sent.append({"sql": str(sql), "params": [_text(value) for value in params or ()]})
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            take_in(who, said)
        found.append({"said": asdict(said), "statements": sent})
    return found


def _text(value: Any) -> str | int | bool | None:
    """A parameter as PostgreSQL's text format has it; integers stay integers, to be told from codes."""
    if value is None or isinstance(value, int | bool | str):
        return value
    if hasattr(value, "obj"):  # psycopg's Jsonb
        return json.dumps(value.obj, ensure_ascii=False)
    return str(value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    mode, *numbers = sys.argv[1:]
    print(json.dumps(run(*map(int, numbers)) if mode == "run" else capture(*map(int, numbers))))
