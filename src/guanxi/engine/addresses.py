"""Postal addresses: which division, which road and number, which room, and a key that two writings share.

    parse_address("浙江省杭州市西湖区文三路478号3幢2单元501室").key     "330106|文三路|478|3-2-501"

The key has four parts: division, road (or estate or village), number, and what is behind it. The first three are the
coarse key: one house. Latin writing of Chinese addresses (Room 501, 478 Wensan Road, Xihu District, Hangzhou) leads to
the same division, and to the road as it is read (wensanlu); other countries' to their postcode and street.
"""

import re
from typing import Final, NamedTuple

from guanxi.engine.cleaning import compatible
from guanxi.engine.divisions import MUNICIPALITIES, Names, is_stem, table
from guanxi.engine.latin_addresses import read_latin
from guanxi.engine.names import simplified

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
_ANY_HAN = re.compile(f"[{_HAN}]")
_BLANKS = re.compile(f"(?<=[{_HAN}0-9]) +(?=[{_HAN}])|(?<=[{_HAN}]) +(?=[0-9])")
_POSTCODE = r"(?:(?:邮编:? ?)?[0-9]{6}(?=[^0-9]))?"
_BEFORE = re.compile(rf"{_POSTCODE}[ ,]*(?:(?:中华人民共和国|中国)(?!路|街|大道))?[ ,]*{_POSTCODE}")
_BEHIND = re.compile(r"(?<=[^0-9])[0-9]{6}$")
_MARKS = re.compile(r"[\s,.;:。、()《》\"']+")
_STREETS = "路|街|大道|道|巷|弄"
_NOT_A_DIVISION = re.compile(f"[东西南北中一二三四五六七八九十]?(?:{_STREETS})|[区县市镇乡]|火车站|大学|站")
_TOWN = re.compile(r"([^\d]{1,6}?(?:街道(?:办事处)?|[镇乡]|苏木))(?!路|街|道|[东西南北中]路)(?=.)")
_VILLAGE = re.compile(r"([^\d]{1,8}?(?:社区|村委会|居委会|行政村))(?=.)")
_ROAD = re.compile(
    r".*?(?:大道|大街|公路|国道|省道|环路|路|街|道|巷|胡同|弄堂|里弄|[东西南北]里|条)(?:[一二三四五六七八九十\d]段)?(?=[甲乙丙丁]?\d|$|[^路街道])"
)
_NUMBER = re.compile(
    r"([甲乙丙丁]?)(\d+(?:[-之]\d+)?[A-Z]?)(号院|号(?!楼|房|门|码|线|馆|店)|弄|巷|支弄)(?:([\d]+)(?:支弄|弄|号(?!楼|房|门)))?"
)
_BARE_NUMBER = re.compile(r"([甲乙丙丁]?)(\d+(?:[-之]\d+)?[A-Z]?)(?=\D|$)")
_PART = re.compile(
    r"([A-Z]?\d+[A-Z]?|[A-Z](?=座|栋|幢|区|楼|单元)|[甲乙丙丁东西南北](?=座|栋|幢|单元))(栋|幢|号楼|号房|号|座|#楼|#|单元|门|室|房|户|楼|层|区|组|队)?"
)
_KINDS_OF_PART: Final = {
    "栋": "building",
    "幢": "building",
    "号楼": "building",
    "座": "building",
    "#楼": "building",
    "#": "building",
    "单元": "unit",
    "门": "unit",
    "室": "room",
    "房": "room",
    "号房": "room",
    "户": "room",
}
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_FLOORS = ("楼", "层")
_COUNTED = re.compile(
    f"([{'零〇一二三四五六七八九十百两'}]+)(?=号|弄|栋|幢|单元|室|层|楼|座|组|队)(?!号线|中)"
)
_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


class Address(NamedTuple):
    """`division`: six digits, "330100" for a city only, "" unknown. All parts as in the key: no blanks, ASCII digits."""

    division: str
    town: str
    road: str
    number: str
    parts: tuple[tuple[str, str], ...]  # (number or letter, what it is) behind the house number
    rest: str

    @property
    def building(self) -> str:
        """Of 3幢2单元501室 and of 3-2-501: 3."""
        return _named(self.parts)[0]

    @property
    def unit(self) -> str:
        """2"""
        return _named(self.parts)[1]

    @property
    def room(self) -> str:
        """501"""
        return _named(self.parts)[2]

    @property
    def key(self) -> str:
        """division|road|number|rest"""
        return f"{self.coarse_key}|{self.rest}"

    @property
    def coarse_key(self) -> str:
        """division|road|number: one house, whoever lives in it."""
        return f"{self.division}|{self.road}|{self.number}"


def parse_address(text: str) -> Address:
    """What an address says, as far as it can be read; `road` is then whatever names the place. Never fails."""
    folded = compatible(text).upper().replace("|", " ")
    if not _ANY_HAN.search(folded):
        division, road, number, rest = read_latin(folded.lower())
        return Address(division, "", road, number, (), rest)
    plain = _BLANKS.sub("", simplified(folded))
    plain = _MARKS.sub(" ", plain[_before(plain) :]).strip()
    if plain[-1:].isdigit():
        plain = _BEHIND.sub("", plain).removesuffix("邮编").rstrip()
    division, rest = find_division(plain)
    return _parsed(division, _COUNTED.sub(_in_digits, rest.replace(" ", "")))  # 三门县 counts no doors


def _before(text: str) -> int:
    found = _BEFORE.match(text)
    return found.end() if found else 0


def _parsed(division: str, text: str) -> Address:
    town, text = _led_by(_TOWN, text)
    if not _ROAD.match(text):
        _, text = _led_by(_VILLAGE, text)
    found = _NUMBER.search(text)
    head = text[: found.start()] if found else text
    road = _ROAD.match(head)
    if found is None and road:
        found = _BARE_NUMBER.match(text, road.end())
    if found is None or not (road or found.start()):
        return _estate(division, town, text)
    place = road.group() if road else head
    number = "-".join(
        filter(None, [found[1] + _number(found[2]), _number(found[4] or "") if found.re is _NUMBER else ""])
    )
    parts = _parts(text[found.end() :])
    return Address(division, town, place, number, parts, "-".join(part for part, _ in parts))


def _estate(division: str, town: str, text: str) -> Address:
    """No road with a number: 阳光花园3幢501, a village, or words only."""
    first = _PART.search(text)
    if first is None:
        return Address(division, town, text, "", (), "")
    parts = _parts(text[first.start() :])
    number, rest = (parts[0][0], parts[1:]) if parts else ("", ())
    return Address(division, town, text[: first.start()], number, parts, "-".join(part for part, _ in rest))


def _led_by(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def _parts(text: str) -> tuple[tuple[str, str], ...]:
    """(number or letter, what it is) behind the house number; a floor says nothing beside the room on it."""
    found = tuple((_number(one), kind) for one, kind in _PART.findall(text))
    return tuple(one for one in found if one[1] not in _FLOORS) or found


def _named(parts: tuple[tuple[str, str], ...]) -> tuple[str, str, str]:
    """(building, unit, room); numbers with a dash between are read from behind: 3-2-501."""
    named = {"building": "", "unit": "", "room": ""}
    open_parts = []
    for part, kind in parts:
        if kind in _KINDS_OF_PART:
            named[_KINDS_OF_PART[kind]] = part
        else:
            open_parts.append(part)
    for kind in ("room", "building", "unit") if len(open_parts) < 3 else ("room", "unit", "building"):
        if open_parts and not named[kind]:
            named[kind] = open_parts.pop() if kind != "building" else open_parts.pop(0)
    return named["building"], named["unit"], named["room"]


def _number(text: str) -> str:
    return _ZEROS.sub("", text.replace("之", "-")) if text[:1] == "0" or "之" in text or "-" in text else text


def _in_digits(found: re.Match[str]) -> str:
    """十二 is 12, 一〇五 is 105, 三百二十 is 320."""
    text = found[1]
    if not set(text) & set("十百"):
        return "".join(str(_DIGITS[char]) for char in text)
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return str(total + digit)


def find_division(text: str) -> tuple[str, str]:
    """(code or "", what follows) of a text that begins with province, city or district, some of them left out."""
    known = table()
    name = _begins(text, known.provinces_by_start)
    rest = text[len(name) :].lstrip()
    province = known.provinces[name][0] if name else ""
    if province[:2] in MUNICIPALITIES:
        city, rest = province, _without_repeated(rest, name)
    else:
        city, rest = _city(rest, province)
    around = known.within.get(city or province, {}) if city or province else known.districts
    name = _begins(rest, known.districts_by_start, around)
    if not name or (around is known.districts and is_stem(name)):
        return city or province, rest
    codes = _in_use(around[name])
    # Of several namesakes (朝阳区) none is taken.
    return codes[0] if len(codes) == 1 else city or province, rest[len(name) :].lstrip()


def _city(text: str, province: str) -> tuple[str, str]:
    known = table()
    name = _begins(text, known.cities_by_start)
    if not name:
        return "", text
    codes = [code for code in _in_use(known.cities[name]) if not province or code[:2] == province[:2]]
    return (codes[0], text[len(name) :].lstrip()) if len(codes) == 1 else ("", text)


def _without_repeated(text: str, name: str) -> str:
    for again in (name, name.removesuffix("市") + "市", "市辖区"):
        text = text.removeprefix(again).lstrip()
    return text


def _begins(text: str, by_start: dict[str, tuple[str, ...]], among: Names | None = None) -> str:
    """The longest name that the text begins with, or "". A stem before a street (南京路) is none."""
    for name in by_start.get(text[:2], ()):
        if not text.startswith(name) or (among is not None and name not in among):
            continue
        if not (is_stem(name) and _NOT_A_DIVISION.match(text, len(name))):
            return name
    return ""


def _in_use(codes: list[str]) -> list[str]:
    if len(codes) < 2:
        return codes
    known = table().by_code
    return [code for code in codes if not known[code].ended] or codes
