"""What files may say about conversations: one row is one message, with whoever it was exchanged with."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.channels import actions, queries
from guanxi.channels.actions import BODY_CHARS_MAX, SaidBefore
from guanxi.core.access import Actor
from guanxi.core.imports import Done, Field, File, Kind, Line, values
from guanxi.people.actions import Contact, import_contacts, withdraw_records
from guanxi.people.imports import KEYS, LANGUAGE, NAMES, REACH, SOURCE, contact_of, made_of, source_of

DIRECTION = values.choice(
    {
        "in": (
            "incoming",
            "received",
            "inbound",
            "from customer",
            "客户",
            "收到",
            "来信",
            "进线",
            "呼入",
            "接收",
        ),
        "out": (
            "outgoing",
            "sent",
            "outbound",
            "to customer",
            "客服",
            "发出",
            "去信",
            "外呼",
            "呼出",
            "发送",
        ),
    },
    {"in": _("received"), "out": _("sent")},
)
CHANNEL = values.choice(
    {
        "email": ("e-mail", "mail", "邮件", "电子邮件", "邮箱"),
        "phone": ("telephone", "call", "电话", "通话"),
        "web": ("website", "form", "网站", "网页", "在线"),
        "sms": ("text", "text message", "短信"),
        "chat": ("live chat", "聊天", "在线客服"),
        "wechat": ("weixin", "微信"),
        "letter": ("post", "信件", "邮寄"),
    }
)
FIELDS = (
    Field("number", _("Message number"), values.key(), "message id|message number|id|消息编号|编号"),
    Field("moment", _("When"), values.MOMENT, "date|time|sent at|created|timestamp|时间|日期|发送时间|消息时间"),
    Field("direction", _("Which way"), DIRECTION, "type|in out|方向|收发|类型"),
    Field("channel", _("Channel"), CHANNEL, "medium|渠道|方式"),
    *NAMES,
    *REACH,
    Field("title", _("Subject"), values.text(), "subject|topic|主题|标题"),
    Field("text", _("Words"), values.text(most=BODY_CHARS_MAX, lines=True),
          "message|body|content|text|words|内容|正文|消息|消息内容"),
    Field("author", _("Written by"), values.text(most=80), "agent|sender|operator|客服|坐席|经办人"),
    Field("language", _("Language"), LANGUAGE, "lang|语言"),
)  # fmt: skip


def message_id(line: Line, file: File) -> int:
    """The same message of the same source has the same id: by its number, else by everything it says."""
    said = [source_of(file)]
    if "number" in line.values:
        said.append(str(line.values["number"]))
    else:
        said += [f"{code}={line.values[code]}" for code in sorted(line.values)]
    return int.from_bytes(hashlib.sha256("\x1f".join(said).encode()).digest()[:8]) >> 1


def _fresh(lines: Sequence[Line], file: File, done: dict[int, Done]) -> dict[int, Line]:
    """{id: line} of messages that are not there yet; the others are said to be unchanged."""
    ids = {line.number: message_id(line, file) for line in lines}
    known = queries.known_messages(sorted(set(ids.values())))
    fresh: dict[int, Line] = {}
    for line in lines:
        key = ids[line.number]
        if key in known or key in fresh:
            done[line.number] = Done("unchanged")
        else:
            fresh[key] = line
    return fresh


def apply_messages(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """Messages nobody has yet, each with whoever it was exchanged with."""
    done: dict[int, Done] = {}
    fresh = _fresh(lines, file, done)
    people = _people(actor, now, list(fresh.values()), file)
    said = [_said(key, line, people[contact_of(line)][0], now) for key, line in fresh.items()]
    actions.import_messages(actor=actor, now=now, messages=said)
    for key, line in fresh.items():
        record, added = people[contact_of(line)]
        people[contact_of(line)] = (
            record,
            False,
        )  # only the first message takes its person along when undone
        done[line.number] = Done("new", {"m": key, **({"r": record} if added else {})})
    return [done[line.number] for line in lines]


def _people(
    actor: Actor, now: datetime, lines: Sequence[Line], file: File
) -> dict[Contact, tuple[int, bool]]:
    first: dict[Contact, datetime] = {}
    for line in lines:
        contact, moment = contact_of(line), made_of(line, "moment", now)
        first[contact] = min(first.get(contact, moment), moment)
    if not first:
        return {}
    found = import_contacts(
        actor=actor, now=now, contacts=list(first.items()), source=source_of(file), unit_id=actor.unit_id
    )
    return {contact: (who.record_id, who.added) for contact, who in zip(first, found, strict=True)}


def _said(key: int, line: Line, record: int, now: datetime) -> SaidBefore:
    said = line.values
    return SaidBefore(
        id=key,
        record_id=record,
        direction=str(said.get("direction", "in")),
        channel=str(said.get("channel", "import")),
        moment=made_of(line, "moment", now),
        body=str(said["text"]),
        title=str(said.get("title", "")),
        language=str(said.get("language", "")),
        author=str(said.get("author", "")),
    )


def plan_messages(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    done: dict[int, Done] = {}
    for key, line in _fresh(lines, file, done).items():
        done[line.number] = Done("unchanged" if key in memory else "new")
        memory[key] = True
    return [done[line.number] for line in lines]


def undo_messages(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    """Messages go, and the people who came with them, unless somebody has built upon these."""
    actions.withdraw_messages(actor=actor, now=now, message_ids=[what["m"] for _, what in written])
    records = [what["r"] for _, what in written if "r" in what]
    held = {
        ref
        for ref, code in withdraw_records(actor=actor, now=now, record_ids=records).items()
        if code == "changed"
    }
    return [(row, "person_stays") for row, what in written if what.get("r") in held]


KIND = Kind(
    code="messages",
    title=_("Messages"),
    note=_("One row is one message with a customer, in or out. Nothing is sent."),
    icon="messages",
    right="channels.import",
    fields=FIELDS,
    needs=(("moment",), ("text",), KEYS),
    options=(SOURCE,),
    plan=plan_messages,
    apply=apply_messages,
    undo=undo_messages,
    example=(
        ("moment", "direction", "channel", "phone", "text"),
        ("2026-03-04 09:30", "客户", "微信", "139 5801 6608", "快递三天没动了"),
    ),
    shown_right="people.contacts",
)
