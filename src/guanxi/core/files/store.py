"""Where contents lie: GUANXI_HOME/files/ab/abcdef..., named by their SHA-256. Written whole or not at all, kept once."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.core.errors import Unavailable

CHUNK_BYTES = 1 << 18
NEW, DYING = ".new", ".dying"  # the backup leaves both out


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def path_of(digest: str) -> Path:
    """The place of a content. Raises `ValueError` for what is no digest: nothing else ever becomes a path."""
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError("not a digest")
    return root() / digest[:2] / digest


@contextmanager
def scratch() -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in the store's own file system; gone afterwards unless `keep` has taken it."""
    folder = root() / NEW
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder)
        path = Path(name)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield file, path
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Unavailable(
            _("Storage is full. Nothing was left half-saved; please try again later."), code="storage_full"
        ) from error


def keep(file: BinaryIO, path: Path, digest: str) -> None:
    """Move a scratch file to its place, durable before it is there. The same content again only makes it young."""
    target = path_of(digest)
    with suppress(FileNotFoundError):
        os.utime(target)
        return
    file.flush()
    os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)
    _sync(target.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put(chunks: Iterable[bytes]) -> str:
    """Keep a content made by ourselves (a preview); gives its digest."""
    digest = hashlib.sha256()
    with scratch() as (file, path):
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
        keep(file, path, digest.hexdigest())
    return digest.hexdigest()


def drop(digest: str, *, younger_than: float | None = None) -> bool:
    """Delete a content nobody refers to. With `younger_than` (seconds since 1970) one touched since then stays.

    Moved aside before the second look at its age: whoever uploads the same content meanwhile either made it young (then it
    comes back) or finds it gone and writes it anew.
    """
    path = path_of(digest)
    aside = root() / DYING / digest
    aside.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.replace(aside)
    except FileNotFoundError:
        return False
    if younger_than is not None and aside.stat().st_mtime >= younger_than:
        aside.replace(path)
        return False
    aside.unlink(missing_ok=True)
    return True


def walk() -> Iterator[Path]:
    """Every content there is."""
    for folder in sorted(root().glob("[0-9a-f][0-9a-f]")):
        yield from sorted(path for path in folder.iterdir() if len(path.name) == 64)
