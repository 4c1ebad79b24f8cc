"""Everything held of one person, through the registry: for machines as JSON, for people as one page without any other file."""

import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from guanxi.core import timeline
from guanxi.core.files import store
from guanxi.core.models import File
from guanxi.core.personal.holdings import Holding, Person, declared

FORMAT: Final = 1
TEMPLATE: Final = "people/copy.html"
STYLE: Final = (
    "<style>body{font:15px/1.5 system-ui,sans-serif;color:#1d2126;background:#fff;max-width:64rem;"
    "margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.5rem;border-bottom:1px solid #d9dde2;padding-bottom:.3rem}"
    "h3{font-size:1rem;margin-top:1.5rem}table{border-collapse:collapse;width:100%;font-size:.9rem}.wrap{overflow-x:auto}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #e6e9ec;overflow-wrap:anywhere}"
    "th{font-weight:600;color:#5a6470;white-space:nowrap}.meta{color:#5a6470}"
    "@media (prefers-color-scheme:dark){body{color:#e4e7eb;background:#16191d}th,.meta{color:#9aa5b1}"
    "th,td,h2{border-color:#2c3238}}"
    "@media print{body{margin:0}}</style>"
)


@dataclass(frozen=True, slots=True)
class Part:
    """What one table holds of the person: `columns` {path: words}, `rows` their values by path."""

    holding: Holding
    rows: Sequence[dict[str, Any]]


def parts_of(person: Person) -> list[Part]:
    """Every holding that shows something, with its rows, oldest first."""
    found = [Part(one, _rows(one, person)) for one in declared() if one.shows]
    return [one for one in found if one.rows]


def _rows(one: Holding, person: Person) -> list[dict[str, Any]]:
    return list(one.find(person).order_by("pk").values(*one.shows))


def as_json(customer: str, parts: Sequence[Part], *, now: datetime) -> dict[str, Any]:
    """The machine's form: codes and values as kept, moments in ISO 8601, amounts in the smallest unit."""
    return {
        "format": FORMAT,
        "customer": customer,
        "made": now.isoformat(),
        "holdings": [
            {"code": one.holding.code, "table": one.holding.model._meta.label, "rows": list(one.rows)}
            for one in parts
        ],
    }


def as_page(customer: str, parts: Sequence[Part], *, now: datetime, files: Sequence[str]) -> dict[str, Any]:
    """What the template draws, in the language that is active."""
    rooms: dict[str, list[dict[str, Any]]] = {}
    for one in parts:
        rooms.setdefault(str(one.holding.room), []).append(
            {
                "title": one.holding.title,
                "columns": list(one.holding.shows.values()),
                "rows": [
                    [_shown(one.holding.model, path, row[path]) for path in one.holding.shows]
                    for row in one.rows
                ],
            }
        )
    return {"customer": customer, "made": _moment(now), "rooms": rooms, "files": files, "style": style()}


def style() -> Markup:
    return Markup(STYLE)  # noqa: S704  our own constant  # nosec B704


def _shown(model: type[Model], path: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if path in ("type", "event__type"):
        return str(timeline.describe(str(value)).words)
    return str(dict(_choices(model, path)).get(value, value))


def _choices(model: type[Model], path: str) -> Sequence[tuple[Any, Any]]:
    if "__" in path:
        return ()
    return list(getattr(model._meta.get_field(path), "flatchoices", ()))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)


def _moment(value: datetime) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


# -- the file ------------------------------------------------------------------------------------------------


def path_of(public_id: str) -> Path:
    """Where a finished copy lies; its folder is made when it is not there."""
    folder = Path(settings.GUANXI_HOME) / "copies"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{public_id}.zip"


def files_of(person: Person) -> list[tuple[str, str]]:
    """(name in the archive, digest) of the files they sent, each name once."""
    found = File.objects.filter(record_id__in=person.records, erased=None).exclude(scan=File.Scan.INFECTED)
    return [(f"files/{one.public_id} {one.name}", one.digest) for one in found.order_by("created", "id")]


def write(target: Path, *, data: dict[str, Any], page: str, files: Sequence[tuple[str, str]]) -> int:
    """Write the archive whole or not at all, readable by its owner only; returns its size in bytes."""
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(
                "data.json", json.dumps(data, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
            )
            archive.writestr("data.html", page)
            for name, digest in files:
                _add(archive, name, digest)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    return target.stat().st_size


def _add(archive: zipfile.ZipFile, name: str, digest: str) -> None:
    place = store.path_of(digest)
    if place.exists():
        archive.write(place, name)


def drop(public_ids: Iterator[str] | Sequence[str]) -> None:
    """Delete the files of these copies."""
    for one in public_ids:
        path_of(one).unlink(missing_ok=True)
