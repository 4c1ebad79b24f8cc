"""The three processes side by side, for the demo and for a single machine: started, watched, started again when they die."""

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

RESTART_PAUSE_S = 0.5


def web_command(host: str, port: int, *, workers: int, threads: int) -> list[str]:
    """granian's command line. Blocking threads are always stated: its default is one per core and too few for slow clients."""
    return [
        sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads), "--backlog", "1024",
        "--respawn-failed-workers", "--no-ws", "--log-level", "warning",
        "guanxi.site.wsgi:application",
    ]  # fmt: skip


def own_command(*words: str) -> list[str]:
    """A `guanxi` command in this interpreter."""
    return [sys.executable, "-P", "-m", "guanxi", *words]


@dataclass
class Family:
    """Child processes that live and die together with us."""

    commands: dict[str, Sequence[str]]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ending: bool = False

    def take_over(self) -> None:
        """SIGTERM and SIGINT end the whole family from now on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)

    def start(self, name: str) -> None:
        """Start one child."""
        self.children[name] = subprocess.Popen(self.commands[name], env=os.environ)  # noqa: S603  our own commands

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.ending = True

    def watch(self) -> None:
        """Until told to end: whoever dies is started again."""
        while not self.ending:
            time.sleep(RESTART_PAUSE_S)
            for name, child in self.children.items():
                if child.poll() is not None and not self.ending:
                    print(
                        f"{name} ended with {child.returncode}: starting it again",
                        file=sys.stderr,
                        flush=True,
                    )
                    self.start(name)

    def stop(self, patience_s: float = 8.0) -> None:
        """Ask, wait, insist."""
        for child in self.children.values():
            child.terminate()
        until = time.monotonic() + patience_s
        for child in self.children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def wait_until_ready(url: str, *, seconds_max: float = 30.0) -> float:
    """Seconds until `url` answers 200. Raises `TimeoutError`."""
    began = time.monotonic()
    while time.monotonic() - began < seconds_max:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own loopback address  # nosec B310
                if answer.status == 200:
                    return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"{url} does not answer")


def run(web: int, live: int, *, once: bool, speed: str = "") -> int:
    """The demo's three processes, and with a `speed` the day's traffic as a fourth; the exit code."""
    base = f"http://127.0.0.1:{web}"
    family = Family(
        {
            "web": web_command("127.0.0.1", web, workers=1, threads=4),
            "live": own_command("live", "--port", str(live)),
            "worker": own_command("worker"),
        }
    )
    if speed:
        since = f"{time.monotonic():.3f}"  # begun again after a fault, it goes on where the day is
        family.commands["traffic"] = own_command("traffic", "--speed", speed, "--since", since)
    began = time.monotonic()
    family.take_over()
    try:
        family.start("web")  # alone first: on two cores three starting interpreters hold each other up
        wait_until_ready(f"{base}/readyz")
        family.start("live")
        family.start("worker")
        wait_until_ready(f"http://127.0.0.1:{live}/healthz")
        if speed:
            family.start("traffic")
        print(_addresses(base, time.monotonic() - began), flush=True)
        if once:
            print(try_once(base), flush=True)
        else:
            family.watch()
    finally:
        family.stop()
    return 0


def _addresses(base: str, seconds: float) -> str:
    return (
        f"Ready after {seconds:.1f} s.\n"
        f"  customers: {base}/            complain, follow a case, sign in with a code\n"
        f"  staff:     {base}/today/      the operator's desk\n"
        f"  mail:      {base}/outbox/     what would have been sent (nothing leaves this machine)"
    )


def try_once(base: str, *, seconds_max: float = 60.0) -> str:
    """One complaint from end to end over HTTP: form, number, link, acknowledgement by mail. Raises when a step fails."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = _read(browser, f"{base}/complain/?lang=en")
    fields = {name: _hidden(form, name) for name in ("csrfmiddlewaretoken", "key")}
    fields |= {
        "text": "My parcel of 3 October never came.",
        "email": "once@mailbox.example",
        "name": "Once Only",
    }
    received = _read(browser, f"{base}/complain/", urllib.parse.urlencode(fields).encode())
    found = re.search(r"GX-\d{4}-\d{4}-\d{4}", received)
    if found is None:
        raise RuntimeError("the form gave no case number")
    until = time.monotonic() + seconds_max
    while found[0] not in _read(browser, f"{base}/outbox/"):
        if time.monotonic() > until:
            raise TimeoutError(f"no acknowledgement for {found[0]} after {seconds_max} s")
        time.sleep(0.2)
    return f"{found[0]}: received, acknowledged by mail. Everything works."


def _read(browser: urllib.request.OpenerDirector, url: str, data: bytes | None = None) -> str:
    request = urllib.request.Request(url, data, {"Referer": url})  # noqa: S310  our own loopback address
    with browser.open(request, timeout=10) as answer:
        return str(answer.read().decode())


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError(f"the form has no field {name}")
    return found[1]


if __name__ == "__main__":
    more = sys.argv[3:]
    at = next((word.removeprefix("traffic=") for word in more if word.startswith("traffic=")), "")
    sys.exit(run(int(sys.argv[1]), int(sys.argv[2]), once="once" in more, speed=at))
