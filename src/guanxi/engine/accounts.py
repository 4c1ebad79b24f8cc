"""What a machine says about who is there: accounts at other providers, devices. Opaque, so hardly touched. And gender.

Reason codes: not_an_open_id, not_a_device, placeholder (all zeros: what a telephone answers that will not tell), not_a_gender.
"""

import re
from typing import Final

from guanxi.engine.cleaning import compatible
from guanxi.engine.entries import Normalised, NotNormalisable, entry

_CHARS_MAX: Final = 160
_OPEN_ID = re.compile(r"(?:([A-Za-z][A-Za-z0-9_-]{1,30})[:：]\s*)?([!-~]{4,128})")
_GUESSES: Final = (
    (re.compile(r"o[0-9A-Za-z_-]{27}"), "wechat"),
    (re.compile(r"2088[0-9]{12}"), "alipay"),
    (re.compile(r"[0-9]{6}\.[0-9a-f]{32}\.[0-9]{4}"), "apple"),
)
_PROVIDERS: Final = {
    "weixin": "wechat",
    "wx": "wechat",
    "zhifubao": "alipay",
    "openid": "",
    "unionid": "wechat-union",
}
_UUID = re.compile(r"\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?")
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}")
_DEVICE = re.compile(r"[0-9a-z][0-9a-z._:-]{6,126}[0-9a-z]")
_NOBODY: Final = frozenset(
    ("020000000000", "9774d56d682e549c")
)  # a MAC and an Android id that many devices give
_GENDERS: Final = {
    word: code
    for code, words in {
        "f": "女 女性 女士 小姐 太太 f female woman w ms mrs miss 2",
        "m": "男 男性 先生 m male man mr 1",
        "x": "其他 其它 other x nonbinary non-binary diverse divers 9",
    }.items()
    for word in words.split()
}


def open_id(text: str) -> Normalised:
    """provider:id, the id as given, since case matters. WeChat's, Alipay's and Apple's are known by their form."""
    verbatim = entry("open_id", text, _CHARS_MAX)
    found = _OPEN_ID.fullmatch(verbatim)
    if found is None:
        raise NotNormalisable("open_id", "not_an_open_id")
    provider = (found[1] or "").lower()
    provider = _PROVIDERS.get(provider, provider)
    if not provider:
        provider = next((name for form, name in _GUESSES if form.fullmatch(found[2])), "")
    if not provider:
        raise NotNormalisable("open_id", "no_provider")
    return Normalised("open_id", f"{provider}:{found[2]}", verbatim)


def device(text: str) -> Normalised:
    """A device's id in small letters: UUIDs and hardware addresses without their marks, an IMEI by its 14 digits."""
    verbatim = entry("device", text, _CHARS_MAX)
    folded = compatible(verbatim).lower().replace(" ", "")
    folded = folded.removeprefix("imei").removeprefix("idfa").removeprefix("oaid").lstrip(":")
    uuid = _UUID.fullmatch(folded)
    if uuid:
        folded = "".join(uuid.groups())
    elif _MAC.fullmatch(folded):
        folded = re.sub("[:-]", "", folded)
    elif folded.isdecimal() and len(folded) in (15, 16):
        folded = folded[:14]  # the rest checks, or counts versions
    if not _DEVICE.fullmatch(folded):
        raise NotNormalisable("device", "not_a_device")
    if len(set(folded.strip("-"))) < 3 or folded in _NOBODY:
        raise NotNormalisable("device", "placeholder")
    return Normalised("device", folded, verbatim)


def gender(text: str) -> Normalised:
    """ "f", "m" or "x", from words, titles or the codes of ISO 5218."""
    verbatim = entry("gender", text, _CHARS_MAX)
    code = _GENDERS.get(compatible(verbatim).lower().strip(" ."))
    if code is None:
        raise NotNormalisable("gender", "not_a_gender")
    return Normalised("gender", code, verbatim)
