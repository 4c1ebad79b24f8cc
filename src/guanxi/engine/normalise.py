"""One normaliser for every way in (form, API, import, live): the same entry gives the same key everywhere.

Every function is pure and returns a `Normalised` whose value is its own normal form, or raises
`NotNormalisable` with a short reason code that an edge translates; no message carries the entry itself.

Reason codes: empty, too_short, too_long, several, not_a_phone, no_area_code, not_an_email, no_letters,
not_a_member, unknown_kind, no_place; those of `documents`, `dates` and `accounts` stand there, as do their flags.
Flags: ext, shared_line, unassigned, virtual, assumed_country (phone); plus_tag, role, international (email); partial
(name); no_division, no_number (address).
"""

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import Final

from guanxi.engine.accounts import device, gender, open_id
from guanxi.engine.addresses import parse_address
from guanxi.engine.cleaning import compatible, settled, visible
from guanxi.engine.dates import birth
from guanxi.engine.documents import hk_id, hkmo_permit, national_id, passport, tw_id, tw_permit
from guanxi.engine.entries import Normalised, NotNormalisable, bounded, entry
from guanxi.engine.masks import mask, pretty
from guanxi.engine.names import avatar, is_full_name, name_key, plain_name_key, split_name
from guanxi.engine.phones import Refused, e164, mobile_flags

__all__ = [
    "KINDS",
    "Normalised",
    "NotNormalisable",
    "address",
    "avatar",
    "birth",
    "device",
    "email",
    "gender",
    "hk_id",
    "hkmo_permit",
    "is_full_name",
    "is_shared",
    "mask",
    "member",
    "name",
    "national_id",
    "normalise",
    "open_id",
    "passport",
    "phone",
    "pretty",
    "split_name",
    "tw_id",
    "tw_permit",
]

PHONE_CHARS_MAX: Final = 64
EMAIL_CHARS_MAX: Final = 254
LOCAL_CHARS_MAX: Final = 64
NAME_CHARS_MAX: Final = 100
MEMBER_CHARS_MIN: Final = 4
MEMBER_CHARS_MAX: Final = 32
MEMBER_ENTRY_CHARS_MAX: Final = 80
ADDRESS_CHARS_MAX: Final = 200

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
_ADDRESS_KEY = re.compile(r"(?:[0-9]{6}\|[^|]*|[0-9A-Z]{0,8}\|[^|]+)\|[^|]*\|[^|]*")
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ROLE_WORDS = (
    "admin contact contactus customerservice enquiries hello help hr info kefu mail marketing noreply "
    "no-reply office postmaster reception sales service support team webmaster xiaoshou"
)
ROLES = frozenset(_ROLE_WORDS.split())
_MEMBER_LABEL = re.compile(
    r"(?:(?:会员|會員)卡?(?:编号|編號|号码|號碼|号|號)?|卡(?:号|號)|MEMBER(?:SHIP)?(?=[ .:#]))[ :]*"
    r"|(?:NO|NUMBER|ID)(?:[.:#][ .:#]*| +)|#+ *"
)
_MEMBER_SEPARATORS = re.compile(r"[ \-_./–—‐‑−]+")
_MEMBER = re.compile(r"[0-9A-Z\u4e00-\u9fff]+")


def phone(text: str, region: str = "CN") -> Normalised:
    """E.164. `region` (ISO 3166) is for numbers without country code; an extension is flagged, not kept."""
    clean = _CLEAN_MOBILE.fullmatch(text)
    if clean and (region == "CN" or clean[1] in ("+86", "0086")):
        return Normalised("phone", "+86" + clean[2], text, mobile_flags(clean[2]))
    written = _WRITTEN_MOBILE.fullmatch(text)
    if written and (region == "CN" or text[0] == "+"):
        return Normalised("phone", "+86" + "".join(written.groups()), text, mobile_flags(written[1]))
    return _any_phone(text, region)


def _any_phone(text: str, region: str) -> Normalised:
    verbatim = entry("phone", text, PHONE_CHARS_MAX)
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
    verbatim = entry("email", text, EMAIL_CHARS_MAX)
    bare = settled(_fold_address, verbatim)
    local, at, domain = bare.rpartition("@")
    if not at or len(local) > LOCAL_CHARS_MAX or not _LOCAL.fullmatch(local):
        raise NotNormalisable("email", "not_an_email")
    value = f"{local}@{_domain(domain)}"
    bounded("email", value, EMAIL_CHARS_MAX)
    return Normalised("email", value, verbatim, _email_flags(local))


def name(text: str) -> Normalised:
    """Key of a personal name (see `names.name_key`); flagged `partial` if a family name or nickname only."""
    key = plain_name_key(text) if len(text) <= NAME_CHARS_MAX else ""
    if key:
        return Normalised("name", key, visible(text), () if is_full_name(key) else ("partial",))
    return _any_name(text)


def _any_name(text: str) -> Normalised:
    verbatim = entry("name", text, NAME_CHARS_MAX)
    key = name_key(verbatim)
    if not any(map(_is_letter, key)):
        raise NotNormalisable("name", "no_letters")
    bounded("name", key, NAME_CHARS_MAX)
    return Normalised("name", key, verbatim, () if is_full_name(key) else ("partial",))


def member(text: str) -> Normalised:
    """Membership or card number: 4-32 of A-Z, 0-9 and Chinese characters, without label and separators."""
    if _PLAIN_MEMBER.fullmatch(text):
        return Normalised("member", text.upper(), text)
    return _any_member(text)


def _any_member(text: str) -> Normalised:
    verbatim = entry("member", text, MEMBER_ENTRY_CHARS_MAX)
    value = settled(_fold_member, compatible(verbatim.replace("№", "No.")))
    if len(value) < MEMBER_CHARS_MIN:
        raise NotNormalisable("member", "too_short")
    bounded("member", value, MEMBER_CHARS_MAX)
    if not _MEMBER.fullmatch(value):
        raise NotNormalisable("member", "not_a_member")
    return Normalised("member", value, verbatim)


def address(text: str) -> Normalised:
    """division|road|number|rest (see `addresses`); the first three parts are one house."""
    if len(text) <= ADDRESS_CHARS_MAX and _ADDRESS_KEY.fullmatch(text) and visible(text) == text:
        return Normalised("address", text, text)
    verbatim = entry("address", text, ADDRESS_CHARS_MAX)
    found = parse_address(verbatim)
    if not (found.division or found.road):
        raise NotNormalisable("address", "no_place")
    bounded("address", found.key, ADDRESS_CHARS_MAX)
    missing = (("no_division", found.division), ("no_number", found.number))
    return Normalised("address", found.key, verbatim, tuple(flag for flag, part in missing if not part))


_NORMALISERS: Final[dict[str, Callable[[str], Normalised]]] = {
    "phone": phone,
    "email": email,
    "member": member,
    "name": name,
    "birth": birth,
    "gender": gender,
    "national_id": national_id,
    "passport": passport,
    "hkmo_permit": hkmo_permit,
    "tw_permit": tw_permit,
    "hk_id": hk_id,
    "tw_id": tw_id,
    "address": address,
    "open_id": open_id,
    "device": device,
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
    return kind == "phone" or (kind == "email" and value.partition("@")[0].partition("+")[0] in ROLES)


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
