"""The archive: a gzipped tar of named files and, last, a manifest with their checksums.

The manifest closes the archive, so a torn one has none.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final, cast

MANIFEST: Final = "manifest.json"
MANIFEST_BYTES_MAX: Final = 64 * 2**20
FORMAT: Final = 1
_CHUNK: Final = 1 << 20


class Refused(Exception):
    """The archive or the database is not fit; nothing was touched. The message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive holds: `head` is the last sealed event, `counts` rows per table, `members` SHA-256 per file."""

    version: str
    made: str
    database: str
    head_seq: int
    head_hash: str
    counts: dict[str, int]
    migrations: list[str]
    members: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


class Writer:
    """Adds files to an archive, hashing what it really writes."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            info = self._info(name, os.fstat(file.fileno()).st_size)
            hashing = _Hashing(file)
            self._tar.addfile(info, cast("BinaryIO", hashing))
        self.members[name] = hashing.digest.hexdigest()

    def close(self, manifest: Mapping[str, Any]) -> None:
        body = json.dumps({**manifest, "members": self.members}, indent=1, ensure_ascii=False).encode()
        self._tar.addfile(self._info(MANIFEST, len(body)), io.BytesIO(body))

    @staticmethod
    def _info(name: str, size: int) -> tarfile.TarInfo:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        return info


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """An archive that appears at `target` complete or not at all, readable by its owner only."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def manifest_dict(manifest: Manifest) -> dict[str, Any]:
    return {key: value for key, value in asdict(manifest).items() if key != "members"}


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack everything into `folder`, then check it against the manifest. Raises `Refused` when anything differs."""
    try:
        found = _unpack(source, folder)
        manifest = _read_manifest(folder / MANIFEST)
    except FileNotFoundError:
        raise
    except (
        tarfile.TarError,
        gzip.BadGzipFile,
        EOFError,
        zlib.error,
        ValueError,
        TypeError,
        KeyError,
    ) as error:
        raise Refused(f"{source.name} is damaged or no backup of Guanxi ({type(error).__name__})") from error
    if manifest.format != FORMAT:
        raise Refused(f"{source.name} has format {manifest.format}; this version reads {FORMAT}")
    found.pop(MANIFEST)
    differs = sorted(
        name for name in {*found, *manifest.members} if found.get(name) != manifest.members.get(name)
    )
    if differs:
        raise Refused(f"{source.name} is damaged: {', '.join(differs[:5])}")
    return manifest


def _unpack(source: Path, folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    with gzip.open(source) as plain, tarfile.open(fileobj=plain, mode="r:") as tar:
        for info in tar:
            content = tar.extractfile(info) if info.isreg() else None
            if content is None or info.name in found:
                raise ValueError(info.name)
            found[info.name] = _copy(cast("BinaryIO", content), _inside(folder, info.name))
        while plain.read(_CHUNK):  # to the very end, where gzip's own checksum stands
            pass
    if MANIFEST not in found:
        raise ValueError("no manifest")
    return found


def _inside(folder: Path, name: str) -> Path:
    """The path for a member; a name that leads out of the folder is refused."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(name)
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _copy(content: BinaryIO, target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _read_manifest(path: Path) -> Manifest:
    if path.stat().st_size > MANIFEST_BYTES_MAX:
        raise ValueError("manifest too long")
    return Manifest(**json.loads(path.read_text(encoding="utf-8")))
