"""House settings: typed, with a reason, a history and a way back; the environment without its secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core import options
from guanxi.core.errors import Invalid
from guanxi.core.models import Detail, Event, Role, Setting
from guanxi.core.options import Kind, Option
from guanxi.site.administration.house import shown
from tests.cast import Staffer, Visitor, nothing_happens

pytestmark = pytest.mark.django_db
NAME = "/settings/house/house.name_en/"
NUMBER = Option(code="x", group="house", title="", hint="", kind=Kind.NUMBER, default=1, least=1, most=90)
TEXT = Option(code="y", group="house", title="", hint="", kind=Kind.TEXT, default="", least=1, most=40)


def test_a_change_is_seen_at_once_and_told(boss: Staffer, visitor: Visitor) -> None:
    assert boss.client.post(NAME, {"value": "Red Lantern", "why": "we moved", "key": "a"}).status_code == 303
    assert "Red Lantern" in visitor.client.get("/").content.decode()
    event = Event.objects.get(type="setting.changed")
    assert event.data == {"setting": "house.name_en", "from": "Guanxi", "to": "Red Lantern"}
    assert Detail.objects.get(event=event).body == {"why": "we moved"}
    page = boss.client.get(NAME).content.decode()
    assert "we moved" in page
    assert "Back to Guanxi" in page


def test_another_process_reads_it_within_seconds(boss: Staffer) -> None:
    boss.client.post(NAME, {"value": "Red Lantern", "why": "we moved", "key": "a"})
    options.forget()  # as a process that has not looked for three seconds
    assert options.text("house.name_en") == "Red Lantern"
    Setting.objects.update(value="Changed elsewhere")
    assert options.text("house.name_en") == "Red Lantern"  # not read anew yet
    options.forget()
    assert options.text("house.name_en") == "Changed elsewhere"


def test_the_way_back(boss: Staffer) -> None:
    boss.client.post(NAME, {"value": "One", "why": "first", "key": "a"})
    boss.client.post(NAME, {"value": "Two", "why": "second", "key": "b"})
    first = Event.objects.filter(type="setting.changed").order_by("id").first()
    assert first is not None
    assert boss.client.post(f"{NAME}back/", {"event": str(first.id), "key": "c"}).status_code == 303
    assert options.text("house.name_en") == "Guanxi"
    assert [(one.before, one.after) for one in options.history("house.name_en")] == [
        ("Two", "Guanxi"), ("One", "Two"), ("Guanxi", "One"),
    ]  # fmt: skip
    with nothing_happens():
        assert boss.client.post(f"{NAME}back/", {"event": "7", "key": "d"}).status_code == 404
        assert boss.client.post(f"{NAME}back/", {"event": "x" * 30, "key": "d"}).status_code == 404


def test_what_does_not_change_is_not_told(boss: Staffer) -> None:
    boss.client.post(NAME, {"value": "Guanxi", "why": "no change", "key": "a"})
    assert not Event.objects.filter(type="setting.changed").exists()
    assert not Setting.objects.exists()


@pytest.mark.parametrize(
    ("code", "value", "why", "words"),
    [
        ("house.name_en", "", "x", "Between 1 and 40"),
        ("house.name_en", "y" * 41, "x", "Between 1 and 40"),
        ("house.name_en", "New", " ", "Say in a few words why"),
        ("retention.jobs_done", "0", "x", "A whole number from 1"),
        ("retention.jobs_done", "-1", "x", "A whole number from 1"),
        ("retention.jobs_done", "1e3", "x", "A whole number from 1"),
        ("retention.jobs_done", "٣", "x", "A whole number from 1"),
        ("retention.jobs_done", "9" * 300, "x", "A whole number from 1"),
    ],
)
def test_bad_input_changes_nothing(boss: Staffer, code: str, value: str, why: str, words: str) -> None:
    with nothing_happens():
        answer = boss.client.post(f"/settings/house/{code}/", {"value": value, "why": why})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_unknown_setting_is_not_there(boss: Staffer) -> None:
    assert boss.client.get("/settings/house/moon.phase/").status_code == 404


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    """A number within its bounds or `Invalid`, never anything else; a text that a database can keep."""
    number, kept = _read(NUMBER, text), _read(TEXT, text)
    assert number is None or (isinstance(number, int) and 1 <= number <= 90)
    assert kept is None or (isinstance(kept, str) and 1 <= len(kept) <= 40 and "\0" not in kept)


def _read(option: Option, text: str) -> options.Value | None:
    try:
        return option.read(text)
    except Invalid:
        return None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("GUANXI_SECRET_KEY", "abc", "••••"),
        ("GUANXI_METRICS_TOKEN", "abc", "••••"),
        ("GUANXI_LANG", "en", "en"),
        (
            "GUANXI_DATABASE_URL",
            "postgresql://gx:pass@db:5432/gx?sslmode=require",
            "postgresql://••••@db:5432/gx?••••",
        ),
        ("GUANXI_SMTP_URL", "smtp://u:p@mail:25", "smtp://••••@mail:25"),
        ("GUANXI_SMTP_URL", "smtp://[broken", "••••"),
        ("GUANXI_HOME", "", ""),
    ],
)
def test_the_environment_keeps_its_secrets(name: str, value: str, expected: str) -> None:
    assert shown(name, value) == expected


def test_the_page_of_the_environment(boss: Staffer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_SMTP_URL", "smtp://user:hunter22@mail.example:25")
    page = boss.client.get("/settings/environment/").content.decode()
    assert "mail.example:25" in page
    assert "hunter22" not in page


def test_strangers_read_and_set_nothing(agent: Staffer, auditor: Staffer, stranger: Staffer) -> None:
    with nothing_happens():
        for who in (agent, auditor, stranger):
            for address in ("/settings/house/", NAME, "/settings/environment/", "/settings/pack/"):
                assert who.client.get(address).status_code == 403
            assert who.client.post(NAME, {"value": "Mine", "why": "x"}).status_code == 403
            assert who.client.post(f"{NAME}back/", {"event": "1"}).status_code == 403


def test_who_decides_on_periods_does_not_name_the_house(hire: object, boss: Staffer) -> None:
    Role.objects.filter(code="auditor").update(rights={"site.retention": "all"})
    keeper = hire("keeper", "auditor")  # type: ignore[operator]
    assert keeper.client.get("/settings/house/").status_code == 200
    with nothing_happens():
        assert keeper.client.post(NAME, {"value": "Mine", "why": "x"}).status_code == 403
    sent = {"value": "14", "why": "two weeks", "key": "k"}
    assert keeper.client.post("/settings/house/retention.jobs_done/", sent).status_code == 303
    assert options.number("retention.jobs_done") == 14


def test_the_pack_as_pages(boss: Staffer) -> None:
    page = boss.client.get("/settings/pack/").content.decode()
    assert "Book and music club" in page
    assert "Online service" in page
    assert "Answer a case" in page
    assert "BK-1007" in page
