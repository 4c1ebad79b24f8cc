"""A quality standard small enough to hold in mind: phones in three grades, published, with a consultation behind it."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from guanxi.core.access import Actor
from guanxi.trade.actions import standards
from guanxi.trade.models import StandardVersion
from tests.cast import SYSTEM

DAY = timedelta(days=1)


def names(zh: str, en: str) -> dict[str, str]:
    return {"zh-hans": zh, "en": en}


CONTENT: dict[str, Any] = {
    "scope": names("二手手机", "Used phones"),
    "parameters": [
        {
            "code": "scratches",
            "name": names("屏幕划痕", "Screen scratches"),
            "kind": "count",
            "method": names("熄屏目视", "By eye, screen off"),
            "tolerance": 1,
            "limits": {"A": {"max": 2}, "B": {"max": 10}},
        },
        {
            "code": "battery",
            "name": names("电池健康度", "Battery health"),
            "kind": "number",
            "unit": "%",
            "tolerance": 2,
            "limits": {"A": {"min": 90}, "B": {"min": 80}},
        },
        {
            "code": "housing",
            "name": names("外壳", "Housing"),
            "kind": "enum",
            "choices": [
                {"code": "clean", "name": names("无痕", "No marks")},
                {"code": "worn", "name": names("有磨损", "Worn")},
                {"code": "bent", "name": names("变形", "Bent")},
            ],
            "limits": {"A": {"among": ["clean"]}, "B": {"among": ["clean", "worn"]}},
        },
        {
            "code": "unlocked",
            "name": names("已退出账号", "No account lock"),
            "kind": "bool",
            "critical": True,
            "limits": {"A": {"among": [True]}, "B": {"among": [True]}},
        },
        {"code": "storage", "name": names("存储容量", "Storage"), "kind": "number", "unit": "GBy"},
        {"code": "colour", "name": names("颜色", "Colour"), "kind": "text"},
    ],
    "grades": [
        {"code": "A", "name": names("几乎全新", "Like new")},
        {"code": "B", "name": names("良好", "Good")},
        {"code": "C", "name": names("瑕疵机", "Flawed"), "condition": "DamagedCondition"},
    ],
    "remedies": [
        {"when": "misstated", "remedy": "partial_refund", "share": 0.05},
        {"when": "grades", "grades": 1, "remedy": "partial_refund", "share": 0.2},
        {"when": "grades", "grades": 2, "remedy": "return_and_refund", "share": 1},
        {"when": "critical", "remedy": "return_and_refund", "share": 1},
    ],
}
GOOD: dict[str, Any] = {
    "scratches": 4,
    "battery": 85.0,
    "housing": "worn",
    "unlocked": True,
    "storage": 128.0,
}


def phone(now: datetime, *, actor: Actor = SYSTEM, content: dict[str, Any] | None = None) -> StandardVersion:
    """Publish phone@1 (or the next), drafted and consulted over a month before `now`."""
    begun = now - 30 * DAY
    if not standards_of():
        standards.add_category(actor=actor, now=begun, code="phones", name=names("二手手机", "Used phones"))
        standards.add_standard(
            actor=actor, now=begun, category="phones", code="phone", name=names("二手手机", "Used phones")
        )
    said = deepcopy(content or CONTENT)
    row = standards.draft_version(actor=actor, now=begun, standard="phone", content=said)
    reference = f"phone@{row.number}"
    standards.open_consultation(actor=actor, now=begun, reference=reference, until=begun + 10 * DAY)
    return standards.publish_version(actor=actor, now=now - DAY, reference=reference)


def standards_of() -> list[str]:
    return list(StandardVersion.objects.values_list("standard__code", flat=True))
