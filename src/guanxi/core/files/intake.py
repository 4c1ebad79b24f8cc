"""Taking in uploads: streamed to the store, hashed and checked on the way. Nothing is written to the database here."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from guanxi.core import options
from guanxi.core.errors import Invalid
from guanxi.core.files import kinds, names, store
from guanxi.core.files.kinds import Kind, Refused
from guanxi.core.models.files import File
from guanxi.core.words import say

FILES_MAX = 5
Chunks = Callable[[int], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A content that lies in the store and hangs on nothing yet; swept when nobody takes it within a day."""

    digest: str
    size: int
    name: str
    kind: Kind
    width: int = 0
    height: int = 0
    drawn: str = (
        ""  # the digest of its small picture, where we have made both ourselves: nothing is left to check
    )


@dataclass(frozen=True, slots=True)
class Given:
    """Files that come with an action: just uploaded with it (`stored`), or uploaded before, by public id (`claimed`)."""

    stored: tuple[Stored, ...] = ()
    claimed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stored or self.claimed)

    def fingerprint(self) -> list[str]:
        """What makes a second request the same as the first."""
        return [*(f"{one.name}:{one.digest}" for one in self.stored), *self.claimed]


NO_FILES = Given()


def again(files: Iterable[File]) -> Given:
    """The same contents for another place: each is checked there anew. What a virus was found in stays where it is."""
    clean = [one for one in files if one.scan != File.Scan.INFECTED and one.erased is None]
    return Given(
        tuple(
            Stored(one.digest, one.size, one.name, kinds.BY_CODE[one.kind], one.width or 0, one.height or 0)
            for one in clean
        )
    )


def bytes_max() -> int:
    """The largest file, in bytes: what the house has set, else the environment."""
    if options.is_set("limits.file_mib"):
        return options.number("limits.file_mib") * 2**20
    return int(settings.FILE_BYTES_MAX)


def receive(uploads: "Sequence[UploadedFile[Any]]", *, field: str = "files") -> Given:
    """Check and keep what a form brought. Raises `Invalid` on `field`, naming every file that cannot be taken and why."""
    uploads = [one for one in uploads if one.name]
    if len(uploads) > FILES_MAX:
        raise Invalid(
            fields={field: _("At most %(most)s files at once.") % {"most": FILES_MAX}}, code="files"
        )
    stored, wrong = [], []
    for upload in uploads:
        try:
            stored.append(take(upload.name or "", upload.content_type or "", upload.chunks))
        except Refused as refused:
            wrong.append(refusal(upload.name or "", refused))
    if wrong:
        raise Invalid(fields={field: " ".join(wrong)}, code="files")
    return Given(tuple(stored))


def refusal(name: str, refused: Refused) -> str:
    """Why a file was not taken, with its name, for the person who sent it."""
    most = f"{bytes_max() / 2**20:g} MB"
    return say(refused.code, {"name": names.clean(name), "most": most})


def take(name: str, declared: str, chunks: Chunks) -> Stored:
    """Stream one content into the store. Raises `Refused`; then nothing of it is left."""
    name = names.clean(name)
    if names.extension(name) not in kinds.BY_EXTENSION:
        raise Refused("file.kind")  # before a byte is written
    with store.scratch() as (file, path):
        digest, size, head = _written(file, chunks)
        kind = kinds.of(name, declared, head)
        if kind.code in ("docx", "xlsx"):
            file.seek(0)
            kinds.check_office(kind.code, file)
        width, height = kinds.size_of(kind.code, head) if kind.code in kinds.PICTURES else (0, 0)
        store.keep(file, path, digest)
    return Stored(digest, size, name, kind, width, height)


def _written(file: BinaryIO, chunks: Chunks) -> tuple[str, int, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    most = bytes_max()
    for chunk in chunks(store.CHUNK_BYTES):
        size += len(chunk)
        if size > most:
            raise Refused("file.large")
        if len(head) < kinds.HEAD_BYTES:
            head += chunk[: kinds.HEAD_BYTES - len(head)]
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest(), size, head


def form() -> dict[str, object]:
    """What `gx.file_field` needs to know: the same limits that `receive` holds."""
    most = bytes_max()
    return {
        "accept": kinds.ACCEPT,
        "most": FILES_MAX,
        "largest_bytes": most,
        "largest": f"{most / 2**20:g} MB",
    }
