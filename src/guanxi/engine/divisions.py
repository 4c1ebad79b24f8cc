"""Divisions of China by the codes of GB/T 2260: province, city, district. `scripts/division_table.py` makes the table.

Names change: a county becomes a city and then a district (富阳县, 富阳市, 富阳区), some are joined to a neighbour. Old names
lead to the code in use, as far as the name's stem or the table of joined districts below tells; old codes stand in ids.
"""

import functools
import re
from collections.abc import Iterator
from importlib import resources
from typing import Final, NamedTuple

from guanxi.engine.names import simplified

# Ends of a name, longest first: 恩施土家族苗族自治州 is 恩施, 浦东新区 is 浦东.
_NATIONS = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族"
    "|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯"
    "|塔吉克|普米族|怒族|裕固族|保安族|独龙族|鄂温克族|鄂伦春|各族|特"
)
_END = re.compile(
    rf"(?:(?:{_NATIONS})*自治[区州县旗]|特别行政区|左翼|右翼|林区|矿区|新区|地区|[省市区县州盟旗])$"
)
# Joined to a neighbour (or split, the greater part): old name in its city, and where it lies today.
_JOINED: Final = """
    110103 110101 110104 110102 310103 310101 310102 310101 310108 310106 310119 310115 120107 120116 120108 120116
    120109 120116 320103 320104 320107 320106 320502 320508 320503 320508 320504 320508 320202 320213 320203 320213
    320204 320213 330103 330105 330104 330102 330204 330212 370205 370203 370284 370211 440102 440104 440107 440103
    440116 440112 110203 110112 110223 110112 330227 330212 120225 120119 120205 120119 130223 130284 320524 320506
"""
MUNICIPALITIES: Final = ("11", "12", "31", "50")
_NO_NAME: Final = frozenset(("市辖区", "县", "市", "市区"))


class Division(NamedTuple):
    """`code`: six digits; `ended`: the year, 0 for what is in use."""

    code: str
    name: str
    ended: int

    @property
    def depth(self) -> int:
        """1 a province, 2 a city (or prefecture), 3 a district (or county)."""
        return 1 if self.code.endswith("0000") else 2 if self.code.endswith("00") else 3


Names = dict[str, list[str]]  # name -> codes


class _Table:
    """Names lead to codes in use where there are any; a stem (杭州) is a name like the others."""

    def __init__(self) -> None:
        self.by_code: dict[str, Division] = {one.code: one for one in _lines()}
        self.full_names = frozenset(one.name for one in self.by_code.values())
        self.provinces: Names = {"内蒙古": ["150000"]}
        self.cities: Names = {}  # of the whole country
        self.districts: Names = {}
        self.within: dict[str, Names] = {}  # code of a province or city -> its districts
        joined = dict(zip(*[iter(_JOINED.split())] * 2, strict=True))
        for one in sorted(self.by_code.values(), key=lambda one: (one.ended > 0, -one.ended, one.code)):
            if one.name not in _NO_NAME and "直辖" not in one.name:
                self._add(one, self.by_code.get(joined.get(one.code, ""), one))
        # By their first two characters, the longest first: what a text begins with is found in a step or two.
        self.provinces_by_start = _by_start(self.provinces)
        self.cities_by_start = _by_start(self.cities)
        self.districts_by_start = _by_start(self.districts)

    def _add(self, one: Division, target: Division) -> None:
        for name in dict.fromkeys((one.name, stem(one.name))):
            if one.depth == 1:
                self.provinces[name] = [one.code]
            elif one.depth == 2:
                districts = self.within.get(one.code[:2] + "0000", {}).get(name, ())
                if not (one.ended and any(not self.by_code[code].ended for code in districts)):
                    self._put(self.cities, name, target)  # 石河子 was a city with districts, and is none
            else:
                self._put(self.districts, name, target)
                for around in (one.code[:2] + "0000", one.code[:4] + "00"):
                    self._put(self.within.setdefault(around, {}), name, target)

    def _put(self, names: Names, name: str, target: Division) -> None:
        """What has ended leads to what is in use under the same name or stem, the same city first."""
        codes = names.setdefault(name, [])
        if not target.ended:
            codes.append(target.code)
            return
        heirs = names.get(stem(name), [])
        near = [code for code in heirs if code[:4] == target.code[:4]] or heirs
        if near is not codes:
            codes.extend(code for code in near if code not in codes)
        if not codes:
            codes.append(target.code)


def _by_start(names: Names) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        found.setdefault(name[:2], []).append(name)
    return {start: tuple(some) for start, some in found.items()}


def _lines() -> Iterator[Division]:
    text = (resources.files("guanxi.engine") / "divisions.txt").read_text("utf-8")
    for line in text.splitlines():
        code, name, *ended = line.split(" ")
        yield Division(code, simplified(name), int(ended[0]) if ended else 0)


@functools.cache
def table() -> _Table:
    """Read on first use: 7,000 lines."""
    return _Table()


def stem(name: str) -> str:
    """A division's name without what it is: 杭州 of 杭州市, 恩施 of 恩施土家族苗族自治州; 通县 stays whole."""
    short = _END.sub("", name)
    return short if len(short) > 1 else name


def is_stem(name: str) -> bool:
    """Whether a name does not say what it is."""
    return name not in table().full_names


def division(code: str) -> Division | None:
    """By six digits, in use or not."""
    return table().by_code.get(code)


def division_name(code: str) -> str:
    """浙江省杭州市西湖区 of "330106"; as far as it is known."""
    if len(code) != 6:
        return ""
    found = (division(part) for part in (code[:2] + "0000", code[:4] + "00", code))
    names = (one.name for one in found if one and one.name not in _NO_NAME and "直辖" not in one.name)
    return "".join(dict.fromkeys(names))
