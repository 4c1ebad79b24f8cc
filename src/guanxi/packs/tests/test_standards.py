"""The shipped standards are whole; a file with faults says where; installing gives them their history once."""

from datetime import datetime
from pathlib import Path

import pytest

from guanxi.core.access import PUBLIC
from guanxi.packs import standards as packs
from guanxi.trade.models import Panel, StandardVersion
from guanxi.trade.queries import standards as reads
from guanxi.trade.rules.standards.content import Content
from tests.cast import SYSTEM, Shopper, nothing_happens

SHIPPED = Path(packs.__file__).parent / "marketplace" / "standards"


def test_the_shipped_standards_are_without_fault() -> None:
    found, faults = packs.check_standards(SHIPPED.parent)
    assert [str(one) for one in faults] == []
    sizes = {
        one.code: [(len(v.content["parameters"]), len(v.content["grades"])) for v in one.versions]
        for one in found
    }
    assert sizes == {"book": [(16, 5)], "down": [(17, 5)], "phone": [(17, 5), (18, 5), (19, 5)]}
    for one in found:
        for version in one.versions:
            read = Content.from_json(version.content)
            assert all(parameter.method for parameter in read.parameters.values())
            assert all(parameter.name.keys() == {"zh-hans", "en"} for parameter in read.parameters.values())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            ('unit = "mm"', 'unit = "millimetre"'),
            "phone.toml:61: parameter.scratch-length.unit: unit (unit millimetre)",
        ),
        (('kind = "bool"', 'kind = "flag"'), "parameter.biometrics.kind: kind"),
        (("max = 25", "max = 9"), "parameter.scratches.limits.C: tighter (grade C, better B)"),
        (('consultation = "28 d"', 'consultation = "8 d"'), "version[2].consultation: would be over"),
        (
            ('grades = ["A", "A", "A", "A"]', 'grades = ["A", "A", "A"]'),
            "must be one grade of the standard per expert",
        ),
        (
            ("max = 1.0 } }", "max = 0.3 } }"),
            "version[2].parameter.bend.limits.C: tighter (grade C, better B)",
        ),
    ],
)
def test_a_fault_says_where(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    (tmp_path / "standards").mkdir()
    text = (SHIPPED / "phone.toml").read_text("utf-8")
    assert change[0] in text
    (tmp_path / "standards" / "phone.toml").write_text(text.replace(*change), "utf-8")
    _found, faults = packs.check_standards(tmp_path)
    assert any(fault in str(one) for one in faults), [str(one) for one in faults]


def test_installing_gives_them_their_history(buyer: Shopper, now: datetime) -> None:
    made = packs.install_standards(actor=SYSTEM, now=now, commenters=[buyer.actor])
    assert made == ["book", "down", "phone"]
    phone = StandardVersion.objects.filter(standard__code="phone").order_by("number")
    assert [one.state for one in phone] == ["superseded", "published", "consultation"]
    held = reads.in_force("phone", now)
    assert held is not None
    assert held.number == 2
    panels = Panel.objects.order_by("version__standard__code")
    assert [(one.version.standard.code, one.state) for one in panels] == [
        ("book", "closed"),
        ("phone", "published"),
    ]
    result = panels[1].result
    assert result["medians"] == {"1": "A", "2": "B", "3": "C", "4": "C", "5": "D"}
    assert result["alpha"] == 0.909
    waiting = reads.comments_on(phone[2])
    assert [bool(one.answered) for one in waiting] == [False, True]
    with nothing_happens():
        assert packs.install_standards(actor=SYSTEM, now=now) == []
    assert len(reads.list_standards(PUBLIC)) == 3
