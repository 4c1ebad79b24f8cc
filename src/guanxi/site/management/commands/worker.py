"""`guanxi worker`: jobs, sealing and schedules."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from guanxi.core.jobs import Worker

GRACE_S = 5.0
QUICK = ["default", "mail"]
LONG = ["import"]
OUTSIDE = ["webhook"]


class Command(BaseCommand):
    help = "Run background jobs, seal events and fire schedules, until SIGTERM or SIGINT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")
        parser.add_argument("--queues", default="", help="comma-separated; all queues without it")
        parser.add_argument("--name", default="", help="shown in job lists; the host's name without it")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = [queue for queue in options["queues"].split(",") if queue]
        worker = Worker(queues=asked or QUICK, name=options["name"])
        lanes = (
            [] if asked or options["once"] else [_lane(queues, options["name"]) for queues in (LONG, OUTSIDE)]
        )
        if options["once"] and not asked:
            worker.queues = [*QUICK, *LONG, *OUTSIDE]
        before = {
            number: signal.signal(number, _ending(worker)) for number in (signal.SIGTERM, signal.SIGINT)
        }
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, lambda *_: worker.interrupt())
        try:
            if options["once"]:
                self.stdout.write(f"{worker.run_once()} jobs")
            else:
                _run(worker, lanes)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in before.items():
                signal.signal(number, handler)


def _lane(queues: list[str], name: str) -> Worker:
    return Worker(queues=queues, name=name, lane=True)


def _run(worker: Worker, lanes: list[Worker]) -> None:
    """Quick work here, long work and other people's servers in lanes of their own: neither holds up a customer's mail."""
    beside = [threading.Thread(target=lane.run, name="-".join(lane.queues), daemon=True) for lane in lanes]
    for thread in beside:
        thread.start()
    worker.run()
    for lane in lanes:
        lane.stop()
    for thread in beside:
        thread.join(GRACE_S)  # progress() hands the job back; else its lease ends and another worker takes it


def _ending(worker: Worker) -> Any:
    """The current job may finish; one that takes longer than the grace goes back to the queue."""

    def end(_number: int, _frame: FrameType | None) -> None:
        worker.stop()
        signal.setitimer(signal.ITIMER_REAL, GRACE_S, 1.0)

    return end
