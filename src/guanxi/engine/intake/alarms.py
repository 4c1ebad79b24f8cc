"""Words that cannot wait: violence threatened, somebody in danger of harming themselves, money demanded under threat.

A small lexicon that would rather miss one than cry wolf: 气死我了 and "this is killing me" are how people complain. What it
finds is shown to a person with the clause it stands in; nothing is decided by it.
"""

import re
from dataclasses import dataclass
from typing import Final

from guanxi.engine.intake.features import clauses, fold

THREAT: Final = "threat"
SELF_HARM: Final = "self_harm"
EXTORTION: Final = "extortion"
ALARMS_MAX: Final = 5
CLAUSE_CHARS_MAX: Final = 400


@dataclass(frozen=True, slots=True)
class Alarm:
    """`text[start:end]` is `sentence`, the clause that gave the alarm; `kind` is threat, self_harm or extortion."""

    kind: str
    sentence: str
    start: int
    end: int


_WHO = r"(?:你|你们|您|他|她|他们|我|我们|店家?|客服|卖家|买家|全家|人)"
_DO = r"(?:杀了?|砍死?|弄死|打死|捅死?|捅了|整死|宰了?|掐死)"
_PATTERNS: Final = (
    (
        SELF_HARM,
        re.compile(
            r"自杀(?!式)|自尽|轻生|自残|割腕|不想活|活不下去|(?:结束|了结)(?:自己的?|我的?)?生命|跳楼(?!价|机|甩|大?清仓)|喝农药"
            r"|\b(?:kill|harm|hurt|hang) myself|\bsuicid(?:e|al)\b|\bend my (?:own )?life\b|\btake my own life\b"
            r"|\bdon'?t want to (?:live|be alive)\b|\bcan'?t go on living\b"
        ),
    ),
    (
        THREAT,
        re.compile(
            rf"(?:我|要|就|会|敢|威胁|说|来|去|想|扬言).{{0,6}}{_DO}{_WHO}|{_DO}(?:你|你们|他|她)全家|(?:烧|炸|砸)(?:了|掉)?(?:你|你们)"
            r"(?:的)?(?:店|公司|家|网点|银行)|(?:带|拿)着?(?:刀|炸药|汽油).{0,6}(?:去|来|找)|卸(?:了)?你.{0,2}(?:腿|胳膊)"
            r"|让你.{0,4}见不到明天|小心你的?(?:狗)?命|要(?:了)?你的?命"
            r"|\b(?:i'?ll|i will|i'?m going to|gonna|he'?ll|he will|she will|they will|threat\w* to|wants? to|going to)"
            r" (?:come (?:there )?and )?(?:kill|shoot|stab|murder|beat up|burn down|blow up|bomb)"
            r" (?!for\b|time\b|it\b|myself\b)\w+"
            r"|\bbring(?:ing)? (?:a|my) (?:gun|knife|bomb)\b|\bbomb (?:in|at) (?:the|your)\b|\bdeath threats?\b"
        ),
    ),
    (
        EXTORTION,
        re.compile(
            r"不(?:给|赔|转|打|付|出|拿)(?:我|他|她)?.{0,10}(?:钱|元|块|万|千|百|倍|红包).{0,8}就.{0,6}"
            r"(?:差评|曝光|举报|投诉|找媒体|发到网|上网|弄)"
            r"|(?:封口费|保护费)|(?:拿|给|转).{0,8}(?:钱|元|块|万)?私了.{0,12}(?:不然|否则|要不)"
            r"|\bpay (?:me|him|her|us|them|up)\b.{0,40}\b(?:or|otherwise|unless)\b.{0,12}\b(?:i|he|she|they|we|else)\b"
            r"|\b(?:hush|protection) money\b"
        ),
    ),
)
_JOINED: Final = 2  # a threat and its condition often stand in neighbouring clauses


def alarms(text: str) -> list[Alarm]:
    """What in `text` cannot wait, in order, at most `ALARMS_MAX`; each kind once per clause. Work grows with length only."""
    found: list[Alarm] = []
    spans = clauses(text)
    for place in range(len(spans)):
        for kind, pattern in _PATTERNS:
            if len(found) < ALARMS_MAX and not _told(found, kind, spans[place][0]):
                found += _alarm(text, spans[place : place + _JOINED], kind, pattern)
    return found


def _told(found: list[Alarm], kind: str, start: int) -> bool:
    return any(one.kind == kind and one.start <= start < one.end for one in found)


def _alarm(text: str, spans: list[tuple[int, int]], kind: str, pattern: re.Pattern[str]) -> list[Alarm]:
    """The first clause alone, or with the next one where neither says it alone."""
    says = [_says(pattern, text, [span]) for span in spans]
    if says[0]:
        spans = spans[:1]
    elif any(says) or not _says(pattern, text, spans):
        return []
    start, end = spans[0][0], spans[-1][1]
    return [Alarm(kind, text[start:end], start, end)]


def _says(pattern: re.Pattern[str], text: str, spans: list[tuple[int, int]]) -> bool:
    return bool(pattern.search(fold(text[spans[0][0] : spans[-1][1]][:CLAUSE_CHARS_MAX])))
