"""One normaliser for every way in (form, API, import, live): the same entry gives the same key everywhere.

Every function is pure and returns a `Normalised` whose value is its own normal form, or raises
`NotNormalisable` with a short reason code that an edge translates; no message carries the entry itself.

Reason codes: empty, too_short, too_long, several, not_a_phone, no_area_code, not_an_email, no_letters,
not_a_member, unknown_kind. Flags: ext, shared_line, unassigned, assumed_country (phone); plus_tag, role,
international (email); partial (name).
"""

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple

from guanxi.engine.cleaning import compatible, settled, visible
from guanxi.engine.names import avatar, is_full_name, key_parts, name_key, plain_name_key, split_name
from guanxi.engine.phones import Refused, country_and_rest, e164, formatted

__all__ = [
    "KINDS",
    "Normalised",
    "NotNormalisable",
    "avatar",
    "email",
    "is_full_name",
    "is_shared",
    "mask",
    "member",
    "name",
    "normalise",
    "phone",
    "pretty",
    "split_name",
]

PHONE_CHARS_MAX: Final = 64
EMAIL_CHARS_MAX: Final = 254
LOCAL_CHARS_MAX: Final = 64
NAME_CHARS_MAX: Final = 100
MEMBER_CHARS_MIN: Final = 4
MEMBER_CHARS_MAX: Final = 32
MEMBER_ENTRY_CHARS_MAX: Final = 80

# Ranges in service, virtual carriers (162 165 167 170 171 192) among them; tried first: most entries are one.
_CLEAN_MOBILE = re.compile(
    r"(\+86|0086|86)?(1(?:3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])[0-9]{8})"
)
# The same with the blanks and dashes people write. Other prefixes than +86 could be read as an area and an extension.
_WRITTEN_MOBILE = re.compile(
    r"(?:\+86[ -]?)?(1(?:3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9]))[ -]?([0-9]{4})[ -]?([0-9]{4})"
)
# Entries that no folding below changes but for their case: most of a file. Tested against the long way.
_PLAIN_EMAIL = re.compile(
    r"([A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_PLAIN_MEMBER = re.compile(r"[0-9A-Za-z]{4,32}")
_CHINA_MOBILE = re.compile(r"\+86(1[3-9][0-9])([0-9]{4})([0-9]{4})")
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ROLE_WORDS = (
    "admin contact contactus customerservice enquiries hello help hr info kefu mail marketing noreply "
    "no-reply office postmaster reception sales service support team webmaster xiaoshou"
)
_ROLES = frozenset(_ROLE_WORDS.split())
_MEMBER_LABEL = re.compile(
    r"(?:(?:会员|會員)卡?(?:编号|編號|号码|號碼|号|號)?|卡(?:号|號)|MEMBER(?:SHIP)?(?=[ .:#]))[ :]*"
    r"|(?:NO|NUMBER|ID)(?:[.:#][ .:#]*| +)|#+ *"
)
_MEMBER_SEPARATORS = re.compile(r"[ \-_./–—‐‑−]+")
_MEMBER = re.compile(r"[0-9A-Z\u4e00-\u9fff]+")


class Normalised(NamedTuple):
    """`value`: the key to match by; `verbatim`: as typed, less the invisible; `flags`: what to know of it."""

    kind: str
    value: str
    verbatim: str
    flags: tuple[str, ...] = ()


class NotNormalisable(ValueError):
    """The entry is no `kind`; `reason_code` says why. Never holds the entry."""

    def __init__(self, kind: str, reason_code: str) -> None:
        super().__init__(f"{kind}: {reason_code}")
        self.kind = kind
        self.reason_code = reason_code


def phone(text: str, region: str = "CN") -> Normalised:
    """E.164. `region` (ISO 3166) is for numbers without country code; an extension is flagged, not kept."""
    clean = _CLEAN_MOBILE.fullmatch(text)
    if clean and (region == "CN" or clean[1] in ("+86", "0086")):
        return Normalised("phone", "+86" + clean[2], text)
    written = _WRITTEN_MOBILE.fullmatch(text)
    if written and (region == "CN" or text[0] == "+"):
        return Normalised("phone", "+86" + "".join(written.groups()), text)
    return _any_phone(text, region)


def _any_phone(text: str, region: str) -> Normalised:
    verbatim = _entry("phone", text, PHONE_CHARS_MAX)
    try:
        value, flags = e164(compatible(verbatim), region)
    except Refused as refusal:
        raise NotNormalisable("phone", refusal.args[0]) from None
    return Normalised("phone", value, verbatim, flags)


def email(text: str) -> Normalised:
    """Lower-case, domain in punycode. Dots and plus tags stay: whose they are is for the mail host to say."""
    plain = _PLAIN_EMAIL.fullmatch(text) if len(text) <= EMAIL_CHARS_MAX else None
    if plain and len(plain[1]) <= LOCAL_CHARS_MAX:
        value = text.lower()
        return Normalised("email", value, text, ("role",) if is_shared("email", value) else ())
    return _any_email(text)


def _any_email(text: str) -> Normalised:
    verbatim = _entry("email", text, EMAIL_CHARS_MAX)
    bare = settled(_fold_address, verbatim)
    local, at, domain = bare.rpartition("@")
    if not at or len(local) > LOCAL_CHARS_MAX or not _LOCAL.fullmatch(local):
        raise NotNormalisable("email", "not_an_email")
    value = f"{local}@{_domain(domain)}"
    _bounded("email", value, EMAIL_CHARS_MAX)
    return Normalised("email", value, verbatim, _email_flags(local))


def name(text: str) -> Normalised:
    """Key of a personal name (see `names.name_key`); flagged `partial` if a family name or nickname only."""
    key = plain_name_key(text) if len(text) <= NAME_CHARS_MAX else ""
    if key:
        return Normalised("name", key, visible(text), () if is_full_name(key) else ("partial",))
    return _any_name(text)


def _any_name(text: str) -> Normalised:
    verbatim = _entry("name", text, NAME_CHARS_MAX)
    key = name_key(verbatim)
    if not any(map(_is_letter, key)):
        raise NotNormalisable("name", "no_letters")
    _bounded("name", key, NAME_CHARS_MAX)
    return Normalised("name", key, verbatim, () if is_full_name(key) else ("partial",))


def member(text: str) -> Normalised:
    """Membership or card number: 4-32 of A-Z, 0-9 and Chinese characters, without label and separators."""
    if _PLAIN_MEMBER.fullmatch(text):
        return Normalised("member", text.upper(), text)
    return _any_member(text)


def _any_member(text: str) -> Normalised:
    verbatim = _entry("member", text, MEMBER_ENTRY_CHARS_MAX)
    value = settled(_fold_member, compatible(verbatim.replace("№", "No.")))
    if len(value) < MEMBER_CHARS_MIN:
        raise NotNormalisable("member", "too_short")
    _bounded("member", value, MEMBER_CHARS_MAX)
    if not _MEMBER.fullmatch(value):
        raise NotNormalisable("member", "not_a_member")
    return Normalised("member", value, verbatim)


_NORMALISERS: Final[dict[str, Callable[[str], Normalised]]] = {
    "phone": phone,
    "email": email,
    "member": member,
    "name": name,
}
KINDS: Final = tuple(_NORMALISERS)


@functools.lru_cache(maxsize=4096)
def normalise(kind: str, text: str) -> Normalised:
    """Normalise by kind (one of `KINDS`). Remembers the latest: an import reads each cell once to check it, once to use it."""
    if kind not in _NORMALISERS:
        raise NotNormalisable("unknown", "unknown_kind")
    return _NORMALISERS[kind](text)


def is_shared(kind: str, value: str) -> bool:
    """Whether people may share it: any phone (families, recycled numbers) or a role mailbox (info@)."""
    return kind == "phone" or (kind == "email" and value.partition("@")[0].partition("+")[0] in _ROLES)


def pretty(kind: str, value: str) -> str:
    """A value for a reader who may see all of it: "139 5801 6608", "0571 8765 4321", "+852 9123 4567"."""
    if kind != "phone":
        return value
    mobile = _CHINA_MOBILE.fullmatch(value)
    return " ".join(mobile.groups()) if mobile else formatted(value)


def mask(kind: str, value: str) -> str:
    """A normalised value for a reader who may not see all of it; what cannot be read is hidden whole."""
    maskers = {"phone": _mask_phone, "email": _mask_email, "member": _mask_member, "name": _mask_name}
    return maskers[kind](value) if kind in maskers and value else "****"


def _entry(kind: str, text: str, chars_max: int) -> str:
    """The visible part of an entry, bounded before costly work and after unfolding compatibility forms."""
    if len(text) > 4 * chars_max:
        raise NotNormalisable(kind, "too_long")
    shown = visible(text)
    if not shown:
        raise NotNormalisable(kind, "empty")
    _bounded(kind, shown, chars_max)
    _bounded(kind, compatible(shown), chars_max)
    return shown


def _bounded(kind: str, text: str, chars_max: int) -> None:
    if len(text) > chars_max:
        raise NotNormalisable(kind, "too_long")


def _is_letter(char: str) -> bool:
    return char.isalpha() or unicodedata.category(char) in ("Co", "Cn", "Nl")


def _fold_address(text: str) -> str:
    folded = compatible(compatible(text).lower()).replace("。", ".").removeprefix("mailto:")
    if folded.startswith("<") and folded.endswith(">"):
        folded = folded[1:-1]
    return folded.strip().rstrip(".,;、")


def _domain(domain: str) -> str:
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise NotNormalisable("email", "not_an_email") from None
    labels = ascii_domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):
        raise NotNormalisable("email", "not_an_email")
    return ascii_domain


def _email_flags(local: str) -> tuple[str, ...]:
    found = {
        "plus_tag": "+" in local,
        "role": is_shared("email", local),
        "international": not local.isascii(),
    }
    return tuple(flag for flag, holds in found.items() if holds)


def _fold_member(text: str) -> str:
    upper = compatible(text.upper())
    label = _MEMBER_LABEL.match(upper)
    return upper[label.end() :] if label else _MEMBER_SEPARATORS.sub("", upper)


def _mask_phone(value: str) -> str:
    mobile = _CHINA_MOBILE.fullmatch(value)
    if mobile:
        return f"{mobile[1]} **** {mobile[3]}"
    if value.startswith("+86"):
        shown = formatted(value)
        return shown[:-2] + "**" if len(shown) > 6 else "****"
    country, rest = country_and_rest(value)
    if not country:
        return "****"
    shown_chars = min(4, len(rest) // 3)
    return f"+{country} {'*' * (len(rest) - shown_chars)}{rest[len(rest) - shown_chars :]}"


def _mask_email(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if not at:
        return "****"
    return f"{local[:1] if len(local) > 1 else ''}***@{domain}"


def _mask_member(value: str) -> str:
    return "***" + value[-3:] if len(value) > 5 else "***" + value[-1:]


def _mask_name(value: str) -> str:
    east, west = key_parts(value)
    family = split_name(east)[0] if east else ""
    hidden = [family + "*"] if east else []
    return " ".join([*hidden, *(token[:1] + "***" for token in sorted(west))])
