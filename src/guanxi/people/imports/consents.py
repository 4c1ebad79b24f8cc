"""Consents out of a file: one yes or no of a known customer a row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.imports import Done, Field, File, Kind, Line, values
from guanxi.engine.normalise import normalise
from guanxi.people import actions, queries
from guanxi.people.imports.about import made_of, owners_of_lines, source_of, unclear
from guanxi.people.imports.fields import CUSTOMER, KEYS, REACH, SOURCE

PURPOSE = values.choice(
    {
        "service": ("服务", "服务通知", "service messages"),
        "marketing": ("营销", "推广", "促销", "promotion", "newsletter"),
        "survey": ("调查", "问卷", "回访", "surveys"),
    },
    {"service": _("Service messages"), "marketing": _("Promotion"), "survey": _("Surveys")},
)
CHANNEL = values.choice(
    {
        "email": ("邮件", "邮箱", "电子邮件", "e-mail", "mail"),
        "phone": ("电话", "手机", "telephone", "call"),
        "sms": ("短信", "text message"),
        "letter": ("信件", "邮寄", "post"),
    },
)


def _record_for(line: Line, customer: int) -> int | None:
    """The record that states what the row names, else the customer's newest."""
    claims = [normalise(key, str(line.values[key])) for key in KEYS if key in line.values]
    return queries.record_stating(customer, [(one.kind, one.value) for one in claims])


def _there(line: Line, record: int, now: datetime, source: str) -> bool:
    """Whether this very statement was written down before; one without a date repeats the latest one."""
    latest = queries.latest_consents([record]).get((line.values["purpose"], line.values["channel"]))
    given = line.values["given"]
    if "stated" not in line.values:
        return latest is not None and latest.given == given
    return queries.has_consent(
        record, line.values["purpose"], line.values["channel"], given, made_of(line, "stated", now)
    )


def apply_consents(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """One statement a row, with the moment it was made."""
    owners = owners_of_lines(lines)
    done = []
    for line in lines:
        record = _record_for(line, owners[line.number][0]) if len(owners[line.number]) == 1 else None
        if record is None:
            done.append(Done("refused", fault=unclear(owners[line.number])))
        elif _there(line, record, now, source_of(file)):
            done.append(Done("unchanged"))
        else:
            stated = actions.state_consent(
                actor=actor,
                now=made_of(line, "stated", now),
                record_id=record,
                statements={(line.values["purpose"], line.values["channel"]): line.values["given"]},
                source=source_of(file)[:40],
            )
            done.append(Done("new", stated[0].id))
    return done


def plan_consents(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    owners = owners_of_lines(lines)
    found = []
    for line in lines:
        record = _record_for(line, owners[line.number][0]) if len(owners[line.number]) == 1 else None
        said = line.values
        same = (record, said["purpose"], said["channel"], said["given"], said.get("stated"))
        if record is None:
            found.append(Done("refused", fault=unclear(owners[line.number])))
        else:
            there = same in memory or _there(line, record, now, source_of(file))
            memory[same] = True
            found.append(Done("unchanged" if there else "new"))
    return found


def undo_consents(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    kept = actions.withdraw_consents(actor=actor, now=now, consent_ids=[ref for _, ref in written])
    return [(row, kept[ref]) for row, ref in written if kept.get(ref) == "changed"]


CONSENT_KIND = Kind(
    code="consents",
    title=_("Consents"),
    note=_("One row is one yes or no of a known customer, for a purpose on a channel."),
    icon="checkbox",
    right="people.record",
    fields=(
        CUSTOMER,
        *REACH,
        Field("purpose", _("Purpose"), PURPOSE, "用途|目的|同意用途"),
        Field("channel", _("Channel"), CHANNEL, "渠道|方式|通道"),
        Field("given", _("Yes or no"), values.YES_NO, "consent|given|opt in|optin|同意|是否同意|允许"),
        Field("stated", _("Stated on"), values.MOMENT, "date|stated|time|时间|日期|同意时间|声明时间"),
    ),
    needs=(("customer", *KEYS), ("purpose",), ("channel",), ("given",)),
    options=(SOURCE,),
    plan=plan_consents,
    apply=apply_consents,
    undo=undo_consents,
    example=(
        ("phone", "purpose", "channel", "given", "stated"),
        ("139 5801 6608", "营销", "短信", "否", "2026-03-04"),
    ),
    shown_right="people.contacts",
)
