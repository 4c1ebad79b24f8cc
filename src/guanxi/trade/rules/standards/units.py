"""Units of measure by their UCUM codes (https://ucum.org), and how people write them. Pure."""

from collections.abc import Mapping

NONE = "1"
"""UCUM's unity: a plain number, a count."""

UNITS: Mapping[str, tuple[str, str]] = {
    NONE: ("", ""),
    "%": ("%", "%"),
    "um": ("µm", "µm"),
    "mm": ("mm", "mm"),
    "cm": ("cm", "cm"),
    "m": ("m", "m"),
    "mm2": ("mm²", "mm²"),
    "cm2": ("cm²", "cm²"),
    "g": ("g", "g"),
    "kg": ("kg", "kg"),
    "mg": ("mg", "mg"),
    "mg/(100.g)": ("mg/100 g", "mg/100 g"),
    "g/m2": ("g/m²", "g/m²"),
    "mg/kg": ("mg/kg", "mg/kg"),
    "mL": ("mL", "mL"),
    "L": ("L", "L"),
    "[in_i]": ("in", "in"),
    "[in_i]3/(30.g)": ("in³/30 g", "in³/30 g"),
    "Cel": ("°C", "°C"),
    "V": ("V", "V"),
    "mA.h": ("mA·h", "mA·h"),
    "GBy": ("GB", "GB"),
    "lx": ("lx", "lx"),
    "N": ("N", "N"),
    "[pH]": ("pH", "pH"),
    "min": ("分钟", "min"),
    "h": ("小时", "h"),
    "d": ("天", "d"),
    "mo": ("个月", "months"),
    "a": ("年", "years"),
}
"""UCUM code: (in Chinese, in English)."""

LANGUAGES = ("zh-hans", "en")


def is_known(code: str) -> bool:
    return code in UNITS


def written(code: str, language: str) -> str:
    """How readers of a language write a unit; an unknown one as its code."""
    known = UNITS.get(code)
    return code if known is None else known[LANGUAGES.index("en" if language == "en" else "zh-hans")]
