"""The pack author's guide tells the truth: its example is a pack, its tables the program's, its errors what is printed."""

import re
from pathlib import Path

import pytest

from guanxi.cases.rules import machine, policy
from guanxi.cases.rules.bounds import in_words
from guanxi.core.procedure import Clock
from guanxi.packs.loader import check
from guanxi.trade.rules import ruleset, stages

ROOT = Path(__file__).parents[4]
GUIDES = ("docs/packs.md", "docs/zh/packs.md")
BLOCK = re.compile(r"^```toml (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ERROR = re.compile(r"^\| `(.+?)` (?:to|改为) `(.+?)` \| `(.+?)` \|$", re.MULTILINE)
CLOCKS = {
    Clock.WORKING: ("working hours", "工作时间"),
    Clock.PARTY: ("clock time, not ending at night", "自然时间，不在夜间到期"),
    Clock.PLAIN: ("clock time", "自然时间"),
}


def guide(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


FILES = dict(BLOCK.findall(guide(GUIDES[0])))
ERRORS = ERROR.findall(guide(GUIDES[0]))


def write(place: Path, right: str = "", wrong: str = "") -> Path:
    """The example as a folder, with one change."""
    folder = place / "tools"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text.replace(right, wrong, 1) if right else text, encoding="utf-8")
    return folder


def test_the_example_is_a_pack(tmp_path: Path) -> None:
    pack, faults = check(write(tmp_path))
    assert faults == []
    assert pack.procedure is not None
    found = policy.Policy.from_json(pack.procedure)
    assert found.kinds["dispute"].limits == {"response": 1440, "hearing.heard": 60}
    assert found.kinds["complaint"].limits == {"response": 720, "hearing.heard": 60}
    assert found.kinds["dispute"].targets == {"decision_median": 1440.0, "first_contact": 0.8}
    assert found.kinds["dispute"].texts["offer"]["en"].startswith("Say what you would do")
    damaged, late = found.issues["damaged"], found.issues["returned_late"]
    assert (damaged.kind, damaged.team, damaged.approval_over) == ("complaint", "mediation", 30_000)
    assert (damaged.automatic_most, damaged.scheme, late.automatic_most) == (10_000, "deposit", 0)
    assert (late.kind, list(late.remedies), late.evidence[0]["code"]) == (
        "dispute",
        ["refund", "replacement"],
        "photo",
    )
    assert found.roles_of("returned_late") == ("member", "member")
    assert (found.remedies["replacement"].promise_days, found.rules["wear"].words["en"]) == (
        3,
        "What wears out in proper use is the library's.",
    )


def test_the_example_says_how_orders_go(tmp_path: Path) -> None:
    trading = check(write(tmp_path))[0].trading
    assert trading is not None
    found = ruleset.Rules.from_json(trading)
    assert (found.terms.overpaid, found.terms.short_minor, found.terms.unpaid_days) == ("credit", 100, 7)
    flow = found.flow_for("phone", seller=False)
    assert flow is not None
    assert (flow.code, flow.promise_days) == ("by-van", 2)
    assert [found.stages[code].does for code in flow.stages] == ["payment", "packing", "logistics", "receipt"]
    assert (found.stages["packed"].team, found.stages["packed"].minutes) == ("desk", 240)
    assert found.flow_for("sms", seller=False) is None
    for language in GUIDES:
        for word in (*ruleset.DOES, *stages.WAYS):
            assert f"| `{word}` |" in guide(language)


@pytest.mark.parametrize(("right", "wrong", "printed"), ERRORS, ids=[one[1] for one in ERRORS])
def test_an_error_reads_as_printed_in_the_guide(tmp_path: Path, right: str, wrong: str, printed: str) -> None:
    assert sum(text.count(right) for text in FILES.values()) >= 1
    faults = check(write(tmp_path, right, wrong))[1]
    assert printed in [str(one) for one in faults]


def test_both_guides_say_the_same() -> None:
    english, chinese = map(guide, GUIDES)
    assert len(ERRORS) == 23
    assert ERROR.findall(chinese) == ERRORS
    assert BLOCK.findall(chinese) == []  # one example, on the English page
    for language, text in enumerate((english, chinese)):
        for key, limit in machine.LIMITS.items():
            most = in_words(limit.duration.total_seconds() / 60)
            shown = f'"{key}"' if "." in key else key
            assert f"| `{shown}` | {most} | {CLOCKS[limit.clock][language]} | {limit.on_expiry} |" in text
        for measure in policy.MEASURES:
            assert f"`{measure}`" in text
