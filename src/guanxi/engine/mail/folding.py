"""What somebody wrote now, apart from what they quote and from their signature."""

import re
from dataclasses import dataclass

LINES_MAX = 5_000
SIGNATURE_LINES_MAX = 15
_QUOTED = re.compile(r"^\s{0,3}[>＞]")
# A line that says "what follows was written before", in the words of the mail programs people use here.
_BEFORE = re.compile(
    r"""^\s*(?:
        On\s.{6,200}\swrote\s*[:：]                                  # Gmail, Apple, Thunderbird
      | 在\s?.{4,200}写道\s*[:：]                                    # the same in Chinese
      | 于\s?.{4,200}写道\s*[:：]
      | .{4,200}(?:写道|寫道)\s*[:：]
      | At\s\d{4}-\d\d-\d\d.{0,200}\swrote\s*[:：]                    # NetEase
      | -{2,}\s*(?:Original\s(?:Message|Email|邮件)|原始邮件|原始郵件|回复的原邮件|Replied\sMessage|原邮件信息)\s*-{2,}.*
      | _{20,}                                                       # Outlook
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_FORWARDED = re.compile(r"^\s*-{2,}\s*(?:Forwarded\s[Mm]essage|转发邮件信息|转发的邮件|轉寄郵件)\s*-{2,}\s*$")
_HEAD_FROM = re.compile(r"^\s*[|*]*\s*(?:From|发件人|寄件者|寄件人)\s*[|*]*\s*[:：|]", re.IGNORECASE)
_HEAD_NEXT = re.compile(
    r"^\s*[|*]*\s*(?:Sent|Date|To|Subject|发送时间|发送日期|日期|收件人|主题|寄件日期|時間|主旨)\s*[|*]*\s*[:：|]",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^--\s?$")
_DEVICE = re.compile(
    r"^\s*(?:Sent from (?:my|Mail for|Outlook)\b.{0,60}|Get Outlook for .{0,40}|发自我的.{1,30}|來自我的.{1,30}"
    r"|从我的.{1,20}发送|从 ?Windows 版邮件发送|发自.{0,20}(?:邮箱|手机|客户端))\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Folded:
    """`fresh` is what they say now; `quoted` and `signature` may be empty."""

    fresh: str
    quoted: str = ""
    signature: str = ""


def fold(text: str) -> Folded:
    """Take a text apart. Words between quotations stay where they stand; of nothing but quotations everything is fresh."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begun, rest = lines[:LINES_MAX], lines[LINES_MAX:]
    fresh, quoted = _apart(begun)
    fresh, signature = _unsigned(fresh)
    quoted += rest
    words = _join(fresh)
    if not words:
        return Folded(_join(lines))
    return Folded(words, _join(quoted), _join(signature))


def _apart(lines: list[str]) -> tuple[list[str], list[str]]:
    begin = next((place for place in range(len(lines)) if _begins_history(lines, place)), None)
    if begin is None:
        return _without_tail(lines)
    body, history = lines[:begin], lines[begin:]
    end = _end_of_quotation(history)
    if end is None:  # without marks: everything below is history
        return body, history
    below = history[end:]
    if not any(line.strip() for line in below):
        return body, history
    if any(_QUOTED.match(line) for line in below):  # an answer between the lines: nothing of it may be hidden
        return lines, []
    return [*body, *below], history[:end]


def _begins_history(lines: list[str], place: int) -> bool:
    line = lines[place]
    if len(line) > 400 or _FORWARDED.match(line):
        return False
    if _BEFORE.match(line):
        return not (set(line.strip()) == {"_"} and not _is_head(lines, place + 1))
    if re.match(r"^\s*(On|在)\s", line) and place + 1 < len(lines):  # broken over two lines
        return bool(_BEFORE.match(f"{line.rstrip()} {lines[place + 1].strip()}"[:400]))
    return _is_head(lines, place) and not _is_forwarded(lines, place)


def _is_head(lines: list[str], place: int) -> bool:
    """The head of a quoted mail as Outlook, QQ and NetEase write it: who, and within three lines when or to whom."""
    while place < len(lines) and not lines[place].strip():
        place += 1
    return (
        place < len(lines)
        and bool(_HEAD_FROM.match(lines[place]))
        and any(_HEAD_NEXT.match(line) for line in lines[place + 1 : place + 4])
    )


def _is_forwarded(lines: list[str], place: int) -> bool:
    return any(_FORWARDED.match(line) for line in lines[max(0, place - 3) : place])


def _end_of_quotation(history: list[str]) -> int | None:
    """Where the lines marked `>` end; None when the history has no such marks."""
    marked = [place for place, line in enumerate(history) if _QUOTED.match(line)]
    if not marked or marked[0] > 4:
        return None
    last = marked[0]
    for place in range(marked[0], len(history)):
        if _QUOTED.match(history[place]):
            last = place
        elif history[place].strip():
            break
    return last + 1


def _without_tail(lines: list[str]) -> tuple[list[str], list[str]]:
    """Quoted lines at the very end, with no line that introduces them."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _QUOTED.match(lines[end - 1])):
        end -= 1
    tail = lines[end:]
    return (lines[:end], tail) if any(_QUOTED.match(line) for line in tail) else (lines, [])


def _unsigned(lines: list[str]) -> tuple[list[str], list[str]]:
    for place in range(len(lines) - 1, max(-1, len(lines) - SIGNATURE_LINES_MAX - 1), -1):
        if _SIGNATURE.match(lines[place]) or (_DEVICE.match(lines[place]) and not _said_after(lines, place)):
            return lines[:place], lines[place:]
    return lines, []


def _said_after(lines: list[str], place: int) -> bool:
    return sum(len(line.strip()) for line in lines[place + 1 :]) > 60


def _join(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n").strip()
