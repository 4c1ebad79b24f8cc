"""The limit on whole requests, before anything is read: a form with files may be so long, and no longer."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from guanxi.core.files.intake import FILES_MAX, bytes_max

SLACK_BYTES = 2 * 2**20  # fields, boundaries
_allowed: dict[str, int] = {}


def allow(prefix: str, bytes_max: int) -> None:
    """Let requests under a path be longer (imports). Called at start-up by `site/wiring.py`."""
    _allowed[prefix] = bytes_max


def limit_of(path: str) -> int:
    """How many bytes a request with files may have at this path."""
    longer = [most for prefix, most in _allowed.items() if path.startswith(prefix)]
    return max([*longer, FILES_MAX * bytes_max() + SLACK_BYTES])


class Bounded(FileUploadHandler):
    """Refuses a request that says it is too long; granian never hands over more than it says."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  the name Django calls it by
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        path = self.request.path if self.request else ""
        if content_length > limit_of(path):
            raise RequestDataTooBig("the form and its files are too long")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
