"""May we write, and until when must we answer: the pure rules."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.people.rules.privacy import FREE, Standing, against, due_by, typed_right

SHANGHAI = "Asia/Shanghai"
RESTRICTED, OBJECTED, GONE = Standing(restricted=True), Standing(objected=True), Standing(forgotten=True)


@pytest.mark.parametrize(
    ("purpose", "consent", "standing", "reasons"),
    [
        ("service", None, FREE, []),
        ("service", False, FREE, ["gate.refused"]),
        ("marketing", None, FREE, ["gate.no_consent"]),
        ("marketing", True, FREE, []),
        ("marketing", True, OBJECTED, ["gate.objected"]),
        ("service", None, OBJECTED, []),
        ("marketing", True, RESTRICTED, ["gate.restricted"]),
        ("service", True, RESTRICTED, ["gate.restricted"]),
        ("privacy", False, RESTRICTED, []),
        ("security", False, RESTRICTED, []),
        ("security", None, GONE, ["gate.forgotten"]),
        (
            "survey",
            False,
            Standing(restricted=True, objected=True),
            ["gate.restricted", "gate.objected", "gate.refused"],
        ),
    ],
)
def test_who_may_be_written_to(
    purpose: str, consent: bool | None, standing: Standing, reasons: list[str]
) -> None:
    assert [fact.code for fact in against(purpose, "email", consent, standing)] == reasons


@pytest.mark.parametrize(
    ("law", "received", "extended", "last"),
    [
        ("gdpr", "2026-03-03", False, "2026-04-03"),
        ("gdpr", "2026-01-31", False, "2026-03-02"),  # 28 February is a Saturday
        ("gdpr", "2028-01-31", False, "2028-02-29"),
        ("gdpr", "2026-11-30", True, "2027-03-01"),  # 28 February is a Sunday
        ("gdpr", "2026-12-15", False, "2027-01-15"),
        ("pipl", "2026-03-03", False, "2026-03-24"),
        (
            "pipl",
            "2026-02-10",
            False,
            "2026-03-09",
        ),  # the Spring Festival lies between, with its make-up days
        ("pipl", "2026-03-03", True, "2026-04-15"),
    ],
)
def test_the_legal_limit(law: str, received: str, extended: bool, last: str) -> None:
    due = due_by(law, datetime.fromisoformat(f"{received}T10:00:00+08:00"), SHANGHAI, extended=extended)
    assert due.at.astimezone(ZoneInfo(SHANGHAI)).isoformat() == f"{last}T23:59:59+08:00"


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    st.sampled_from(["gdpr", "pipl"]),
    st.integers(1, 40),
)
def test_more_time_is_never_less(received: datetime, law: str, days: int) -> None:
    begun = received.replace(tzinfo=UTC)
    short, long = (due_by(law, begun, SHANGHAI, days=days, extended=more) for more in (False, True))
    assert begun < short.at < long.at


def test_a_confirmation_is_the_number_however_it_is_typed() -> None:
    assert typed_right(" c-7q4m2 0aaaa ", "C-7Q4M2-0AAAA")
    assert not typed_right("C-7Q4M2-0AAAB", "C-7Q4M2-0AAAA")
    assert not typed_right("", "")
