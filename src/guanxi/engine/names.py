"""Personal names, Chinese and others: the matching key, the two parts, what an avatar shows."""

import functools
import re
import unicodedata
from collections.abc import Callable

from guanxi.engine.cleaning import compatible, settled, visible

# The "Hundred Family Surnames" and compound surnames attested since, then their traditional writing.
_COMPOUND_SIMPLIFIED = """
    欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 长孙 宇文 端木 轩辕 南宫 西门 东郭
    百里 呼延 独孤 闻人 赫连 澹台 公羊 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 锺离 鲜于 闾丘 亓官
    司寇 子车 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 拓拔 夹谷 宰父 谷梁 段干 东门 南门 羊舌 微生 梁丘
    左丘 南荣 东里 东宫 北宫 仲长 子桑 子书 即墨 达奚 褚师 万俟 纳兰 完颜 耶律 叶赫 那拉 第五 第二 公户
    公玉 公仪 公仲 公上 公门 公山 公坚 公伯 公祖 公乘 公皙 贯丘 太史 哥舒 斛律 斛斯 贺兰 贺若 贺拔 库狄
    乞伏 秃发 沮渠 屈突 宿勤 相里 屠岸 安陵 胡母 胡毋 信都 涂山 青阳 高堂 空桐 西陵 延陵 新垣 伯赏
    阿史那 阿史德 侯莫陈 步六孤 爱新觉罗 叶赫那拉
"""
_COMPOUND_TRADITIONAL = """
    歐陽 司馬 諸葛 東方 尉遲 公孫 長孫 軒轅 南宮 西門 東郭 獨孤 聞人 赫連 澹臺 濮陽 單于 仲孫 鍾離 鐘離
    鮮于 閭丘 子車 顓孫 巫馬 樂正 壤駟 夾谷 穀梁 東門 南門 南榮 東里 東宮 北宮 仲長 子書 達奚 褚師 萬俟
    納蘭 完顏 葉赫 公戶 公儀 公門 公堅 貫丘 賀蘭 賀若 賀拔 庫狄 禿髮 塗山 青陽 伯賞 侯莫陳 愛新覺羅
    葉赫那拉
"""
COMPOUND_SURNAMES = frozenset((_COMPOUND_SIMPLIFIED + _COMPOUND_TRADITIONAL).split())
_TITLES = """
    先生 女士 小姐 太太 夫人 老师 老師 医生 醫生 经理 經理 师傅 師傅 阿姨 同学 同學 律师 律師 教授
"""
_TITLES_AFTER = tuple(_TITLES.split())
_TITLES_LATIN = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof"})
_NICKNAME_PREFIXES = frozenset("小老阿")

_CJK = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\ue000-\uf8ff"
    "\U00020000-\U0003ffff"
)
_CJK_ONLY = re.compile(f"[{_CJK}]+")
_TOKENS = re.compile(f"[{_CJK}]+|[^ {_CJK}]+")
_NO_WORDS: frozenset[str] = frozenset()
_DOTS = re.compile("[·•・‧∙⋅●.]")
_APOSTROPHES = re.compile("['’‘`´ʼʻ]")
_LATIN_MARKS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
# Folding leaves these characters alone, but for simplification.
_PLAIN_EAST = re.compile("[\u4e00-\u9fa5]+")
_PLAIN_WEST = {code: " " for code in range(128) if not chr(code).isalnum()} | {ord("'"): "", ord("`"): ""}
_TRADITIONAL_IN_GB2312 = frozenset("菸薹拚捱摺吒後徵夥榘於袷麴醣麽")
_LATIN_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i"})


def name_key(text: str) -> str:
    """The key two writings of one name share, or "" when no letter is left; its own normal form.

    East Asian characters: simplified, titles dropped, joined in the order written. Other scripts: case and
    Latin accents folded, tokens sorted, so that "Keller, Anna" is "anna keller". A mixed name has both.
    """
    return settled(_fold, compatible(text))


def plain_name_key(text: str) -> str:
    """`name_key` of the writings most names have, in a fifth of the time; "" for all others, which need the long way."""
    if _PLAIN_EAST.fullmatch(text):
        return "" if text.endswith(_TITLES_AFTER) or simplified(text) != text else text
    if not (text.isascii() and text.isprintable()):
        return ""
    tokens = sorted(text.lower().translate(_PLAIN_WEST).split())
    key = " ".join([token for token in tokens if token not in _TITLES_LATIN] or tokens)
    return key if any(map(str.isalpha, key)) else ""


def is_full_name(key: str) -> bool:
    """Whether a key names a person: not a bare family name ("张"), a nickname ("小王") or one Latin word."""
    tokens = [token for token in key.split(" ") if token.isalpha() or any(map(str.isalpha, token))]
    if len(tokens) != 1:
        if key.isascii():
            return any(len(token) > 1 for token in tokens)
        return any(len(token) > 1 or _CJK_ONLY.fullmatch(token) for token in tokens)
    only = tokens[0]
    if len(only) < 2 or not _CJK_ONLY.fullmatch(only):
        return False
    return only not in COMPOUND_SURNAMES and not is_nickname(only)


def is_nickname(key: str) -> bool:
    """小王, 老李, 阿明: a familiar prefix and one character."""
    return len(key) == 2 and key[0] in _NICKNAME_PREFIXES


def key_parts(key: str) -> tuple[str, frozenset[str]]:
    """(East Asian characters or "", the other tokens) of a name key."""
    tokens = key.split()
    if key.isascii():
        return "", frozenset(tokens)
    if len(tokens) == 1 and _CJK_ONLY.fullmatch(key):
        return key, _NO_WORDS
    east = "".join(token for token in tokens if _CJK_ONLY.fullmatch(token))
    return east, frozenset(token for token in tokens if not _CJK_ONLY.fullmatch(token))


def split_name(text: str) -> tuple[str, str]:
    """(family, given) as written. Chinese: compound surnames known, a space after the family is believed.

    Names with a dot (买买提·艾力) have no known family part. Others: "Anna Keller" or "Keller, Anna".
    """
    shown = visible(text)
    if not _CJK_ONLY.search(shown):
        return _split_western(shown)
    if _DOTS.search(shown):
        return "", shown
    tokens = _without_title(shown).split(" ")
    if len(tokens) > 1 and _CJK_ONLY.fullmatch(tokens[0]):
        return tokens[0], "".join(tokens[1:])
    east = _CJK_ONLY.search(shown)
    whole = tokens[0] if len(tokens) == 1 else east.group() if east else shown
    size = _family_size(whole)
    return whole[:size], whole[size:]


def split_key(east: str) -> tuple[str, str]:
    """(family, given) of the East Asian part of a name key, which has no blanks and no title."""
    size = _family_size(east)
    return east[:size], east[size:]


def avatar(text: str) -> str:
    """At most four characters standing for a person: 张, 欧阳, AK; "?" when nothing can be shown."""
    shown = compatible(text)
    family, given = split_name(shown)
    east = _CJK_ONLY.search(family or given)
    if east:
        return east.group() if family and len(family) <= 4 else east.group()[0]
    initials = _initial(given) + _initial(family)
    return initials or "?"


def _fold(text: str) -> str:
    lowered = compatible(text).casefold().translate(_LATIN_STROKES)
    plain = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", lowered))
    kept = "".join(map(_kept_char, _APOSTROPHES.sub("", plain)))
    tokens: list[str] = _TOKENS.findall(compatible(kept))
    east = "".join(token for token in tokens if _CJK_ONLY.fullmatch(token))
    west = sorted(token for token in tokens if not _CJK_ONLY.fullmatch(token))
    west = [token for token in west if token not in _TITLES_LATIN] or west
    return " ".join(filter(None, [_without_title(simplified(east)), *west]))


def _kept_char(char: str) -> str:
    category = unicodedata.category(char)
    return char if category[0] in "LMN" or category in ("Co", "Cn") else " "


def simplified(text: str) -> str:
    """Traditional characters in their simplified form, one by one: as a phrase, 沈默 the man would become 沉默, silence."""
    try:
        text.encode("gb2312")  # holds hardly any of them, and most of what is written
    except UnicodeEncodeError:
        return "".join([_simple(char) for char in text])
    return text if _TRADITIONAL_IN_GB2312.isdisjoint(text) else "".join([_simple(char) for char in text])


@functools.lru_cache(maxsize=16_384)
def _simple(char: str) -> str:
    if char.isascii() or char == "乾":  # 李乾 is written so today, and read qian
        return char
    return _converter()(char)


@functools.cache
def _converter() -> Callable[[str], str]:
    # Imported on first use: opencc and its dictionaries cost 5.5 MiB and 16 ms.
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def _without_title(text: str) -> str:
    if not text.endswith(_TITLES_AFTER):
        return text
    for title in _TITLES_AFTER:
        if text.endswith(title) and len(text) > len(title):
            return text[: -len(title)].rstrip()
    return text


def _family_size(text: str) -> int:
    for size in (4, 3, 2):
        if text[:size] in COMPOUND_SURNAMES:
            return min(size, len(text))
    return 1


def _split_western(shown: str) -> tuple[str, str]:
    family, comma, given = shown.partition(",")
    if comma and given.strip():
        return family.strip(), given.strip()
    tokens = [token for token in shown.split(" ") if token.rstrip(".").casefold() not in _TITLES_LATIN]
    if len(tokens) < 2:
        return "", " ".join(tokens)
    return tokens[-1], " ".join(tokens[:-1])


def _initial(text: str) -> str:
    letter = next(filter(str.isalpha, text), "")
    return letter.upper()[:1]
