"""Values as people type them, read into what a version's parameters expect. Pure."""

from collections.abc import Mapping

from guanxi.trade.rules.standards.content import BOOL, COUNT, MEASURED, Content, Parameter, Value
from guanxi.trade.rules.standards.grading import value_fault

YES = frozenset({"true", "1", "yes", "y", "on", "是", "有"})
NO = frozenset({"false", "0", "no", "n", "off", "否", "无"})


def read_values(content: Content, given: Mapping[str, str]) -> tuple[dict[str, Value], dict[str, str]]:
    """(values by parameter, {parameter: code of what is wrong}) of what was typed; what is blank was not given."""
    values: dict[str, Value] = {}
    wrong: dict[str, str] = {}
    for code, parameter in content.parameters.items():
        text = given.get(code, "").strip()
        if not text:
            continue
        value = _read(parameter, text)
        if fault := value_fault(parameter, value):
            wrong[code] = fault
        else:
            values[code] = value  # type: ignore[assignment]  # value_fault has looked at it
    return values, wrong


def _read(parameter: Parameter, text: str) -> object:
    if parameter.kind in MEASURED:
        return _number(parameter, text)
    if parameter.kind == BOOL:
        folded = text.casefold()
        return True if folded in YES else False if folded in NO else None
    return text


def _number(parameter: Parameter, text: str) -> object:
    try:
        number = float(text.replace("，", ".").replace(",", "."))
    except ValueError:
        return None
    return int(number) if parameter.kind == COUNT and number.is_integer() else number
