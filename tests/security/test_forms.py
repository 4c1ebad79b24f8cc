"""Whatever is sent - forged, too large, broken, in no encoding - gets a clear 4xx in the user's language, never a 5xx."""

import json
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from guanxi.channels.models import Message
from tests.security.calls import CALLS, COMPLAINT, address, send
from tests.security.test_permission_matrix import TABLE, counts
from tests.security.world import PASSWORD, World

POSTS = sorted(key for key in CALLS if "POST" in TABLE[key] and not key.startswith("api/"))
# Those that read a body: where the address says all, what else is sent is not looked at.
OPERATIONS = sorted(
    key for key, call in CALLS.items() if "POST" in TABLE[key] and key.startswith("api/") and call.body
)
DOERS = ("public", "customer", "agent", "administrator")
ELSEWHERE = (
    "https://evil.example/", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example",
    "\\\\evil.example", "https:evil.example", "http:///evil.example", "javascript:alert(1)",
    "data:text/html,x", "/\t/evil.example", "\t//evil.example", "/%09/evil.example\n", "https://testserver@evil.example/",
    "//testserver.evil.example/", " //evil.example", "ftp://testserver/", "\x01https://evil.example",
)  # fmt: skip


def _is_clear(answer: object, language: str = "en") -> bool:
    """A page in the language asked for, with words in it; or problem+json."""
    content: bytes = answer.content  # type: ignore[attr-defined]
    if answer["Content-Type"] == "application/problem+json":  # type: ignore[index]
        return bool(json.loads(content)["title"])
    return f'lang="{language}"'.encode() in content and b"<h1" in content


@pytest.mark.parametrize("doer", DOERS)
def test_csrf_token_is_required(world: World, doer: str) -> None:
    before = counts()
    client = world.client(doer, enforce_csrf_checks=True)
    client.cookies["gx_lang"] = "en"
    for key in POSTS:
        if "proof" in (CALLS[key].body or {}):
            continue  # a proof of ours instead, since chat stands in frames: channels/tests/test_chat.py
        answer = send(client, "POST", key, world)
        assert answer.status_code == 403, key
        assert _is_clear(answer), key
    assert counts() == before


def test_a_token_of_another_visitor_does_not_help(world: World) -> None:
    other = Client(enforce_csrf_checks=True)
    other.get("/complain/")
    theirs = other.cookies["gx_csrf"].value
    mine = Client(enforce_csrf_checks=True)
    mine.get("/complain/")
    mine.cookies["gx_csrf"] = "x" * 32
    assert mine.post("/complain/", {**COMPLAINT, "csrfmiddlewaretoken": theirs}).status_code == 403


def test_the_api_takes_no_session_for_a_token(world: World) -> None:
    answer = world.client("administrator").post("/api/v1/cases", "{}", content_type="application/json")
    assert answer.status_code == 401


@pytest.mark.parametrize("where", ELSEWHERE)
def test_language_switch_leads_nowhere_else(world: World, where: str) -> None:
    answer = world.client("public").post("/language/", {"language": "en", "next": where})
    assert answer.status_code == 303
    assert _stays(answer["Location"]), answer["Location"]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_sign_in_leads_nowhere_else(world: World, where: str) -> None:
    sent = {"login": "agent", "password": PASSWORD, "next": where}
    for answer in (
        Client().post("/accounts/login/", sent),
        Client().get("/accounts/login/", {"next": where}),
    ):
        if answer.status_code == 302:
            assert _stays(answer["Location"]), answer["Location"]
    signed_in = world.client("agent").get("/accounts/login/", {"next": where})
    assert _stays(signed_in["Location"]), signed_in["Location"]


def _stays(location: str) -> bool:
    """Whether a browser that follows this stays here: it drops tabs and line ends, and takes \\ for /."""
    plain = "".join(char for char in location if char > " ").replace("\\", "/")
    parts = urlsplit(plain)
    return not parts.scheme and not parts.netloc and plain.startswith("/") and not plain.startswith("//")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example", "a b", ""]
)
def test_unknown_hosts_are_refused(world: World, host: str) -> None:
    answer = Client().get("/complain/?lang=en", headers={"host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"]
)
def test_forwarded_hosts_are_not_believed(world: World, header: str) -> None:
    answer = Client().get(f"/c/{world.link}/received/", headers={header: "evil.example"})
    assert b"evil.example" not in answer.content


def test_an_error_page_leads_back_to_this_site_only(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    for came_from in (
        "http://testserver//evil.example/",
        "http://evil.example/",
        "javascript:alert(1)",
        "//evil.example",
    ):
        page = client.post("/complain/", COMPLAINT, headers={"referer": came_from}).content.decode()
        assert 'href="//' not in page
        assert "http://evil" not in page
        assert "javascript:" not in page


def test_links_in_mail_come_from_the_settings(world: World) -> None:
    sent = {"number": world.case.number, "reach": "liming@example.org"}
    assert Client().post("/find/", sent, headers={"host": "localhost"}).status_code == 303
    mail = Message.objects.filter(channel="email").latest("created")
    assert f"{settings.BASE_URL}/c/" in mail.body
    assert "localhost" not in mail.body.replace(settings.BASE_URL, "")


def test_the_link_to_keep_comes_from_the_settings(world: World) -> None:
    page = Client().get(f"/c/{world.link}/received/", headers={"host": "localhost"}).content.decode()
    assert f"{settings.BASE_URL}/c/" in page
    assert "//localhost" not in page


HUGE = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=line"
BROKEN: dict[str, tuple[str, bytes]] = {
    "oversize": (FORM, b"text=" + HUGE.encode()),
    "too many fields": (FORM, "&".join(f"f{n}=1" for n in range(500)).encode()),
    "no boundary": ("multipart/form-data", b"--line\r\n\r\nx"),
    "wrong boundary": ("multipart/form-data; boundary=" + "b" * 300, b"--line\r\n"),
    "nul": (
        FORM,
        b"text=a%00b&reach=a%00b&code=%00&login=%00&password=%00&presence=%00&word=%00&number=%00&name=%00",
    ),
    "nul name": (FORM, b"te%00xt=a"),
}
MANGLED: dict[str, tuple[str, bytes]] = {
    "cut multipart": (MULTIPART, b'--line\r\nContent-Disposition: form-data; name="text"\r\n\r\nhalf'),
    "no disposition": (MULTIPART, b"--line\r\n\r\nx\r\n--line--"),
    "bad base64": (
        MULTIPART,
        (
            b'--line\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--line--\r\n"
        ),
    ),
    "invalid utf-8": (FORM, b"text=%ff%fe%80&reach=%ff&code=%ff&login=%c3%28&name=\xff"),
    "other charset": (FORM + "; charset=utf-7", b"text=+ADw-script+AD4-"),
    "unknown charset": (FORM + "; charset=klingon", b"text=x"),
    "surrogates": (
        MULTIPART + "; charset=utf-7",
        b'--line\r\nContent-Disposition: form-data; name="text"\r\n\r\n+2AA-\r\n--line--\r\n',
    ),
    "escapes": (
        MULTIPART + "; charset=unicode_escape",
        b'--line\r\nContent-Disposition: form-data; name="text"\r\n\r\n\\ud800\r\n--line--\r\n',
    ),
    "json": ("application/json", b'{"text": "x"}'),
    "empty": (FORM, b""),
    "deep": ("application/json", b"[" * 100_000),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", BROKEN)
def test_what_cannot_be_read_is_400(world: World, kind: str, language: str) -> None:
    content_type, body = BROKEN[kind]
    before = counts()
    client = world.client("agent")
    client.cookies["gx_lang"] = language
    for key in POSTS:
        answer = client.post(address(key, world), body, content_type=content_type)
        assert answer.status_code == 400, key
        assert _is_clear(answer, "en" if language == "en" else "zh-Hans"), key
    assert counts() == before


@pytest.mark.parametrize("kind", MANGLED)
@pytest.mark.parametrize("doer", ["public", "customer", "agent"])
def test_what_is_mangled_never_breaks_a_page(world: World, kind: str, doer: str) -> None:
    content_type, body = MANGLED[kind]
    client = world.client(doer)
    for key in POSTS:
        if "sign-out" in key or "logout" in key:
            continue
        answer = client.generic("POST", address(key, world), body, content_type=content_type)
        assert answer.status_code < 500, key


@pytest.mark.parametrize(
    "body",
    [
        HUGE.encode(), b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"text": 1e999}',
        b'{"text": "a\\u0000b", "contact": {"email": "x@example.org"}}',
        b'{"text": "x", "contact": {"name": "\\u0000", "email": "x@example.org"}}',
        b'{"text": "x", "contact": {"email": "a\\u0000@example.org"}}',
        b'{"text": "\\ud800", "contact": {"email": "x@example.org"}}',
        b'{"text": "x", "contact": {"email": "x@example.org"}, "language": "\\udfff"}',
        b'{"source": "a\\u0000", "email": "x@example.org"}',
        b'{"version": 99999999999999999999999}', b'{"version": NaN}',
        b'{"version": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_the_api_says_what_it_cannot_read(world: World, body: bytes) -> None:
    client = world.client("token")
    for key in OPERATIONS:
        answer = client.post(address(key, world), body, content_type="application/json")
        assert answer.status_code in (400, 422), (key, body[:60])
        assert _is_clear(answer)


HOSTILE_PATHS = (
    "/%00/", "/c/%00/", "/c/a%00b/received/", "/%ff%fe/", "/cases/%00/", "/customers/%ff/", "/my/cases/%00/",
    "/api/v1/cases/%00", "/api/v1/customers/%ff", "/api/v1/orders/%00", "/..%2f..%2fetc/passwd", "/static/%00",
    "/static/../settings.py", "/static/..%2f..%2fsettings.py", "/" + "a" * 5000, "/c/" + "%F0%9F%92%A9" * 200 + "/",
    "/api/v1/cases/" + "9" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE_PATHS)
@pytest.mark.parametrize("doer", ["public", "customer", "agent", "token"])
def test_hostile_paths(world: World, path: str, doer: str) -> None:
    assert world.client(doer).get(path).status_code in (302, 400, 401, 403, 404)


HOSTILE_QUERIES = (
    "after=%00", "q=%00", "lang=%00", "state=%00", "after=////", "after=" + "A" * 5000, "after=%ff", "q=%ff%fe",
    "q=" + "%E7%9A%84" * 2000, "q=%25%5F%27%22%5C", "q=%22%20OR%201%3D1--", "q=NEAR(a%20b)*", "q=a%3A*%20%26%20!b",
    "after=___________________w", "after=gP______________________", "after=f__________3__________", "state=recorded'",
    "customer=%00", "q=%F0%9F%92%A9", "q[]=1&q=2&q=3", "next=//evil.example", "lang=../../etc",
)  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE_QUERIES)
@pytest.mark.parametrize("doer", ["customer", "administrator", "token"])
def test_hostile_queries(world: World, query: str, doer: str) -> None:
    client = world.client(doer)
    places = ("/", "/my/", "/cases/", "/customers/", "/orders/", "/search/", "/outbox/", "/today/")
    operations = ("/api/v1/cases", "/api/v1/customers", "/api/v1/orders", "/api/v1/work")
    for place in operations if doer == "token" else places:
        assert client.get(f"{place}?{query}").status_code < 500, place


@pytest.mark.parametrize("name", ["gx_session", "gx_lang", "gx_csrf", "messages"])
@pytest.mark.parametrize(
    "value", ['"' + "a" * 31 + '\\000"', "a" * 5000, "\xff\xfe", "'; DROP TABLE x;--", '"\\303\\050"']
)
def test_hostile_cookies(world: World, name: str, value: str) -> None:
    for place in ("/", "/my/", "/today/", "/complain/", "/accounts/login/"):
        assert Client(headers={"cookie": f"{name}={value}"}).get(place).status_code in (200, 302, 303, 400)


@pytest.mark.parametrize("key", ["x" * 101, "\xff", "a b", "'"])
def test_hostile_idempotency_keys(world: World, key: str) -> None:
    body = {"text": "x", "contact": {"email": "x@example.org"}}
    sent = world.client("token").post(
        "/api/v1/cases", body, content_type="application/json", headers={"Idempotency-Key": key}
    )
    assert sent.status_code in (201, 422)
    page = world.client("public").post("/complain/", {**COMPLAINT, "key": key})
    assert page.status_code in (303, 422)


def test_a_form_sent_twice_acts_once(world: World) -> None:
    """Every form that writes words carries a key of its own."""
    for reader, place in (
        ("public", "/complain/"), ("public", f"/c/{world.link}/"), ("agent", f"/cases/{world.case.number}/"),
        ("customer", f"/my/cases/{world.case.number}/"), ("agent", "/cases/new/"),
    ):  # fmt: skip
        page = world.client(reader).get(place).content.decode()
        assert 'name="key" value=""' not in page, place
        assert 'name="key" value="' in page, place
