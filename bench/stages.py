"""Issue E: 300 orders picked, packed and shipped through the stage screens by keyboard alone, in a real browser.

`guanxi bench stages [--quick] [--database sqlite|postgresql]` types what a scanner would type and presses Enter, waiting for
each answer; prints seconds per order at each stage and in all. It is the machine's share only: no hand has to reach a bin.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402  the repository comes first

from bench.parts.verdict import Report  # noqa: E402
from tests.harness.browser import DESKTOP, chromium  # noqa: E402
from tests.harness.postgres import Cluster  # noqa: E402
from tests.harness.processes import Stack  # noqa: E402

ORDERS, QUICK, BATCH = 300, 20, 30
SCANS_MOST = 20 * ORDERS
ORDER_S = 3.0  # in all, per order; a person's hands need several times that
IDLE = "[data-scanner][data-idle='1']"


def filled(url: str, home: Path, orders: int) -> tuple[Stack, str]:
    """A web process over a base with so many orders, and the cookie of its clerk."""
    home.mkdir(parents=True, exist_ok=True)
    stack = Stack(database_url=url, home=home)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bench.parts.floor", str(orders)],
        cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    print(f"  ({orders} orders made in {time.monotonic() - began:.0f} s)", flush=True)
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return stack.start("web"), str(facts["cookie"])


class Screen:
    """A stage screen and its keyboard."""

    def __init__(self, page: Page, url: str, stage: str) -> None:
        self.page, self.scans = page, 0
        page.goto(f"{url}/stages/{stage}/")
        page.wait_for_selector(IDLE)

    def scan(self, text: str = "") -> None:
        """Type it, press Enter, wait for the answer."""
        self.scans += 1
        if self.scans > SCANS_MOST:
            raise RuntimeError(f"the screen goes round in circles: {self.texts('.gx-scan-said')}")
        if text:
            self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(IDLE)

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_inner_texts()

    def is_full(self) -> bool:
        return self.page.locator(".gx-scan-full").count() > 0


def pick(screen: Screen) -> None:
    """Batch after batch, bin after bin."""
    screen.page.locator("[name=size]").fill(str(BATCH))
    screen.page.locator("#f-scan").focus()
    while True:
        screen.scan()
        if not screen.page.locator(".gx-scan-main .gx-stop").count():
            return
        for sku in screen.texts(".gx-scan-main .gx-stop-what b"):
            screen.scan(sku)
        screen.scan()


def pack(screen: Screen) -> None:
    """Every line counted, then the parcel's number."""
    screen.scan()
    number = 0
    while screen.page.locator(".gx-scan-number").count():
        for sku, count in zip(
            screen.texts(".gx-scan-main .gx-stop-bin"),
            screen.texts(".gx-scan-main .gx-stop-count"),
            strict=True,
        ):
            screen.scan(f"{int(count.rpartition('/')[2])}*{sku}")
        number += 1
        screen.scan(f"SF{number:012d}")


def ship(screen: Screen, orders: int) -> None:
    """Each parcel as the carrier takes it."""
    for number in range(1, orders + 1):
        screen.scan(f"SF{number:012d}")


def worked_off(page: Page, url: str, orders: int, report: Report) -> float:
    """Seconds for everything."""
    total = 0.0
    stages: list[tuple[str, Callable[[Screen], None]]] = [
        ("picking", pick), ("packing", pack), ("logistics", lambda screen: ship(screen, orders)),
    ]  # fmt: skip
    for stage, work in stages:
        screen = Screen(page, url, stage)
        began = time.monotonic()
        work(screen)
        spent = time.monotonic() - began
        total += spent
        report.note(
            f"{stage}: seconds per order",
            f"{spent / orders:.3f}",
            f"{screen.scans} scans, {spent:.1f} s in all",
        )
    return total


def shipped(stack: Stack) -> dict[str, int]:
    """How many orders are where, and pieces in parcels."""
    script = (
        "import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'guanxi.site.settings'); django.setup();"
        "from django.db.models import Sum; from guanxi.trade.models import Order, Shipment, ShipmentLine, OrderLine;"
        "import json; print(json.dumps({'orders': Order.objects.filter(state='shipped').count(),"
        "'parcels': Shipment.objects.filter(state='handed').count(),"
        "'pieces': ShipmentLine.objects.aggregate(n=Sum('quantity'))['n'] or 0,"
        "'bought': OrderLine.objects.aggregate(n=Sum('quantity'))['n'] or 0}))"
    )
    out = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found: dict[str, int] = json.loads(out.splitlines()[-1])
    return found


def run(url: str, home: Path, orders: int, report: Report) -> None:
    stack, cookie = filled(url, home, orders)
    try:
        with chromium() as browser:
            context = browser.new_context(**DESKTOP, locale="en-GB")
            context.add_cookies([{"name": "gx_session", "value": cookie, "url": stack.url}])
            spent = worked_off(context.new_page(), stack.url, orders, report)
            context.close()
        found = shipped(stack)
    finally:
        stack.stop()
    report.check("E orders", "orders shipped", found["orders"], f">= {orders}", f"{found['parcels']} parcels")
    report.check("E pieces", "pieces lost or doubled", abs(found["pieces"] - found["bought"]), "<= 0")
    report.check(
        "E seconds", "picked, packed and shipped: seconds per order", spent / orders, f"<= {ORDER_S:g}"
    )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help=f"{QUICK} orders")
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = options.parse_args()
    orders = QUICK if asked.quick else ORDERS
    report = Report("stages")
    with tempfile.TemporaryDirectory(prefix="gx-stages-") as name:
        home = Path(name)
        os.environ.pop("GUANXI_DATABASE_URL", None)
        if asked.database == "sqlite":
            run(f"sqlite:///{home / 'stages.sqlite3'}", home / "home", orders, report)
        else:
            with Cluster() as cluster:
                run(cluster.create("stages"), home / "home", orders, report)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
