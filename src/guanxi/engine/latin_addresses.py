"""Addresses in Latin letters: Chinese ones as they are read, others by postcode and street."""

import functools
import re
from itertools import islice, product
from typing import Final

from guanxi.engine.divisions import is_stem, table
from guanxi.engine.pinyin import plain, readings

# street type -> how it is written; lu, jie ... are Chinese streets in Pinyin.
_STREETS: Final = """
    road rd|street st|avenue ave av|lane ln|drive dr|boulevard blvd bvd|way|place pl|court ct|crescent cres cr|circuit cct
    |terrace tce ter|close cl|square sq|parade pde|highway hwy|grove gr|gardens gdns|row|walk|mews|esplanade|rise|loop
    |lu|jie|dajie|dadao|xiang|hutong
"""
_CANONICAL: Final = {
    word: words.split()[0] for words in _STREETS.replace("\n", "").split("|") for word in words.split()
}
_STREET_TYPES: Final = frozenset(_CANONICAL.values())
_READ_AS: Final = {"road": "lu", "street": "jie", "avenue": "dadao", "lane": "xiang"}
_PART_WORDS = re.compile(
    r"\b(?:room|rm|flat|apt|apartment|unit|suite|ste|no|building|bldg|block|floor|fl)\b\.?|#"
)
_WORDS = re.compile(r"[^\W_]+")
_POSTCODE = re.compile(r"\b(?:[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|\d{4,6})\b")
_WHAT_IT_IS: Final = frozenset(
    [
        "province",
        "city",
        "district",
        "county",
        "prefecture",
        "sheng",
        "shi",
        "qu",
        "xian",
        "pr",
        "prc",
        "china",
    ]
)
# Provinces that are written otherwise than read.
_WRITTEN: Final = {
    "陕西": "shaanxi",
    "内蒙古": "innermongolia",
    "西藏": "tibet",
    "香港": "hongkong",
    "澳门": "macau",
    "台湾": "taiwan",
}
_READINGS_MAX: Final = 6  # of one place: 长 is zhang and chang


def read_latin(text: str) -> tuple[str, str, str, str]:
    """(division code or postcode, road, number, rest) of an address in lower case."""
    division, text = _division(text)
    words = [
        _CANONICAL.get(word, word) for word in _WORDS.findall(_PART_WORDS.sub(" ", text.replace("'", "")))
    ]
    at = next((number for number, word in enumerate(words) if number and word in _STREET_TYPES), 0)
    if not at:
        return division or _postcode(text), " ".join(words), "", ""
    start = at
    while start and not words[start - 1][0].isdigit():
        start -= 1
    street, number = words[start : at + 1], words[start - 1] if start else ""
    rest = "-".join(word.upper() for word in words[: max(start - 1, 0)] if word[0].isdigit())
    if division:
        return division, "".join([*street[:-1], _READ_AS.get(street[-1], street[-1])]), number, rest
    return _postcode(text), " ".join(street), number, rest


def _postcode(text: str) -> str:
    found = _POSTCODE.findall(text)
    return found[-1].replace(" ", "").upper() if found else ""


def _division(text: str) -> tuple[str, str]:
    """(code, the text without its places) if a city of China is among the parts between commas."""
    left: list[str] = []
    found: list[frozenset[str]] = []
    for part in text.split(","):
        words = [word for word in _WORDS.findall(part) if word not in _WHAT_IT_IS and not word.isdigit()]
        codes = _places().get("".join(words))
        if codes:
            found.append(codes)
        elif words or not found:
            left.append(part)
    return _agreed(found), ",".join(left) if found else text


def _agreed(found: list[frozenset[str]]) -> str:
    """The place that most parts name or lie around, the nearest of several; "" if there is no city among them."""
    said = {code for codes in found for code in codes}
    if not any(code.endswith("00") for code in said):
        return ""
    support = {one: sum(any(_around(code, one) for code in codes) for codes in found) for one in said}
    most = max(support.values())
    best = {one for one in said if support[one] == most}
    towns = {one for one in best if one.endswith("00")}
    best = towns if most == 1 else best - towns or best
    return best.pop() if len(best) == 1 else ""


def _around(code: str, one: str) -> bool:
    """Whether a place is the other one or holds it: 330000 holds 330106."""
    return code == one or (
        code.endswith("00") and one.startswith(code[:2] if code.endswith("0000") else code[:4])
    )


@functools.cache
def _places() -> dict[str, frozenset[str]]:
    """How divisions are read: hangzhou, xihu. Made on first use, 3,000 readings."""
    known = table()
    found: dict[str, set[str]] = {}
    for names in (known.provinces, known.cities, known.districts):
        for name, codes in names.items():
            if is_stem(name):
                used = {code for code in codes if not known.by_code[code].ended}
                for one in (*_spoken(name), _WRITTEN.get(name, "")):
                    found.setdefault(one, set()).update(used)
    found.pop("", None)
    return {name: frozenset(codes) for name, codes in found.items() if codes}


def _spoken(name: str) -> list[str]:
    choices = [dict.fromkeys(plain(one).replace("v", "u") for one in found) for found in readings(name)]
    return ["".join(choice) for choice in islice(product(*choices), _READINGS_MAX)]
