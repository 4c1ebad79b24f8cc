"""Web chat in a browser: lines go without leaving the page, a cut network loses nothing, typed words survive a reload."""

import os
from datetime import datetime

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from guanxi.channels.actions import contacts
from guanxi.channels.models import Message
from guanxi.channels.queries import chat
from guanxi.core.access import PUBLIC
from tests.cast import Organisation

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
