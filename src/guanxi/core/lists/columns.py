"""What a list can show, sort, filter and edit: columns, and how one is changed in place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from guanxi.core.access import Actor

Plain = str | int | bool | Decimal | datetime | None
Choices = Sequence[tuple[str, Any]]  # (code, words)


class Kind(StrEnum):
    """How a column's values are compared and how a filter on it is written."""

    TEXT = "text"
    CHOICE = "choice"
    MOMENT = "moment"
    NUMBER = "number"
    MONEY = "money"  # kept in minor units, written in major ones
    FLAG = "flag"


def no_choices(actor: Actor) -> Choices:
    return ()


def always(actor: Actor, row: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A cell changed in place. `original(row)` is what the form shows and compares; `act` is one action of the room.

    `act(actor=, now=, row=, value=)` writes `value` (text as sent); it raises `Invalid` for a value that cannot be.
    Whoever holds `right`, and for whom `may(actor, row)` holds, sees the cell as editable; the action checks again, for
    the very row. `events` are the types of (`subject`, row id) by which this cell changes: they tell who was faster.
    """

    right: str
    original: Callable[[Any], str]
    act: Callable[..., Any]
    input: str = "text"  # text | choice | moment | number
    choices: Callable[[Actor], Choices] = no_choices
    label: Any = ""  # what is edited, where the column's title says something wider
    chars_max: int = 200
    may: Callable[[Actor, Any], bool] = always
    subject: str = ""
    events: Sequence[str] = ()

    def allows(self, actor: Actor, row: Any) -> bool:
        return actor.may(self.right) and self.may(actor, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `value(actor, row)` is what export and API give, masked for this actor; a page shows `cell` in `shape`.

    `path` is the look-up the column is sorted by (and filtered by, unless `filter_path` says otherwise); "" for
    neither. With `right`, only its holders see, sort or filter by it. `nullable` orders empty ones last.
    """

    code: str
    title: Any
    value: Callable[[Actor, Any], Plain]
    kind: Kind = Kind.TEXT
    path: str = ""
    filter_path: str = ""
    choices: Callable[[Actor], Choices] = no_choices
    shape: str = ""  # a function of `drawing`; "" follows from the kind
    cell: Callable[[Actor, Any], Mapping[str, Any]] | None = None
    right: str = ""
    shown: bool = True
    sorts: bool = True
    filters: bool = True
    nullable: bool = False
    ahead: bool = False  # a moment that may lie in the future: filters offer what is past and what comes
    currency: str = "CNY"  # of a MONEY filter
    whole: bool = True  # a NUMBER without decimal places; False: a share or a score such as .99
    edit: Edit | None = field(default=None)

    @property
    def is_sortable(self) -> bool:
        return bool(self.path) and self.sorts

    @property
    def filtered_by(self) -> str:
        return (self.filter_path or self.path) if self.filters else ""

    @property
    def can_be_empty(self) -> bool:
        """Whether a filter may ask for empty and for any."""
        return self.kind is Kind.TEXT or self.nullable

    @property
    def shape_name(self) -> str:
        return self.shape or {
            Kind.MOMENT: "moment",
            Kind.NUMBER: "number",
            Kind.MONEY: "number",
            Kind.FLAG: "flag",
        }.get(self.kind, "text")
