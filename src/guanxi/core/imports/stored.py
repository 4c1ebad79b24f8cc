"""The file of a run as something to read from: pieces in the database, fetched one at a time."""

import io
from collections.abc import Iterable
from typing import BinaryIO

from guanxi.core.imports.limits import PART_BYTES
from guanxi.core.models.imports import ImportPart, ImportRun


class _Parts(io.RawIOBase):
    """Random access over the pieces; keeps the one it read last."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__()
        self._run_id, self._size = run.id, run.size_bytes
        self._at, self._number, self._body = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, target: "bytearray | memoryview") -> int:  # type: ignore[override]  # what io asks for
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, PART_BYTES)
        if number != self._number:
            self._body = bytes(ImportPart.objects.get(run_id=self._run_id, number=number).body)
            self._number = number
        piece = self._body[start : start + len(target)]
        target[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def open_file(run: ImportRun) -> BinaryIO:
    """The bytes of the file as they came, for reading and seeking."""
    return io.BufferedReader(_Parts(run), buffer_size=1 << 16)


def parts_of(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """Any chunks, as pieces of `PART_BYTES` each but the last."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART_BYTES:
            yield bytes(waiting[:PART_BYTES])
            del waiting[:PART_BYTES]
    if waiting:
        yield bytes(waiting)
