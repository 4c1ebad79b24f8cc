"""A published procedure small enough to hold in mind, and the two sides of a dispute under it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from guanxi.cases import actions, queries
from guanxi.cases.actions import About, Brought, NewIssue, Opened
from guanxi.cases.models import Case, Issue, Procedure
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures
from guanxi.core.access import PUBLIC, Actor, system
from guanxi.core.money import Money
from guanxi.people.actions import Contact
from guanxi.trade.actions import ledger
from tests.cast import SYSTEM, Staffer

CLOCK = system("clock")


def _names(zh: str, en: str) -> dict[str, str]:
    return {"zh-hans": zh, "en": en}


POLICY: dict[str, Any] = {
    "currency": "CNY",
    "kinds": {
        "complaint": {"name": _names("投诉", "Complaint"), "role": "member"},
        "dispute": {"name": _names("纠纷", "Dispute"), "role": "buyer", "respondent_role": "seller"},
        "report": {"name": _names("举报", "Report"), "role": "reporter"},
        "investigation": {"name": _names("调查", "Investigation"), "role": "reporter"},
    },
    "issues": {
        "not_as_described": {
            "name": _names("商品与描述不符", "Not as described"),
            "kind": "dispute",
            "remedies": ["refund", "replacement", "apology"],
            "evidence": [{"code": "photo", "name": _names("侧光照片", "A photograph in raking light")}],
            "rules": ["r1"],
            "approval_over": 50_000,
            "advance": True,
        },
        "late": {
            "name": _names("发货超时", "Sent late"),
            "kind": "dispute",
            "remedies": ["refund"],
            "rules": ["r2"],
            "approval_over": 50_000,
            "automatic_most": 5_000,
            "scheme": "delivery",
        },
        "malicious_review": {
            "name": _names("恶意评价", "Malicious review"),
            "kind": "dispute",
            "remedies": ["apology"],
            "always_approve": True,
        },
        "attitude": {
            "name": _names("服务态度", "Rude service"),
            "kind": "complaint",
            "remedies": ["apology", "refund"],
            "rules": ["r1"],
        },
        "abuse": {"name": _names("滥用", "Abuse"), "kind": "investigation", "remedies": ["apology"]},
    },
    "remedies": {
        "refund": {"name": _names("退款", "Refund"), "shape": "money"},
        "replacement": {"name": _names("换货", "Replacement"), "shape": "goods", "promise_days": 5},
        "apology": {"name": _names("道歉", "Apology"), "shape": "none"},
    },
    "rules": {
        "r1": {"name": _names("如实描述", "Describe truly")},
        "r2": {"name": _names("按时发货", "Send in time")},
    },
    "causes": {
        "listing": {"name": _names("描述", "Listing")},
        "stock": {"name": _names("库存", "Stock"), "parent": "listing"},
    },
    "rejections": {"no_ground": {"name": _names("没有依据", "No ground")}},
    "penalties": {
        "warning": {"name": _names("警告", "Warning")},
        "fine": {"name": _names("罚款", "Fine"), "amount": 10_000},
    },
}


def publish(now: datetime, content: dict[str, Any] = POLICY) -> Procedure:
    """This procedure in force from now on."""
    last = Procedure.objects.order_by("-number").first()
    row = Procedure.objects.create(
        number=(last.number if last else 0) + 1, digest="test", content=content, origin="test", published=now
    )
    procedures.forget_policy()
    return row


@dataclass
class Dispute:
    """One issue of one case with both sides, driven step by step; `now` moves when told."""

    number: str
    now: datetime
    place: int = 1

    @property
    def case(self) -> Case:
        return Case.objects.get(number=self.number)

    @property
    def issue(self) -> Issue:
        return Issue.objects.select_related("case").get(case__number=self.number, place=self.place)

    @property
    def state(self) -> str:
        return self.issue.state

    @property
    def complainant(self) -> Actor:
        return queries.link_actor(queries.link_token(self.case))

    @property
    def respondent(self) -> Actor:
        return queries.link_actor(queries.link_token(self.case, side="respondent"))

    def act(
        self, actor: Actor | Staffer, verb: str, text: str = "", *, version: int | None = None, **more: Any
    ) -> Issue:
        return actions.issues.act(
            actor=actor.actor if isinstance(actor, Staffer) else actor,
            now=self.now,
            number=self.number,
            place=self.place,
            verb=verb,
            brought=Brought(text=text, **more),
            version=version,
        )

    def system(self) -> None:
        """What the system owes the issue now."""
        actions.issues.progress(actor=CLOCK, now=self.now, issue_id=self.issue.id)

    def later(self, **span: float) -> None:
        """Time passes, and the clock does what is due."""
        self.now += timedelta(**span)
        for late in reads.list_late(self.now):
            actions.issues.expire(actor=CLOCK, now=self.now, issue_id=late.id)

    def past_limit(self) -> None:
        """A second after the running limit."""
        due = self.issue.due
        assert due is not None
        self.now = max(self.now, due) + timedelta(seconds=1)
        for late in reads.list_late(self.now):
            actions.issues.expire(actor=CLOCK, now=self.now, issue_id=late.id)


def open_dispute(
    now: datetime,
    *,
    kind: str = "not_as_described",
    against: int | None = None,
    wants: str = "refund",
    amount: int = 40_000,
    text: str = "手机成色不符，边框全是磕碰。",
    contact: Contact | None = None,
    checked: bool = True,
    role: str = "",
    order: str = "",
) -> Dispute:
    """A complaint of 欧阳晓雯 against the record `against` (nobody: our own service), already looked at by the system."""
    opened: Opened = actions.open_case(
        actor=SYSTEM,
        now=now,
        contact=contact or Contact("欧阳晓雯", "13722223333", "ouyang@example.com"),
        text=text,
        channel="web",
        about=About(
            issues=[NewIssue(kind=kind, wants=wants, wants_minor=amount)],
            order=order,
            respondent=against,
            role=role,
        ),
    )
    found = Dispute(opened.case.number, now)
    if checked:
        found.system()
    return found


def in_hearing(dispute: Dispute, agent: Staffer, *, amount: int = 30_000, **more: Any) -> Dispute:
    """Contested, looked into, a decision proposed."""
    dispute.act(agent, "accept")
    if dispute.case.respondent_id:
        dispute.act(dispute.respondent, "contest", "发货前完好，有照片。")
    values = {
        "outcome": "partly",
        "remedy": "refund",
        "amount_minor": amount,
        "citations": ["r1"],
        "code": "listing",
    }
    dispute.act(agent, "propose", "照片证明到手时已有划痕。", **{**values, **more})
    return dispute


def give_deposit(record_id: int, minor: int, now: datetime) -> None:
    ledger.top_up(
        actor=SYSTEM,
        now=now,
        record=record_id,
        amount=Money(minor, "CNY"),
        once=f"test:{record_id}:{minor}:{now}",
    )


Step = Callable[[], Any]

__all__ = ["PUBLIC", "Dispute", "give_deposit", "in_hearing", "open_dispute", "publish"]
