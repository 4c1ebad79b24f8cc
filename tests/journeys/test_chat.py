"""Web chat in a browser: lines go without leaving the page, a cut network loses nothing, typed words survive a reload."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, expect
from pytest_django.live_server_helper import LiveServer

from guanxi.channels.actions import contacts
from guanxi.channels.models import Message
from guanxi.channels.queries import chat
from guanxi.core import options
from guanxi.core.access import PUBLIC
from guanxi.core.models import File
from tests.cast import SYSTEM, Organisation

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True)]


def test_a_cut_network_loses_nothing(
    browser: Browser, live_server: LiveServer, organisation: Organisation, now: datetime
) -> None:
    contact = contacts.arrive(actor=PUBLIC, now=now, channel="chat", text="Is anybody there?")
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_server.url}/chat/{chat.link_token(contact)}/")
    lines, outbox, field = (
        page.locator(".gx-chat-lines"),
        page.locator("[data-chat-outbox] li"),
        page.locator("#f-text"),
    )
    expect(lines).to_contain_text("Is anybody there?")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    field.fill("First line")
    page.get_by_role("button", name="Send").click()
    expect(lines).to_contain_text("First line", timeout=20_000)
    expect(field).to_have_value("")
    context.set_offline(True)
    field.fill("From a tunnel")
    field.press("Control+Enter")
    expect(outbox).to_contain_text("From a tunnel")
    expect(outbox).to_contain_text("waiting for the connection")
    context.set_offline(False)
    expect(lines).to_contain_text("From a tunnel", timeout=20_000)
    expect(outbox).to_have_count(0)
    field.fill("Half a sen")
    page.reload()
    expect(page.locator("#f-text")).to_have_value("Half a sen")
    if folder := os.environ.get("GX_SHOTS"):
        page.screenshot(path=f"{folder}/chat-room.png")
    assert faults == []
    said = list(Message.objects.order_by("created").values_list("body", flat=True))
    assert said == ["Is anybody there?", "First line", "From a tunnel"]
    context.close()


def test_a_file_goes_without_leaving_the_page(
    browser: Browser, live_server: LiveServer, organisation: Organisation, now: datetime, tmp_path: Path, settings: Any
) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path / "files"
    contact = contacts.arrive(actor=PUBLIC, now=now, channel="chat", text="It came broken")
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_server.url}/chat/{chat.link_token(contact)}/")
    lines, field, pick = (
        page.locator(".gx-chat-lines"),
        page.locator("#f-text"),
        page.locator("input[type=file]"),
    )
    field.fill("Here is the slip")
    pick.set_input_files(FilePayload(name="slip.txt", mimeType="text/plain", buffer=b"Return slip"))
    page.get_by_role("button", name="Send").click()
    expect(lines).to_contain_text("slip.txt", timeout=20_000)
    expect(lines).to_contain_text("Here is the slip")
    expect(field).to_have_value("")
    expect(page.locator(".gx-files-list li")).to_have_count(0)
    # refused by the server alone: a picture that is none; the words and the file stay, with the reason beside them
    field.fill("And a picture")
    pick.set_input_files(FilePayload(name="no.png", mimeType="image/png", buffer=b"<script>"))
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-fault]")).to_contain_text("no.png", timeout=20_000)
    expect(field).to_have_value("And a picture")
    page.get_by_role("button", name="Take out no.png").click()
    page.get_by_role("button", name="Send").click()
    expect(lines).to_contain_text("And a picture", timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []
    said = list(Message.objects.order_by("created").values_list("body", flat=True))
    assert said == ["It came broken", "Here is the slip", "And a picture"]
    assert [one.name for one in File.objects.all()] == ["slip.txt"]
    context.close()


def test_too_much_at_once_waits_with_its_words(
    browser: Browser, live_server: LiveServer, organisation: Organisation, now: datetime
) -> None:
    options.change(actor=SYSTEM, now=now, code="channels.lines_per_minute", text="1", why="a test")
    contact = contacts.arrive(actor=PUBLIC, now=now, channel="chat", text="One")
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{live_server.url}/chat/{chat.link_token(contact)}/")
    lines, outbox = page.locator(".gx-chat-lines"), page.locator("[data-chat-outbox] li")
    for text in ("Two", "Three"):
        page.locator("#f-text").fill(text)
        page.get_by_role("button", name="Send").click()
        expect(lines if text == "Two" else outbox).to_contain_text(text, timeout=20_000)
    expect(outbox).to_contain_text("That was a lot at once.", timeout=20_000)
    expect(outbox).to_contain_text("Three")
    Message.objects.update(created=now - timedelta(hours=1))
    expect(lines).to_contain_text("Three", timeout=30_000)  # sent again by itself
    expect(outbox).to_have_count(0)
    context.close()
