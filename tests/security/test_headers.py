"""What every answer carries, and that no page asks another origin for anything."""

import json
import os
import re
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client

from tests.harness.processes import guanxi
from tests.security.calls import CALLS, address
from tests.security.test_permission_matrix import TABLE, expected
from tests.security.world import PASSWORD, World

_LIVE = urlsplit(settings.LIVE_URL)
CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": f"'self' {_LIVE.scheme}://{_LIVE.netloc}",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# What strangers attached: nothing in it may run, and it is looked at in a box of its own.
FILE_CSP = {"default-src": "'none'", "img-src": "'self'", "style-src": "'unsafe-inline'", "sandbox": ""}
API_CSP = {"default-src": "'none'", "frame-ancestors": "'none'"}
GETS = sorted(key for key in CALLS if "GET" in TABLE[key])
READERS = ("public", "customer", "agent", "administrator", "token")
_ADDRESS = re.compile(
    r"""(?:src|href|action|formaction|poster|data|hx-get|hx-post)\s*=\s*["']([^"']*)["']""", re.IGNORECASE
)


def _wanted_policy(place: str, *, given: bool = False) -> dict[str, str]:
    if given and re.search(r"files/<slug:public_id>/(preview/)?$", place):
        return FILE_CSP
    return API_CSP if place.startswith(("api/", "/api/")) else CSP


def _policy(response: HttpResponseBase) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";")]
    return {name: values for name, _, values in parts if name}


@pytest.mark.parametrize("reader", READERS)
def test_every_answer_is_dressed_and_keeps_to_itself(world: World, reader: str, settings: Any) -> None:
    settings.API_PER_MINUTE = 0  # more refusals here than one address may collect in a minute
    client = world.client(reader)
    for key in GETS:
        answer = client.get(address(key, world))
        _is_dressed(answer, key, reader)
        page = "" if answer.streaming else answer.content.decode(errors="replace")
        if answer.get("Content-Type", "").startswith("text/html"):
            _names_no_other_origin(page, key)
        if "<html" in page:
            _holds_no_inline_script_style_or_handler(page, key)


def _is_dressed(answer: HttpResponseBase, key: str, reader: str) -> None:
    assert answer.status_code == expected(key, "GET", reader), key
    assert _policy(answer) == _wanted_policy(key, given=answer.status_code == 200), key
    assert answer["X-Content-Type-Options"] == "nosniff", key
    assert answer["X-Frame-Options"] == "DENY", key
    assert answer["Referrer-Policy"] == "same-origin", key
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", key
    assert "Access-Control-Allow-Origin" not in answer, key
    assert "Server" not in answer, key
    if key not in ("api/v1/openapi.json", "metrics") and answer.status_code == 200:
        kept = answer.get("Cache-Control", "")
        revalidated = key.startswith("api/") or "files/" in key
        assert "no-store" in kept or (revalidated and kept == "private, no-cache"), key


def _names_no_other_origin(page: str, key: str) -> None:
    own = {"", urlsplit(settings.BASE_URL).netloc, "testserver"}
    for target in _ADDRESS.findall(page):
        parts = urlsplit(target)
        assert parts.netloc in own, (key, target)
        image = target.startswith("data:image/svg+xml")
        assert image or parts.scheme in ("", "http", "https"), (key, target)


def _holds_no_inline_script_style_or_handler(page: str, key: str) -> None:
    assert not re.search(r'<script(?![^>]*\ssrc=)(?! type="application/(?:ld\+)?json")[^>]*>', page), key
    assert not re.search(r"<style", page), key
    assert not re.search(r"<[^>]+\s(?:on[a-z]+|style)\s*=", page), key
    assert "javascript:" not in page, key


@pytest.mark.parametrize(
    "place", ["/nowhere/", "/c/forged/", "/cases/", "/api/v1/nowhere", "/my/cases/GX-1/"]
)
def test_refusals_are_dressed_too(world: World, place: str) -> None:
    answer = world.client("public").get(place)
    assert _policy(answer) == _wanted_policy(place)
    assert answer["X-Frame-Options"] == "DENY"


def test_cookies(world: World) -> None:
    client = Client()
    client.post("/accounts/login/?lang=en", {"login": "agent", "password": PASSWORD})
    for name in ("gx_session", "gx_lang"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax"), name
    csrf = Client().get("/complain/").cookies["gx_csrf"]
    assert csrf["samesite"] == "Lax"


def test_static_files_are_not_sniffed_nor_framed() -> None:
    answer = Client().get("/static/gx/form.js")
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_metrics_are_not_there_for_other_hosts(world: World) -> None:
    assert Client(REMOTE_ADDR="203.0.113.5").get("/metrics").status_code == 404
    assert Client(HTTP_X_FORWARDED_FOR="203.0.113.5").get("/metrics").status_code == 404
    assert Client().get("/metrics").status_code == 200


_HTTPS = """
import django, json
django.setup()
from django.test import Client
client = Client()
answer = client.get("/procedure/?lang=en", secure=True, headers={"host": "crm.example.org"})
session = client.get("/complain/", secure=True, headers={"host": "crm.example.org"})
from django.conf import settings
print(json.dumps({
    "status": answer.status_code,
    "hsts": answer.headers.get("Strict-Transport-Security"),
    "secure": {name: bool(morsel["secure"]) for name, morsel in client.cookies.items()},
    "session": settings.SESSION_COOKIE_SECURE,
    "csp": answer.headers["Content-Security-Policy"],
}))
"""


def test_https_is_kept_to(tmp_path: object) -> None:
    """A house with an https address: HSTS for a year, every cookie Secure. Settings of their own need a process of its own."""
    environment = {
        **os.environ,
        "GUANXI_BASE_URL": "https://crm.example.org",
        "GUANXI_LIVE_URL": "https://crm.example.org/live",
        "GUANXI_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "guanxi.site.settings",
    }
    environment.pop("GUANXI_DATABASE_URL", None)
    guanxi("migrate", "--verbosity", "0", environment=environment)
    done = subprocess.run([sys.executable, "-c", _HTTPS], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["status"] == 200
    assert found["hsts"] == "max-age=31536000; includeSubDomains"
    assert set(found["secure"].values()) == {True}
    assert found["session"] is True
    assert "http://" not in found["csp"]
