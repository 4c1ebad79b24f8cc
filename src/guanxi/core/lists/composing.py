"""From the fields of a filter's editor to the filter as it stands in the address, and back."""

import re
from collections.abc import Mapping, Sequence

from django.http import QueryDict

from guanxi.core.lists.columns import Column, Kind

SIGNS = ("=", "~")
WORDS = ("-", "*")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def compose(column: Column, fields: QueryDict) -> str:
    """The filter somebody put together; "" for none. A button's own words (`is`) go before what the fields say."""
    whole = fields.get("is", "").strip()
    if whole:
        return whole
    if column.kind is Kind.TEXT:
        return _text(fields.get("how", ""), fields.get("words", "").strip())
    if column.kind is Kind.CHOICE:
        codes = [code for code in fields.getlist("one") if code]
        return ("!" if codes and fields.get("none", "") else "") + ",".join(codes)
    return _range(fields.get("from", "").strip(), fields.get("to", "").strip())


def _text(how: str, words: str) -> str:
    if not words:
        return ""
    if how == "is":
        return f"={words}"
    return f"~{words}" if words.startswith(SIGNS) or words in WORDS else words


def _range(first: str, last: str) -> str:
    if not first and not last:
        return ""
    return first if first == last else f"{first}..{last}"


def parts(column: Column, text: str) -> Mapping[str, str | Sequence[str]]:
    """What the editor's fields show for a filter: compose(parts(text)) says the same again, or "" where only a button can."""
    if column.kind is Kind.TEXT:
        return _text_parts(text, column)
    if column.kind is Kind.CHOICE:
        codes = [code.strip() for code in text.removeprefix("!").split(",")]
        return {"one": codes if text not in WORDS else [], "none": "1" if text.startswith("!") else ""}
    if text in WORDS or column.kind is Kind.FLAG:
        return {"from": "", "to": ""}
    first, dots, last = text.partition("..")
    ends = {"from": first, "to": last if dots else first}
    if column.kind is Kind.MOMENT:  # a date field takes whole days only
        return {name: end if DAY.fullmatch(end) else "" for name, end in ends.items()}
    return ends


def _text_parts(text: str, column: Column) -> Mapping[str, str]:
    if text in WORDS:
        return {"how": "holds", "words": ""}
    if text.startswith(SIGNS):
        return {"how": "is" if text[0] == "=" else "holds", "words": text[1:].strip()}
    return {"how": "holds", "words": text}
