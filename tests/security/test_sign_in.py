"""Both ways in, end to end: staff by password and TOTP, customers by one-time code; guessing, replay, enumeration."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings

from guanxi.channels.models import Message
from guanxi.core import clock
from guanxi.people.models import SignInCode
from tests.fixtures import StackMaker
from tests.harness.processes import Stack
from tests.security.conftest import build_in
from tests.security.world import PASSWORD, World

TODAY, LOGIN, CODE = "/today/", "/accounts/login/", "/accounts/2fa/authenticate/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def _login(client: Client, name: str = "agent", password: str = PASSWORD, **more: str) -> str:
    """Post the form; where it leads, or the status."""
    answer = client.post(LOGIN, {"login": name, "password": password, **more})
    return str(answer.headers.get("Location", answer.status_code))


def _totp(secret: str) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))))


def _with_totp(world: World, name: str) -> None:
    totp.TOTP.activate(world.users[name], SECRET)


def test_password_opens_the_house(world: World) -> None:
    client = Client()
    assert _login(client) == TODAY
    assert client.get(TODAY).status_code == 200


def test_session_key_changes_at_sign_in(world: World) -> None:
    client = Client()
    client.post("/my/sign-in/", {"reach": "somebody@example.org"})  # gives the visitor a session
    before = client.cookies["gx_session"].value
    _login(client)
    assert client.cookies["gx_session"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_signed_out_session_is_dead(world: World) -> None:
    client = Client()
    _login(client)
    stolen = client.cookies["gx_session"].value
    client.post("/accounts/logout/")
    thief = Client(headers={"cookie": f"gx_session={stolen}"})
    assert thief.get(TODAY).status_code == 302
    assert not Session.objects.filter(session_key=stolen).exists()


def test_signing_out_counts_in_every_process(make_stack: StackMaker) -> None:
    """Two web processes over one database: a cache of either must not keep the session."""
    first = make_stack().start("web")
    build_in(first)
    with Stack(database_url=first.environment["GUANXI_DATABASE_URL"], home=first.home).start("web") as second:
        browser = requests.Session()
        for place, fields in ((LOGIN, {"login": "agent", "password": PASSWORD}), ("/accounts/logout/", {})):
            browser.get(first.url + LOGIN)
            token = browser.cookies["gx_csrf"]
            kept = browser.cookies.copy()
            sent = {**fields, "csrfmiddlewaretoken": token}
            browser.post(first.url + place, sent, headers={"Referer": first.url}, allow_redirects=False)
            if place == LOGIN:
                opened = [
                    browser.get(one.url + TODAY, allow_redirects=False).status_code for one in (first, second)
                ]
        closed = [
            requests.get(one.url + TODAY, cookies=kept, allow_redirects=False).status_code
            for one in (first, second)
        ]
    assert (opened, closed) == ([200, 200], [302, 302])


def test_an_inactive_user_is_out_at_once(world: World) -> None:
    client = Client()
    _login(client)
    world.users["agent"].is_active = False
    world.users["agent"].save(update_fields=["is_active"])
    assert client.get(TODAY).status_code == 302
    assert _login(Client()) == "200"


def test_a_new_password_ends_other_sessions(world: World) -> None:
    mine, theirs = Client(), Client()
    _login(mine)
    _login(theirs)
    new = "a fresh and long enough secret"
    sent = mine.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert sent.status_code == 302
    assert theirs.get(TODAY).status_code == 302
    assert mine.get(TODAY).status_code == 200


def test_setting_up_totp_and_recovery_codes(world: World) -> None:
    client = Client()
    _login(client)
    place = "/accounts/2fa/totp/activate/"
    assert client.get(place).status_code == 302, "the password is asked for again"
    assert client.post(f"/accounts/reauthenticate/?next={place}", {"password": PASSWORD})["Location"] == place
    page = client.get(place)
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    code = _totp(secret)
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    shown = client.get("/accounts/2fa/recovery-codes/")
    assert shown.status_code == 200
    recovery = shown.context["unused_codes"]
    assert len(recovery) == 10
    client.post("/accounts/logout/")
    assert _login(client) == CODE
    assert client.get(TODAY).status_code == 302, "the password alone is not enough"
    assert client.post(CODE, {"code": recovery[0]})["Location"] == TODAY
    assert client.get(TODAY).status_code == 200
    client.post("/accounts/logout/")
    _login(client)
    assert client.post(CODE, {"code": recovery[0]}).status_code == 200, "a recovery code works once"


def test_totp_at_sign_in(world: World) -> None:
    _with_totp(world, "agent")
    client = Client()
    assert _login(client) == CODE
    code = _totp(SECRET)
    assert client.post(CODE, {"code": code})["Location"] == TODAY
    replay = Client()
    _login(replay)
    assert replay.post(CODE, {"code": code}).status_code == 200, "a code works once"


def test_only_the_owner_switches_totp_off(world: World) -> None:
    _with_totp(world, "agent")
    assert world.client("colleague").post("/accounts/2fa/totp/deactivate/").status_code == 404
    assert Authenticator.objects.filter(user=world.users["agent"], type="totp").exists()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Too many wrong passwords"), ("zh-hans", 'lang="zh-Hans"')]
)
def test_guessing_passwords_is_stopped(world: World, language: str, words: str) -> None:
    client = Client()
    client.cookies["gx_lang"] = language
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert _login(client, password="wrong") == "200"
    stopped = client.post(LOGIN, {"login": "agent", "password": "wrong"})
    assert stopped.status_code == 429
    assert words in stopped.content.decode()
    assert stopped["Retry-After"]
    assert _login(client) == "429", "the right password does not help either"
    assert _login(Client(REMOTE_ADDR="198.51.100.7")) == TODAY, "nobody locks others out from elsewhere"
    assert _login(client, name="colleague") == TODAY, "another name from here is not locked"


def test_guessing_codes_is_stopped(world: World) -> None:
    _with_totp(world, "agent")
    client = Client()
    _login(client)
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert client.post(CODE, {"code": "000000"}).status_code == 200
    assert client.post(CODE, {"code": "000000"}).status_code == 429
    assert client.post(CODE, {"code": _totp(SECRET)}).status_code == 429, "the right code does not help"
    assert _login(Client()) == "429", "nor does beginning again"


def test_guessing_the_password_on_a_page_left_open_is_stopped(world: World) -> None:
    client = Client()
    _login(client)
    statuses = [
        client.post("/accounts/reauthenticate/", {"password": f"no{n}"}).status_code for n in range(12)
    ]
    assert statuses[-1] == 429
    assert statuses.count(200) <= 8


def test_unknown_names_look_like_wrong_passwords(world: World) -> None:
    known = Client().post(LOGIN, {"login": "agent", "password": "wrong"})
    unknown = Client().post(LOGIN, {"login": "nobody", "password": "wrong"})
    closed = Client().post(LOGIN, {"login": "inactive", "password": PASSWORD})
    pages = [_without_noise(one.content.decode()) for one in (known, unknown, closed)]
    assert (
        pages[0].replace("agent", "X") == pages[1].replace("nobody", "X") == pages[2].replace("inactive", "X")
    )


def _without_noise(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=|gx-csrf" content=)"[^"]*"|X-CSRFToken[^}]*', "", page)


def test_unknown_names_take_as_long(world: World) -> None:
    """With the real, slow hasher: within a factor of two, medians of five."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
        user = world.users["agent"]
        user.password = hashers.make_password(PASSWORD)
        user.save(update_fields=["password"])
        known, unknown = (_median_ms(name) for name in ("agent", "nobody"))
    assert 0.5 < known / unknown < 2, (known, unknown)


def _median_ms(name: str) -> float:
    taken = []
    for place in range(5):
        begun = time.perf_counter()
        _login(Client(REMOTE_ADDR=f"198.51.100.{place}"), name=name, password="wrong")
        taken.append(time.perf_counter() - begun)
    return sorted(taken)[2] * 1000


def test_nobody_signs_themselves_up(world: World) -> None:
    for place in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/accounts/social/"):
        assert Client().get(place).status_code == 404


def test_customers_and_staff_do_not_meet(world: World) -> None:
    for place in (TODAY, "/cases/", "/customers/", "/orders/", "/settings/", "/search/"):
        assert world.client("customer").get(place).status_code == 403
    for place in (f"/my/cases/{world.case.number}/",):
        assert world.client("administrator").get(place).status_code == 403
    assert world.client("administrator").get("/my/")["Location"] == "/my/sign-in/"
    number = world.case.number
    for verb in ("append", "reopen", "answer", "resolve"):
        sent = world.client("customer").post(f"/cases/{number}/{verb}/", {"text": "x"})
        assert sent.status_code == 403, verb


# --- customers


def _ask(client: Client, address: str = "liming@example.org") -> str:
    """Ask for a code; where the form for it is."""
    sent = client.post("/my/sign-in/", {"reach": address})
    assert sent.status_code == 303, sent.content
    return str(sent["Location"])


def _mailed() -> str:
    found = re.search(r"\d{6}", Message.objects.filter(purpose="security").latest("created", "id").title)
    assert found
    return found.group()


def test_a_customer_signs_in_by_code(world: World) -> None:
    client = Client()
    form = _ask(client)
    before = client.cookies["gx_session"].value
    assert client.post(form, {"code": _mailed()})["Location"] == "/my/"
    assert client.cookies["gx_session"].value != before
    assert world.case.number in client.get("/my/").content.decode()
    stolen = client.cookies["gx_session"].value
    client.post("/my/sign-out/")
    assert Client(headers={"cookie": f"gx_session={stolen}"}).get("/my/").status_code == 303


def test_a_code_works_once(world: World) -> None:
    form, code = _ask(Client()), _mailed()
    assert Client().post(form, {"code": code}).status_code == 303
    assert Client().post(form, {"code": code}).status_code == 422


def test_an_old_code_is_refused(world: World) -> None:
    form, code = _ask(Client()), _mailed()
    SignInCode.objects.update(expires=clock.now() - timedelta(seconds=1))
    assert Client().post(form, {"code": code}).status_code == 422


def test_a_code_belongs_to_its_attempt(world: World) -> None:
    form = _ask(Client())
    _ask(Client(), "jane.roe@example.org")
    assert Client().post(form, {"code": _mailed()}).status_code == 422


def test_five_tries_a_code(world: World) -> None:
    form, code = _ask(Client()), _mailed()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert Client().post(form, {"code": wrong}).status_code == 422
    assert Client().post(form, {"code": code}).status_code == 422, "now the right one is refused too"


def test_an_unknown_address_looks_like_a_known_one(world: World) -> None:
    """Asking, guessing, guessing too often, asking too often: the same answers, but for names of attempts and tokens."""
    assert _dialogue("liming@example.org") == _dialogue("nobody@example.org")


def _dialogue(address: str) -> list[tuple[int, str]]:
    client, heard = Client(), []
    client.cookies["gx_lang"] = "en"
    for _ in range(5):
        sent = client.post("/my/sign-in/", {"reach": address})
        heard.append((sent.status_code, sent.get("Location", "")[:9]))
        if sent.status_code != 303:
            continue
        form = sent["Location"]
        heard.append((client.get(form).status_code, "form"))
        for _ in range(7):
            tried = client.post(form, {"code": "no1234"})
            page = _without_noise(tried.content.decode())
            told = re.sub(
                r'datetime="[^"]*"|data-(?:due|now|start)="[^"]*"|S-\w+|' + re.escape(address), "", page
            )
            heard.append((tried.status_code, re.sub(r"[\w*]+@[\w.*]+", "", _words(told))))
    return heard


def _words(page: str) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_code_and_password_are_not_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    form, code = _ask(Client()), _mailed()
    Client().post(form, {"code": code})
    _login(Client(), password="hunter2hunter2")
    assert code not in caplog.text
    assert "hunter2" not in caplog.text


def test_the_code_stands_in_no_event_and_no_timeline(world: World) -> None:
    _ask(Client())
    page = world.client("agent").get(f"/customers/{world.buyer.customer.public_id}/").content.decode()
    assert _mailed() not in page
