"""Walking through a dispute as people do: phones by signed link, desks by sign-in, a supervisor's inbox; faults are collected.

With `GUANXI_SCREENS=folder` every walk leaves pictures of what it saw there.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from guanxi.packs.cast import DEMO_PASSWORD
from tests.harness.browser import DESKTOP, PHONE, until
from tests.harness.processes import Stack

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
SCHEMES: dict[str, Any] = {"zh": "light", "en": "dark"}
SLOW_MS = 45_000  # the system's own steps: a follower and the worker have to come round
SCREENS = os.environ.get("GUANXI_SCREENS", "")
_WIDE = """[...document.querySelectorAll("main *")].filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)
    .map(one => one.tagName + "." + one.className + " " + one.textContent.trim().slice(0, 40)).slice(0, 8)"""


@dataclass
class Walk:
    """One demo in one language, the people in it, and what went wrong on their screens."""

    stack: Stack
    browser: Browser
    language: str
    faults: list[str] = field(default_factory=list)
    _desks: dict[str, Page] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return f"{self.stack.url}{path}"

    def say(self, zh: str, en: str) -> str:
        """The words of this walk's language."""
        return zh if self.language == "zh" else en

    def phone(self) -> Page:
        """A new phone; nobody is signed in on it."""
        return self._page(PHONE)

    def desk(self, username: str) -> Page:
        """The desk of a member of staff, signed in once."""
        if username not in self._desks:
            page = self._desks[username] = self._page(DESKTOP)
            page.goto(self.url("/today/"))
            page.locator("#id_login").fill(username)
            page.locator("#id_password").fill(DEMO_PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile(r"^[^?]*/today/"))
        return self._desks[username]

    def _page(self, screen: dict[str, Any]) -> Page:
        look = {"locale": LOCALES[self.language], "color_scheme": SCHEMES[self.language]}
        page = self.browser.new_context(**screen, **look, reduced_motion="reduce").new_page()
        page.set_default_timeout(SLOW_MS)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self._heard(page, said.type, said.text))
        return page

    def _heard(self, page: Page, kind: str, text: str) -> None:
        if kind == "error":
            self.faults.append(f"{page.url}: {text}")

    def look(self, page: Page, name: str) -> None:
        """Nothing is wider than the screen; a picture where pictures are asked for."""
        until(page, "document.readyState === 'complete'")  # a click may be leading elsewhere
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.faults.append(f"{name}: {wide} px too wide: {page.evaluate(_WIDE)}")
        if SCREENS:
            target = Path(SCREENS) / f"{self.language}-{name}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=target, full_page=True)

    def rest(self) -> None:
        """Everybody goes home."""
        for context in self.browser.contexts:
            context.close()
        self._desks.clear()

    # -- phones ---------------------------------------------------------------------------------------------

    def complain(
        self, phone: Page, text: str, *, way: str = "", kind: str = "", quote: str = "", **who: str
    ) -> str:
        """Send the public form, follow the link; the number of the case."""
        phone.goto(self.url("/complain/" + (f"?as={way}" if way else "")))
        phone.locator("textarea[name=text]").fill(text)
        if kind:
            phone.locator("select[name=kind]").select_option(kind)
            phone.locator("textarea[name=quote]").fill(quote)
        for name, value in who.items():
            phone.locator(f"input[name={name}]").fill(value)
        phone.locator("form[data-form=complain] button[type=submit]").last.click()
        phone.wait_for_url("**/received/")
        found = re.search(r"GX-\d{4}-\d{4}-\d{4}", phone.locator("main").inner_text())
        assert found, "no case number"
        return found[0]

    def follow(self, phone: Page) -> None:
        """From what is shown after the form to the page of the case."""
        phone.locator("main a.gx-btn--solid[href*='/c/']").click()
        expect(phone.locator("#issue-1")).to_be_visible()

    def link_of(self, number: str, address: str) -> str:
        """The signed link in the newest letter about a case to an address: by the demo's outgoing messages."""
        page = self.phone()
        for _again in range(120):
            page.goto(self.url("/outbox/"))
            letters = page.locator("article").filter(has_text=number).filter(has_text=address)
            if letters.count():
                href = letters.first.locator("a[href*='/c/']").first.get_attribute("href")
                page.context.close()
                assert href
                return href
            page.wait_for_timeout(300)
        raise AssertionError(f"no letter about {number} to {address}")

    def until(self, page: Page, shown: Locator) -> Locator:
        """Wait for what the system does by itself: live, with nobody reloading."""
        try:
            expect(shown.first).to_be_visible(timeout=SLOW_MS)
        except AssertionError as fault:
            raise AssertionError(f"{fault}\n{self._seen(page, shown)}") from fault
        return shown.first

    def _seen(self, page: Page, shown: Locator) -> str:
        """What somebody who waited in vain would tell: the page, whether it is there after a reload, what the worker did."""
        before = page.locator("main").inner_text()
        page.reload()
        after = page.locator("main").inner_text()
        said = [f"-- {name}:\n{self.stack.log(name)[-3000:]}" for name in self.stack.processes]
        there = f"-- after a reload: {shown.count()} of it\n{'the same page' if after == before else after}"
        return "\n".join([f"-- {page.url}\n{before}", there, *said])

    @contextmanager
    def form(self, phone: Page, verb: str, place: int = 1) -> Iterator[Locator]:
        """A verb's form on a phone, opened; sent at the end, and the page says that it is there."""
        form = phone.locator(f"form[action*='/issues/{place}/{verb}/']").first
        expect(form).to_be_attached(timeout=SLOW_MS)
        fold = form.locator("xpath=ancestor::details[1]")
        if fold.count() and fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
        yield form
        form.locator("button[type=submit]").last.click()
        phone.wait_for_url(f"**?done={verb}")
        expect(phone.locator(".gx-notice--green").first).to_be_visible()

    def does(
        self, phone: Page, verb: str, text: str = "", *, place: int = 1, photo: FilePayload | None = None
    ) -> None:
        """One step of a party: words, and a photograph from the camera."""
        with self.form(phone, verb, place) as form:
            if text:
                form.locator("textarea[name=text]").fill(text)
            if photo:
                form.locator("input[type=file][name=files]").first.set_input_files(photo)

    def customer(self, address: str) -> Page:
        """A phone on which a customer is signed in: the code stands among what the demo would have sent."""
        phone, outbox = self.phone(), self.phone()
        phone.goto(self.url("/my/sign-in/"))
        phone.locator("input[name=reach]").fill(address)
        phone.locator("main form button[type=submit]").click()
        phone.wait_for_url("**/my/code/**")
        for _again in range(120):
            outbox.goto(self.url(f"/outbox/?{urlencode({'to': address})}"))
            titles = outbox.locator("article").filter(has_text=address).locator("h2").all_inner_texts()
            found = next(filter(None, (re.search(r"\b\d{6}$", title) for title in titles)), None)
            if found:  # other letters may have come after it
                break
            outbox.wait_for_timeout(300)
        else:
            said = f"{phone.locator('main').inner_text()}\n{outbox.locator('main').inner_text()}"
            raise AssertionError(f"no code for {address}: {said}")
        outbox.context.close()
        phone.locator("input[name=code]").fill(found[0])
        phone.locator("main form button[type=submit]").first.click()
        phone.wait_for_url(re.compile(r"/my/$"))
        return phone

    # -- desks ----------------------------------------------------------------------------------------------

    def open(self, desk: Page, number: str, place: int = 1) -> None:
        desk.goto(self.url(f"/cases/{number}/?issue={place}"))
        expect(desk.locator("#gx-ruling")).to_be_visible()

    def accept(self, desk: Page, number: str, place: int = 1, text: str = "") -> None:
        """Take an issue up, by keyboard."""
        self.open(desk, number, place)
        self.until(desk, desk.locator("#f-accept-text"))
        desk.keyboard.press("a")
        expect(desk.locator("#f-accept-text")).to_be_focused()
        desk.keyboard.insert_text(text)
        self.sent(desk)
        expect(desk.locator("#f-accept-text")).to_have_count(0)

    def rule(self, desk: Page, outcome: str, reasons: str, *, remedy: str = "", amount: str = "") -> None:
        """Propose, by keyboard alone: outcome u/p/x, remedy by its key, amount, reasons, Ctrl+Enter."""
        expect(desk.locator("[data-ruling]")).to_be_visible(timeout=SLOW_MS)
        desk.keyboard.press(outcome)
        if remedy:
            chosen = desk.locator(f"input[name=remedy][value={remedy}]").first
            key = desk.locator("[data-ruling] label[data-key]").filter(has=chosen).get_attribute("data-key")
            desk.keyboard.press(key or "")
            expect(chosen).to_be_checked()
        if amount:
            desk.keyboard.press("o")
            expect(desk.locator("#f-amount")).to_be_focused()
            self.write(desk, amount)
            desk.keyboard.press("Escape")
        desk.keyboard.press("a")
        expect(desk.locator("#f-reasons")).to_be_focused()
        self.write(desk, reasons)

    def write(self, desk: Page, words: str) -> None:
        """In place of what stands in the field that has the focus."""
        desk.keyboard.press("Control+a")
        desk.keyboard.insert_text(words)

    def sent(self, desk: Page) -> None:
        """Ctrl+Enter, and the desk says what was done."""
        with desk.expect_navigation():
            desk.keyboard.press("Control+Enter")
        assert desk.locator(".gx-error:visible").all_inner_texts() == []

    def confirm(self, desk: Page, number: str, answer: str, place: int = 1) -> None:
        """Answer every comment and confirm, by keyboard."""
        self.open(desk, number, place)
        desk.keyboard.press("a")
        expect(desk.locator("#f-confirm-text")).to_be_focused()
        desk.keyboard.insert_text(answer)
        self.sent(desk)
        expect(desk.locator("#f-confirm-text")).to_have_count(0)

    def name_other_side(self, desk: Page, number: str, name: str, role: str) -> None:
        """Choose who stands on the other side, from the menu of the case."""
        self.open(desk, number)
        self.until(desk, desk.locator("#f-accept-text"))
        desk.keyboard.press("m")
        desk.locator("button[data-dialog=d-respondent]").click()
        dialog = desk.locator("#d-respondent")
        dialog.locator("#f-respondent").fill(name)
        dialog.get_by_role("option").filter(has_text=name).first.click()
        dialog.locator("select[name=role]").select_option(role)
        with desk.expect_navigation():
            desk.keyboard.press("Control+Enter")
        expect(desk.locator(".gx-factline")).to_contain_text(name)

    def approve(self, desk: Page, number: str, name: str) -> None:
        """In the inbox of approvals, one decision of several."""
        desk.goto(self.url("/cases/approvals/"))
        row = desk.locator(".gx-dsp-approval").filter(has_text=number)
        self.look(desk, name)
        with desk.expect_navigation():
            row.locator("form[action$='/approve/'] button[type=submit]").click()
        expect(desk.locator(".gx-dsp-approval").filter(has_text=number)).to_have_count(0)
