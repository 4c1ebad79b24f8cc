"""Every page under axe-core (WCAG 2.2 A and AA), light and dark, both languages, desk and phone; none wider than its screen."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from guanxi.packs.cast import DEMO_PASSWORD
from tests.harness.browser import DESKTOP
from tests.harness.demos import Demos
from tests.harness.processes import Stack

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
VENDOR = Path(__file__).parents[1] / "vendor"
RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
RUN = f"""axe.run(document, {{runOnly: {RULES}}}).then(found =>
    found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 160)).join(' | ')))"""
NARROW = {"viewport": {"width": 360, "height": 780}}
LOOKS: dict[str, Any] = {
    # Without motion: half-way through a fade every contrast is too low.
    "zh, light, desk": {**DESKTOP, "locale": "zh-CN", "color_scheme": "light", "reduced_motion": "reduce"},
    "en, dark, phone": {**NARROW, "locale": "en-GB", "color_scheme": "dark", "reduced_motion": "reduce"},
}
PUBLIC = ("/", "/complain/", "/procedure/", "/outbox/", "/my/sign-in/", "/accounts/login/", "/nowhere/")
DESK = (
    "/today/",
    "/customers/",
    "/customers/new/",
    "/identity/",
    "/identity/list/",
    "/identity/upkeep/",
    "/cases/",
    "/cases/new/",
    "/orders/",
    "/imports/",
    "/imports/new/",
    "/search/?q=a",
    "/activity/",
    "/lists/runs/",
    "/lists/exports/",
    "/settings/",
    "/settings/users/",
    "/settings/roles/",
    "/settings/rights/",
    "/settings/units/",
    "/settings/calendars/",
    "/settings/house/",
    "/settings/pack/",
    "/settings/environment/",
    "/settings/jobs/",
    "/settings/running/",
    "/settings/users/new/",
    "/settings/roles/new/",
    "/settings/audit/",
    "/settings/chain/",
    "/settings/retention/",
    "/settings/tokens/",
    "/settings/tokens/new/",
    "/settings/webhooks/",
    "/settings/webhooks/new/",
    "/notices/",
    "/notices/choose/",
    "/help/today/",
)
OPENED = (
    ("palette", "[data-palette-open]", "#gx-palette [role=option]"),
    ("keys", "[data-keys-open]", "#gx-keys li"),
    ("why", "[data-why-open]", "#gx-side:not([hidden])"),
    ("help", "[data-help-open]", "#gx-side .gx-help"),
)
OWN = ("/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/")


def axe() -> str:
    """The vendored axe-core, which must be what CHECKSUMS.txt says."""
    sums = dict(line.split()[::-1] for line in (VENDOR / "CHECKSUMS.txt").read_text("utf-8").splitlines())
    source = (VENDOR / "axe.min.js").read_bytes()
    assert hashlib.sha256(source).hexdigest() == sums["axe.min.js"]
    return source.decode()


@pytest.fixture
def stack(make_demo: Demos) -> Stack:
    return make_demo("zh").start()


@contextmanager
def _seen(browser: Browser, look: str) -> Iterator[Page]:
    # The page's own policy forbids foreign scripts; only the instrument goes past it.
    context = browser.new_context(**LOOKS[look], bypass_csp=True)
    context.add_init_script(axe())
    yield context.new_page()
    context.close()


def _faults(page: Page, url: str) -> list[str]:
    page.goto(url)
    found = [f"{url}: {fault}" for fault in page.evaluate(RUN)]
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{url}: {width} px too wide"] if width > 0 else [])]


def _open_faults(page: Page, url: str) -> list[str]:
    """What opens over a page: palette, keys, explanations, help. Opened by their buttons, which a phone may have hidden."""
    found = []
    for name, opener, shown in OPENED:
        page.goto(url)
        page.evaluate("selector => document.querySelector(selector).click()", opener)
        page.locator(shown).first.wait_for()
        found += [f"{url} with {name}: {fault}" for fault in page.evaluate(RUN)]
    return found


def _first(page: Page, url: str, links: str) -> str:
    page.goto(url)
    return str(page.locator(links).first.evaluate("link => link.href"))


def _sign_in(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/accounts/login/")
    page.locator("#id_login").fill("bailu")
    page.locator("#id_password").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")


def test_every_page_is_accessible(stack: Stack, browser: Browser) -> None:
    faults = []
    for look in LOOKS:
        with _seen(browser, look) as page:
            faults += [f"{look} {fault}" for path in PUBLIC for fault in _faults(page, stack.url + path)]
            _sign_in(page, stack)
            one_of_each = [
                _first(page, f"{stack.url}/customers/", "tbody a[href*='/customers/']"),
                _first(page, f"{stack.url}/cases/", "tbody a[href*='/cases/']"),
            ]
            urls = [*(stack.url + path for path in (*DESK, *OWN)), *one_of_each]
            faults += [f"{look} {fault}" for url in urls for fault in _faults(page, url)]
            faults += [f"{look} {fault}" for fault in _open_faults(page, one_of_each[0])]
    assert faults == []
