"""How a normalised value is shown: in full to who may see it, in part to everybody else."""

import re
from collections.abc import Callable
from typing import Final

from guanxi.engine.divisions import division_name
from guanxi.engine.names import key_parts, split_name
from guanxi.engine.phones import country_and_rest, formatted

_CHINA_MOBILE = re.compile(r"\+86(1[3-9][0-9])([0-9]{4})([0-9]{4})")


def pretty(kind: str, value: str) -> str:
    """A value for a reader who may see all of it: "139 5801 6608", "+852 9123 4567", 浙江省杭州市西湖区文三路478号3-2-501."""
    if kind == "address":
        return _pretty_address(value)
    if kind != "phone":
        return value
    mobile = _CHINA_MOBILE.fullmatch(value)
    return " ".join(mobile.groups()) if mobile else formatted(value)


def mask(kind: str, value: str) -> str:
    """A normalised value for a reader who may not see all of it; what cannot be read is hidden whole."""
    return _MASKERS[kind](value) if kind in _MASKERS and value else "****"


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


def _mask_number(value: str) -> str:
    """Of a document: three characters and the last two, none of a short one."""
    return f"{value[:3]}{'*' * (len(value) - 5)}{value[-2:]}" if len(value) > 7 else "****"


def _mask_birth(value: str) -> str:
    return f"{value[:4]}-**-**" if value[:4].isdigit() else "****"


def _mask_address(value: str) -> str:
    """City and district, no road."""
    return f"{division_name(value.partition('|')[0])}****"


def _mask_open_id(value: str) -> str:
    return f"{value.partition(':')[0]}:****"


def _pretty_address(value: str) -> str:
    division, road, number, rest = [*value.split("|", 3), "", "", ""][:4]
    if not division_name(division):
        return " ".join(filter(None, [rest, number, road, division]))
    return division_name(division) + road + (f"{number}号" if number else "") + rest


_MASKERS: Final[dict[str, Callable[[str], str]]] = {
    "phone": _mask_phone,
    "email": _mask_email,
    "member": _mask_member,
    "name": _mask_name,
    "birth": _mask_birth,
    "address": _mask_address,
    "open_id": _mask_open_id,
    **dict.fromkeys(
        ("national_id", "passport", "hkmo_permit", "tw_permit", "hk_id", "tw_id", "device"), _mask_number
    ),
}
