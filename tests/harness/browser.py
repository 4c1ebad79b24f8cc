"""Chromium as the machine has it, driven by Playwright; nothing is downloaded and no other host is reachable."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.harness import program

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Pages may not need another host: every other name fails to resolve.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; raises `Missing` when Chromium is not installed."""
    path = program("chromium", "chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def until(page: Page, expression: str, argument: Any = None, *, timeout: float = 15) -> None:
    """Wait until `expression` is true in `page`; `timeout` in seconds, AssertionError after it.

    Playwright's own `wait_for_function` asks again from inside the page, by `eval`: our content security policy
    refuses that, so it works only where the first answer is already yes. This one asks from outside each time.
    """
    end = time.monotonic() + timeout
    while True:
        try:
            if page.evaluate(expression, argument):
                return
        except Error:  # the page asked is gone; the next one answers
            if time.monotonic() > end:
                raise
        assert time.monotonic() < end, f"never true in {timeout} s: {expression}"
        page.wait_for_timeout(50)
