"""Amounts in words, as they are read out and as forms want them: 人民币伍万元整, "fifty thousand yuan". Pure."""

from typing import Final

from guanxi.core.money import Money, digits_of

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿", "亿亿")
_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_THOUSANDS: Final = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_ZH: Final = {
    "CNY": "人民币", "USD": "美元", "HKD": "港币", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "AUD": "澳元",
    "CAD": "加元", "SGD": "新加坡元", "CHF": "瑞士法郎", "MOP": "澳门元", "TWD": "新台币",
}  # fmt: skip
_EN: Final = {
    "CNY": ("yuan", "yuan"), "USD": ("US dollar", "US dollars"), "HKD": ("Hong Kong dollar", "Hong Kong dollars"),
    "EUR": ("euro", "euros"), "GBP": ("pound sterling", "pounds sterling"), "JPY": ("yen", "yen"),
    "AUD": ("Australian dollar", "Australian dollars"), "CAD": ("Canadian dollar", "Canadian dollars"),
    "SGD": ("Singapore dollar", "Singapore dollars"), "CHF": ("Swiss franc", "Swiss francs"),
    "MOP": ("pataca", "patacas"), "TWD": ("New Taiwan dollar", "New Taiwan dollars"),
}  # fmt: skip


def in_words(amount: Money, language: str) -> str:
    """The amount as it is read out; `language` "en", anything else is Chinese. A negative one has its sign in words."""
    whole, part = divmod(abs(amount.minor), 10 ** digits_of(amount.currency))
    if language == "en":
        return ("minus " if amount.minor < 0 else "") + _english(whole, part, amount.currency)
    return (
        _ZH.get(amount.currency, amount.currency)
        + ("负" if amount.minor < 0 else "")
        + _chinese(whole, part, amount.currency)
    )


def _chinese(whole: int, part: int, currency: str) -> str:
    said = (number_zh(whole) + "元") if whole or not part else ""
    digits = digits_of(currency)
    if not part:
        return said + "整"
    if digits != 2:
        return said + "又" + number_zh(part) + f"/{10**digits}"
    tenths, hundredths = divmod(part, 10)
    if tenths:
        said += _DIGITS[tenths] + "角"
    elif whole:
        said += "零"
    return said + (_DIGITS[hundredths] + "分" if hundredths else "整")


def number_zh(number: int) -> str:
    """A whole number in the numerals of banks: 壹万零伍拾. Raises `ValueError` below nought or from 10**20 on."""
    if not 0 <= number < 10 ** (4 * len(_GROUPS)):
        raise ValueError(number)
    if not number:
        return _DIGITS[0]
    said, gap = "", False
    for place in reversed(range(len(_GROUPS))):
        group = number // 10 ** (4 * place) % 10_000
        if not group:
            gap = bool(said)
            continue
        if said and (gap or group < 1_000):
            said += _DIGITS[0]
        said, gap = said + _group_zh(group) + _GROUPS[place], False
    return said


def _group_zh(group: int) -> str:
    said, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said, gap = said + (_DIGITS[0] if gap else "") + _DIGITS[digit] + _PLACES[place], False
    return said


def _english(whole: int, part: int, currency: str) -> str:
    one, many = _EN.get(currency, (currency, currency))
    said = f"{number_en(whole)} {one if whole == 1 else many}"
    return f"{said} and {part}/{10 ** digits_of(currency)}" if part else said


def number_en(number: int) -> str:
    """A whole number in words: "one hundred and five thousand". Raises `ValueError` below nought or from 10**18 on."""
    if not 0 <= number < 1_000 ** len(_THOUSANDS):
        raise ValueError(number)
    if number < 1_000:
        return _below_thousand(number)
    parts = []
    for place in reversed(range(len(_THOUSANDS))):
        group = number // 1_000**place % 1_000
        if group:
            joined = "and " if not place and group < 100 else ""
            parts.append(f"{joined}{_below_thousand(group)} {_THOUSANDS[place]}".strip())
    return " ".join(parts)


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if hundreds:
        return f"{_SMALL[hundreds]} hundred" + (f" and {_below_thousand(rest)}" if rest else "")
    if rest < 20:
        return _SMALL[rest]
    tens, ones = divmod(rest, 10)
    return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
