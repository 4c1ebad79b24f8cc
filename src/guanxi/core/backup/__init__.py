"""Backup and restore: one archive with the database, the anchor of the event chain and the files.

The secret key is never in it (keep `GUANXI_HOME/secret` or GUANXI_SECRET_KEY apart), nor are open sessions.
"""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from guanxi.core import seal
from guanxi.core.backup import archive, dump
from guanxi.core.backup.archive import Manifest, Refused
from guanxi.core.models import Event, SealHead
from guanxi.core.personal import erasures

__all__ = ["Manifest", "Note", "Refused", "Restored", "after_restore", "backup", "default_target", "restore"]

# Called after every restore, in order, once the tables stand and before the chain is verified. A room whose effects
# must outlive an older backup registers here (in `site/wiring.py`): erasure replays its register, which therefore must
# not live in the database alone. Each hook must be safe to run twice.
# It may return notes for whoever restores.
after_restore: list[Callable[[], object]] = []

_ANCHOR = "anchor/head.jsonl"
_FILES = "files"
_REGISTER = "erasures/register.jsonl"


@dataclass(frozen=True, slots=True)
class Note:
    """What a hook has to say to whoever restores; a fault asks for a hand."""

    words: str
    is_fault: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore. `faults` is empty when every row is back and the chain holds."""

    manifest: Manifest
    chain: seal.ChainReport
    faults: list[str]
    notes: list[str] = field(default_factory=list)


def default_target(now: datetime) -> Path:
    return Path(settings.GUANXI_HOME) / "backups" / f"guanxi-{now:%Y%m%d-%H%M%S}.tar.gz"


def backup(target: Path, *, now: datetime) -> Manifest:
    """Write an archive of this moment to `target`, whole or not at all; others may write meanwhile.

    Raises `Refused`, `libpq.ProgramMissing`, `OSError`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as scratch,
        archive.writing(target) as writer,
    ):
        # The anchor before the database: it may lag behind the chain, never lead it.
        anchor = _copy_anchor(Path(scratch))
        dumped = Path(scratch) / _dump_name()
        found = dump.dump(dumped)
        if not found.migrations:
            raise Refused("the database has no tables of Guanxi")
        writer.add(dumped.name, dumped)
        if anchor:
            writer.add(_ANCHOR, anchor)
        if erasures.path().exists():
            writer.add(_REGISTER, erasures.path())
        for path in _media():
            with suppress(FileNotFoundError):  # erased while we copied: then it shall not be in the copy
                writer.add(f"{_FILES}/{path.relative_to(settings.MEDIA_ROOT).as_posix()}", path)
        manifest = _manifest(found, now)
        writer.close(archive.manifest_dict(manifest))
    return manifest


def _manifest(found: dump.Contents, now: datetime) -> Manifest:
    return Manifest(
        version=version("guanxi"),
        made=now.isoformat(),
        database=connection.vendor,
        head_seq=found.head_seq,
        head_hash=found.head_hash,
        counts=found.counts,
        migrations=found.migrations,
    )


def _dump_name() -> str:
    return "database.dump" if connection.vendor == "postgresql" else "database.sqlite3"


def _copy_anchor(folder: Path) -> Path | None:
    source = seal.anchor_path()
    return Path(shutil.copyfile(source, folder / "head.jsonl")) if source.exists() else None


def _media() -> list[Path]:
    """Every file there is, without those still being written or on their way out (`.new`, `.dying`)."""
    root = Path(settings.MEDIA_ROOT)
    found = (path for path in root.rglob("*") if not path.relative_to(root).parts[0].startswith("."))
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def restore(source: Path, *, replace: bool, now: datetime) -> Restored:
    """Replace database, files and anchor by those of the archive; verifies it whole before anything is touched.

    Older archives are migrated afterwards. Raises `Refused` (nothing touched) when the archive is damaged, of the other
    database or of a newer version, or when there are rows already and `replace` is False.
    """
    home = Path(settings.GUANXI_HOME)
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as scratch:
        folder = Path(scratch)
        manifest = archive.unpack(source, folder)
        _check(manifest, replace=replace)
        dump.load(folder / _dump_name())
        faults = _differences(manifest)
        _put_files(folder / _FILES)
        before = _put_anchor(folder / _ANCHOR, now)
        erasures.append(
            erasures.read(folder / _REGISTER)
        )  # this home's own has more, if it is the same house
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    notes = [note for hook in after_restore for note in _notes(hook())]
    faults += [note.words for note in notes if note.is_fault]
    chain = seal.verify()
    said = [note.words for note in notes if not note.is_fault]
    return Restored(manifest, chain, [*faults, *_strangers(before), *chain.faults], said)


def _notes(said: object) -> list[Note]:
    return [one for one in said if isinstance(one, Note)] if isinstance(said, list) else []


def _check(manifest: Manifest, *, replace: bool) -> None:
    if manifest.database != connection.vendor:
        raise Refused(f"the archive is of {manifest.database}, this database is {connection.vendor}")
    if _dump_name() not in manifest.members:
        raise Refused("the archive holds no database")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise Refused(f"the archive is of a newer version ({manifest.version}): {', '.join(newer[:3])}")
    if not replace and dump.contents().has_rows:
        raise Refused("the database is not empty; --yes replaces everything in it")


def _differences(manifest: Manifest) -> list[str]:
    """Tables whose rows are not all back."""
    counts = dump.contents().counts
    return [
        f"table {table}: {counts.get(table, 0)} of {count} rows"
        for table, count in manifest.counts.items()
        if counts.get(table, 0) != count
    ]


def _put_files(unpacked: Path) -> None:
    root = Path(settings.MEDIA_ROOT)
    old = root.with_name(f"{root.name}.replaced")
    shutil.rmtree(old, ignore_errors=True)
    if root.exists():
        root.rename(old)
    if unpacked.exists():
        unpacked.rename(root)
    shutil.rmtree(old, ignore_errors=True)


def _put_anchor(unpacked: Path, now: datetime) -> list[dict[str, str | int]]:
    """The archive's anchors in place of this home's, which are kept aside; returns the latter."""
    path = seal.anchor_path()
    before = seal.anchors()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.rename(path.with_name(f"head-before-{now:%Y%m%d-%H%M%S}.jsonl"))
    if unpacked.exists():
        shutil.copyfile(unpacked, path)
    return before


def _strangers(before: list[dict[str, str | int]]) -> list[str]:
    """This home's own anchors that the restored chain should meet and does not: a forged or foreign archive."""
    head = SealHead.objects.filter(id=1).values_list("seq", flat=True).first() or 0
    met = [anchor for anchor in before if int(anchor["seq"]) <= head]
    if not met:
        return []
    seq, expected = int(met[-1]["seq"]), str(met[-1]["hash"])
    known = Event.objects.filter(seq=seq, hash=expected).exists()
    return [] if known else [f"event {seq} differs from the anchor this home had"]
