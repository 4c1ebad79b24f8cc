"""A list as a room declares it, and the registry of all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.lists.columns import Choices, Column, no_choices

KEY_CHARS_MAX = 60


def nothing(actor: Actor) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What a bulk action asks for before it runs."""

    code: str
    title: Any
    kind: str = "text"  # text | textarea | choice
    choices: Callable[[Actor], Choices] = no_choices
    required: bool = True
    most: int = 200  # characters
    hint: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """An action on many rows: one transaction of the room's own action per row, so one failure leaves the others done.

    `act(actor=, now=, row=, values=)` returns what `undo(actor=, now=, row=, kept=)` needs (plain JSON), or None. Both run
    in the transaction that notes the row as done. `says` tells in a sentence what happens to each row; `mine(actor)` are
    the rows this actor may do it to, where that can be asked of the database: the others are counted beforehand.
    """

    code: str
    title: Any
    right: str
    act: Callable[..., Any]
    inputs: Sequence[Input] = ()
    undo: Callable[..., Any] | None = None
    icon: str = "list-check"
    danger: bool = False
    says: Any = ""
    mine: Callable[[Actor], Q] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A view a list comes with: a name and a query as it stands in the address."""

    code: str
    title: Any
    query: str = ""


def always() -> bool:
    return True


Candidates = Sequence[int] | None
Rows = TypeVar("Rows", bound=Sequence[Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of one kind of row, whole: what it shows, how it is found, what may be done with many rows at once.

    `query(actor)` starts at `visible_to(actor)`, loads what the columns need and is not ordered. `key(row)` is the
    public id, found again by `key_path`. `find(actor, text, limit, candidates)` gives primary keys in rank order; it
    `finds` them through this kind of the search index, whose candidates are given where several lists are searched at once.
    `prepare(actor, rows)` may read, in one statement, what all cells of a page need, and hangs it on the rows.
    `topics(actor, rows)` are (kind, id) pairs whose events change the list.
    """

    code: str
    title: Any
    right: str
    query: Callable[[Actor], QuerySet[Any]]
    columns: Sequence[Column]
    order: str  # "-opened": the column sorted by when nobody says otherwise
    key: Callable[[Any], str]
    key_path: str
    url: Callable[[Any], str]
    url_name: str  # the page's own
    find: Callable[[Actor, str, int, Candidates], Sequence[int]] | None = None
    finds: str = ""
    apart: bool = False  # searched on its own page alone
    prepare: Callable[[Actor, Sequence[Any]], None] | None = None
    topics: Callable[[Actor, Sequence[Any]], Sequence[tuple[str, int]]] | None = None
    views: Sequence[View] = ()
    bulk: Sequence[Bulk] = ()
    quick: str = ""  # template of the quick view; its context is `quick_context(actor, row)`
    quick_context: Callable[[Actor, Any], Mapping[str, Any]] | None = None
    new_url: Callable[[Actor], str] = nothing
    new_label: Any = ""
    beside: Sequence[tuple[Any, str, str]] = ()  # lists of the same room: (words, url name, right)
    offered: Callable[[], bool] = (
        always  # whether this house has such rows at all: no link leads here otherwise
    )
    empty: Any = ""
    version: Callable[[Any], int | None] | None = None
    icon: str = "list"
    customer: Callable[[Any], int] | None = (
        None  # whose row it is: of whoever is set apart none goes into a file
    )
    by_code: Mapping[str, Column] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {column.code: column for column in self.columns})
        if len(self.by_code) != len(self.columns):
            raise ValueError(f"{self.code}: two columns of one code")
        if not self.by_code[self.order.removeprefix("-")].is_sortable:
            raise ValueError(f"{self.code}: cannot be sorted by {self.order}")

    def columns_for(self, actor: Actor) -> list[Column]:
        """The columns this actor may see, sort and filter by."""
        return [column for column in self.columns if not column.right or actor.may(column.right)]

    def bulk_for(self, actor: Actor) -> list[Bulk]:
        return [one for one in self.bulk if actor.may(one.right)]

    def get_bulk(self, actor: Actor, code: str) -> Bulk:
        """The bulk action of this code. Raises `NotFound`; `Denied` without its right."""
        found = next((one for one in self.bulk if one.code == code), None)
        if found is None:
            raise NotFound
        actor.require(self.right)
        actor.require(found.right)
        return found

    def get(self, actor: Actor, key: str) -> Any:
        """The visible row with this public id, prepared. Raises `NotFound`."""
        row = self.rows(actor, [key]).first()
        if row is None:
            raise NotFound
        return self.ready(actor, [row])[0]

    def name(self, actor: Actor, row: Any) -> tuple[str, str]:
        """A row as its title column shows it, with the words that stand below: title, subtitle."""
        columns = self.columns_for(actor)
        named = next((one for one in columns if one.shape == "title" and one.cell is not None), None)
        cell = named.cell(actor, row) if named and named.cell else {}
        whose = next((str(one.value(actor, row)) for one in columns if one.code == "customer"), "")
        sub = " · ".join(filter(None, [whose, str(cell.get("sub") or "")]))
        return str(cell.get("title") or row), sub

    def ready(self, actor: Actor, rows: Rows) -> Rows:
        """The same rows, prepared; none ask for nothing."""
        if self.prepare is not None and rows:
            self.prepare(actor, rows)
        return rows

    def rows(self, actor: Actor, keys: Iterable[str]) -> QuerySet[Any]:
        """The visible rows with these public ids, in no order; what no public id of this list can be is passed over."""
        found = self.query(actor).order_by()
        field = field_of(found.model, self.key_path)
        return found.filter(**{f"{self.key_path}__in": [key for key in keys if _fits(field, key)]})


def field_of(model: type[Model], path: str) -> "Field[Any, Any]":
    """The field at the end of a look-up such as `record__customer__public_id`."""
    *way, last = path.split("__")
    for part in way:
        related = model._meta.get_field(part).related_model
        assert isinstance(related, type)  # nosec B101
        model = related
    found = model._meta.get_field(last)
    assert isinstance(found, Field)  # nosec B101
    return found


def _fits(field: "Field[Any, Any]", key: str) -> bool:
    try:
        field.to_python(key)
    except ValidationError:
        return False
    return len(key) <= KEY_CHARS_MAX


_listings: dict[str, Listing] = {}


def register(*listings: Listing) -> None:
    """Called by `site/wiring.py` at start-up."""
    for one in listings:
        _listings[one.code] = one


def registered() -> Mapping[str, Listing]:
    return dict(_listings)


def get(code: str) -> Listing:
    """The list of this code. Raises `NotFound`."""
    if code not in _listings:
        raise NotFound
    return _listings[code]
