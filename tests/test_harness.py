"""The ground the other tests stand on: real programs start, and no test leaves this machine."""

import smtplib
import socket
import time
from argparse import Namespace

import psycopg
import pytest
from babel.messages.catalog import Message
from django.core.management import get_commands
from django.db import connection
from playwright.sync_api import Browser

from guanxi.site.management.commands.test import plan
from scripts import translations
from tests.fixtures import Databases
from tests.harness.browser import until
from tests.harness.mail import Postfix
from tests.harness.postgres import Cluster
from tests.harness.suite import wanted_database


def test_no_connection_leaves_this_machine() -> None:
    with pytest.raises(ConnectionRefusedError, match="stay on this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.parametrize(
    ("arguments", "database"),
    [(["-q"], ""), (["--database", "sqlite"], "sqlite"), (["--database=postgresql", "-x"], "postgresql")],
)
def test_the_database_is_read_before_django_starts(arguments: list[str], database: str) -> None:
    assert wanted_database(arguments) == database


@pytest.mark.django_db
def test_the_suite_runs_on_the_database_asked_for(request: pytest.FixtureRequest) -> None:
    wanted = request.config.getoption("--database")
    assert wanted in {None, connection.vendor}


def test_mail_is_delivered_for_real(mail_server: Postfix) -> None:
    with smtplib.SMTP("127.0.0.1", mail_server.port, timeout=10) as client:
        client.sendmail("desk@guanxi.example", ["li@customers.example"], "Subject: hello\r\n\r\ntext")
    assert mail_server.wait_for("li@customers.example")[0]["Subject"] == "hello"


def test_a_hanging_mail_server_never_speaks(hanging_mail_server: str) -> None:
    port = int(hanging_mail_server.rpartition(":")[2])
    begun = time.monotonic()
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        smtplib.SMTP("127.0.0.1", port, timeout=0.3)
    assert time.monotonic() - begun < 5


@pytest.mark.browser
def test_the_browser_shows_chinese_and_reaches_no_other_host(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1>你好</h1><img src='https://other.guanxi.example/x.png' onerror='document.title=1'>")
    assert page.inner_text("h1") == "你好"
    until(page, "document.title === '1'")
    page.close()


@pytest.mark.reliability
def test_each_database_handed_out_is_fresh(databases: Databases) -> None:
    assert databases.new() != databases.new()


@pytest.mark.reliability
def test_a_killed_cluster_keeps_what_it_acknowledged(postgres: Cluster) -> None:
    url = postgres.create("killed")
    with psycopg.connect(url) as client:
        client.execute("CREATE TABLE kept (number int)")
        client.execute("INSERT INTO kept VALUES (1)")
        client.commit()
        postgres.kill()
    postgres.restart()
    with psycopg.connect(url) as client:
        assert client.execute("SELECT number FROM kept").fetchall() == [(1,)]
    postgres.drop("killed")


def test_our_test_command_stands_before_djangos() -> None:
    assert get_commands()["test"] == "guanxi.site"


def test_the_plan_leaves_no_test_out() -> None:
    runs = list(plan(Namespace(long=False, fast=False, database="both"), []))
    assert [run.title.partition(":")[0] for run in runs] == ["sqlite", "sqlite", "postgresql", "postgresql"]
    assert [run.arguments[-1] for run in runs[:2]] == [
        "not browser and not reliability",
        "browser or reliability",
    ]


@pytest.mark.parametrize(
    ("original", "translation", "good"),
    [
        ("%(n)s cases", "%(n)s 个个案", True),
        ("%(n)s cases", "个案", False),
        ("%(n)s cases", "", False),
        ("until {day}", "至 {date}", False),
        (("one case", "%(n)s cases"), ("%(n)s 个个案",), True),
        (("one of %(team)s", "%(n)s of %(team)s"), ("%(n)s 个",), False),
    ],
)
def test_translations_keep_their_placeholders(
    original: str | tuple[str, ...], translation: str | tuple[str, ...], good: bool
) -> None:
    message = Message(original, translation)
    assert (list(translations.faults_of(message)) == []) is good
