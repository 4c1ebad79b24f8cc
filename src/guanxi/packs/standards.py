"""`standards/*.toml` of a pack: quality standards with their versions, comments and panels, read, checked and installed.

The first version is what the file says at its top; every `[[version]]` after it replaces parameters by code, drops some, or
replaces all remedies. Ages ("640 d") count back from the installation: a standard arrives with its history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path as Folder
from typing import Any

from django.db import transaction

from guanxi.core.access import Actor
from guanxi.core.models import User
from guanxi.packs.files import File, Names, PackError, Spot
from guanxi.packs.lines import Path
from guanxi.trade.actions import standards as actions
from guanxi.trade.models import Standard
from guanxi.trade.queries import standards as reads
from guanxi.trade.rules import standards as rules

FOLDER = Folder(__file__).parent
LANGUAGES = ("zh-hans", "en")
_TOP = frozenset(
    {"code", "name", "category", "scope", "basis", "parameter", "grade", "remedy", "version", "panel"}
)
_VERSION = frozenset(
    {"drafted", "consultation", "published", "changes", "parameter", "drop", "remedy", "comment"}
)
_PANEL = frozenset({"version", "opened", "ended", "expert", "specimen"})
_SPECIMEN = frozenset({"name", "grades", "values", "words", "conflicts"})
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Comment:
    text: str
    about: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A version: days before the installation it was drafted and, if it was, published; days of consultation."""

    content: Content
    drafted: int
    consultation: int
    published: int | None
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A specimen and, expert by expert, their grades and values; words and conflicts by the expert's place."""

    name: str
    grades: tuple[str, ...]
    values: Mapping[str, Sequence[rules.Value]]
    words: Mapping[int, str] = field(default_factory=dict)
    conflicts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PanelSpec:
    version: int
    opened: int
    ended: int
    experts: tuple[tuple[str, str], ...]
    specimens: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class StandardSpec:
    """One checked file."""

    code: str
    name: Names
    category: str
    category_name: Names
    versions: tuple[Version, ...]
    panels: tuple[PanelSpec, ...] = ()


# -- reading -------------------------------------------------------------------------------------------------


def load_standards(pack: str, *, folder: Folder = FOLDER) -> tuple[StandardSpec, ...]:
    """All standards of a pack, checked. Raises the first `PackError` there is."""
    return _once(pack) if folder == FOLDER else _load(folder / pack)


@cache
def _once(pack: str) -> tuple[StandardSpec, ...]:
    return _load(FOLDER / pack)


def _load(place: Folder) -> tuple[StandardSpec, ...]:
    found, faults = check_standards(place)
    if faults:
        raise faults[0]
    return found


def check_standards(place: Folder) -> tuple[tuple[StandardSpec, ...], list[PackError]]:
    """The standards of the pack in this folder and all their faults, with file and line."""
    faults: list[PackError] = []
    found = [_read(place, path.name, faults) for path in sorted((place / "standards").glob("*.toml"))]
    return tuple(found), faults


def _read(place: Folder, name: str, faults: list[PackError]) -> StandardSpec:
    file = File.read(place, f"standards/{name}", _TOP, faults)
    spot = file.spot
    category = spot.inner("category", {"code", "name"})
    versions = _versions(spot)
    return StandardSpec(
        code=spot.code(),
        name=spot.names("name", LANGUAGES),
        category=category.code(),
        category_name=category.names("name", LANGUAGES),
        versions=versions,
        panels=tuple(_panel(row, versions) for row in spot.rows("panel", _PANEL, needed=False)),
    )


def _days(spot: Spot, key: str) -> int:
    """A length as whole days."""
    minutes = spot.minutes(key)
    if minutes % 1440:
        spot.wrong(key, "must be whole days")
    return minutes // 1440


@dataclass(slots=True)
class _Draft:
    """The content so far, and where in the file each of its rows stands."""

    content: Content
    places: dict[str, list[Path]]
    told: set[tuple[Path, str]]  # a later version repeats the faults of what it keeps


def _versions(spot: Spot) -> tuple[Version, ...]:
    draft = _Draft({}, {}, set())
    for key, name in (("parameters", "parameter"), ("grades", "grade"), ("remedies", "remedy")):
        rows = spot.table.get(name, [])
        draft.content[key] = list(rows) if isinstance(rows, list) else rows
        draft.places[key] = [(name, place) for place in range(len(rows))]
    draft.content |= {key: spot.table[key] for key in ("scope", "basis") if key in spot.table}
    found = []
    for row in spot.rows("version", _VERSION):
        _change(draft, row)
        _check(draft, spot)
        found.append(_version(row, draft))
    return tuple(found)


def _change(draft: _Draft, row: Spot) -> None:
    """Put the differences of a version into the content."""
    dropped = set(row.texts("drop"))
    own = row.table.get("parameter", [])
    codes = {one.get("code"): place for place, one in enumerate(own) if isinstance(one, dict)}
    parameters: list[tuple[Any, Path]] = []
    for one, path in zip(draft.content["parameters"], draft.places["parameters"], strict=True):
        code = one.get("code") if isinstance(one, dict) else None
        if code in codes:
            place = codes.pop(code)
            parameters.append((own[place], (*row.path, "parameter", place)))
        elif code not in dropped:
            parameters.append((one, path))
    parameters += [(own[place], (*row.path, "parameter", place)) for place in codes.values()]
    draft.content = draft.content | {"parameters": [one for one, _path in parameters]}
    draft.places["parameters"] = [path for _one, path in parameters]
    if "remedy" in row.table:
        draft.content["remedies"] = list(row.table["remedy"])
        draft.places["remedies"] = [(*row.path, "remedy", at) for at in range(len(row.table["remedy"]))]
    draft.content.pop("changes", None)
    if "changes" in row.table:
        draft.content["changes"] = row.table["changes"]


def _check(draft: _Draft, spot: Spot) -> None:
    """Note what the rules find wrong, at its line in the file."""
    for fault in rules.faults(draft.content):
        key, *rest = fault.path
        rows = draft.places.get(str(key))
        if rows is not None and rest and isinstance(rest[0], int):
            path: Path = (*rows[rest[0]], *rest[1:])
        else:
            path = (str(key).removesuffix("s") if rows is not None else str(key), *rest)
        if (path, fault.code) not in draft.told:
            spot.wrong_at(path, f"{fault.code}{_values(fault.values)}")
        draft.told.add((path, fault.code))


def _values(values: Mapping[str, Any]) -> str:
    return f" ({', '.join(f'{name} {value}' for name, value in values.items())})" if values else ""


def _version(row: Spot, draft: _Draft) -> Version:
    drafted, consultation = _days(row, "drafted"), _days(row, "consultation")
    published = _days(row, "published") if "published" in row.table else None
    if published is not None and drafted - consultation < published:
        row.wrong("published", "the consultation was not over")
    if published is None and consultation <= drafted:
        row.wrong("consultation", "would be over: publish it, or let it run longer")
    comments = tuple(
        Comment(one.text("text"), one.text("about", ""), one.text("answer", ""))
        for one in row.rows("comment", {"text", "about", "answer"}, needed=False)
    )
    return Version(dict(draft.content), drafted, consultation, published, comments)


def _panel(row: Spot, versions: Sequence[Version]) -> PanelSpec:
    number = row.table.get("version")
    if not isinstance(number, int) or not 1 <= number <= len(versions):
        row.wrong("version", "must be the number of a version")
        number = 1
    experts = tuple(
        (one.text("name"), one.text("about", "")) for one in row.rows("expert", {"name", "about"})
    )
    grades = {one["code"] for one in versions[number - 1].content["grades"]} if versions else set()
    specimens = tuple(_specimen(one, len(experts), grades) for one in row.rows("specimen", _SPECIMEN))
    return PanelSpec(number, _days(row, "opened"), _days(row, "ended"), experts, specimens)


def _specimen(row: Spot, experts: int, grades: set[str]) -> Judged:
    given = row.texts("grades")
    if len(given) != experts or not set(given) <= grades:
        row.wrong("grades", "must be one grade of the standard per expert")
    values = row.inner("values").table
    for code, column in values.items():
        if not isinstance(column, list) or len(column) != experts:
            row.wrong_at(("values", code), "must be one value per expert")
    return Judged(
        row.text("name"), tuple(given), values, _by_place(row, "words"), _by_place(row, "conflicts")
    )


def _by_place(row: Spot, key: str) -> dict[int, str]:
    inner = row.inner(key)
    return {int(place): inner.text(place) for place in inner.table if place.isdecimal()}


# -- installing ----------------------------------------------------------------------------------------------


@transaction.atomic
def install_standards(
    *,
    actor: Actor,
    now: datetime,
    pack: str = "marketplace",
    commenters: Sequence[Actor] = (),
    users: Sequence[User] = (),
    sample: bool = False,
    folder: Folder = FOLDER,
) -> list[str]:
    """Write a pack's standards through public actions, with their history before `now`; gives the codes that are new.

    A standard that is there already is left alone. Needs `trade.standards`. Comments are made by `commenters` (signed-in
    customers or staff) in turn, and left out without any; the first experts of every panel are `users` of staff, if given.
    """
    there = set(Standard.objects.values_list("code", flat=True))
    fresh = [one for one in load_standards(pack, folder=folder) if one.code not in there]
    for spec in fresh:
        _install(actor, now, spec, commenters, users, sample)
    return [one.code for one in fresh]


def _install(
    actor: Actor,
    now: datetime,
    spec: StandardSpec,
    commenters: Sequence[Actor],
    users: Sequence[User],
    sample: bool,
) -> None:
    begun = now - timedelta(days=spec.versions[0].drafted)
    actions.add_category(actor=actor, now=begun, code=spec.category, name=spec.category_name)
    actions.add_standard(
        actor=actor, now=begun, category=spec.category, code=spec.code, name=spec.name, sample=sample
    )
    for number, version in enumerate(spec.versions, 1):
        _put_version(actor, now, f"{spec.code}@{number}", version, commenters)
        for panel in spec.panels:
            if panel.version == number:
                _put_panel(actor, now, f"{spec.code}@{number}", panel, users)


def _put_version(
    actor: Actor, now: datetime, reference: str, version: Version, commenters: Sequence[Actor]
) -> None:
    drafted = now - timedelta(days=version.drafted)
    until = drafted + timedelta(days=version.consultation)
    code = reference.partition("@")[0]
    actions.draft_version(actor=actor, now=drafted, standard=code, content=version.content)
    actions.open_consultation(actor=actor, now=drafted, reference=reference, until=until)
    for place, comment in enumerate(version.comments if commenters else ()):
        said = min(drafted + timedelta(days=2 + 3 * place, hours=7), until - timedelta(hours=1), now)
        row = actions.comment_on(
            actor=commenters[place % len(commenters)],
            now=said,
            reference=reference,
            text=comment.text,
            about=comment.about,
        )
        if comment.answer:
            answered = min(said + timedelta(days=1), now)
            actions.answer_comment(actor=actor, now=answered, public_id=row.public_id, text=comment.answer)
    if version.published is not None:
        actions.publish_version(actor=actor, now=now - timedelta(days=version.published), reference=reference)


def _put_panel(actor: Actor, now: datetime, reference: str, spec: PanelSpec, users: Sequence[User]) -> None:
    """A panel, judged and ended: published where its experts agree, closed without result where they do not."""
    opened, ended = now - timedelta(days=spec.opened), now - timedelta(days=spec.ended)
    panel = actions.open_panel(actor=actor, now=opened, reference=reference).public_id
    for place, (name, about) in enumerate(spec.experts):
        user = users[place] if place < len(users) else None
        actions.add_expert(
            actor=actor, now=opened, panel=panel, name="" if user else name, about=about, user=user
        )
    for specimen, one in enumerate(spec.specimens, 1):
        actions.add_specimen(actor=actor, now=opened, panel=panel, name=one.name)
        for expert, grade in enumerate(one.grades, 1):
            actions.assess(
                actor=actor,
                now=opened + timedelta(days=expert),
                panel=panel,
                expert=expert,
                specimen=specimen,
                grade=grade,
                values={code: column[expert - 1] for code, column in one.values.items()},
                conflict=one.conflicts.get(expert, ""),
                words=one.words.get(expert, ""),
            )
    agrees = not reads.agreement_of(reads.get_panel(actor, panel)).blockers
    end = actions.publish_panel if agrees else actions.close_panel
    end(actor=actor, now=ended, panel=panel)
