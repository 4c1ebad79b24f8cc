"""How requests travel: by urllib, or by whatever is given instead (a test's WSGI application, a pool)."""

import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

TRIES = 3
SECONDS_MAX = 30.0
WAIT_S_MAX = 60.0
AGAIN = frozenset({429, 503})


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")


Transport = Callable[[str, str, Mapping[str, str], bytes | None], Answer]


class Problem(Exception):
    """The API said no (RFC 9457). Decide by `code`; `detail` and `fields` are words for people."""

    def __init__(self, answer: Answer) -> None:
        try:
            said = json.loads(answer.body or b"{}")
        except ValueError:
            said = {}
        self.status = answer.status
        self.code = str(said.get("code", "unreadable"))
        self.title = str(said.get("title", ""))
        self.detail = str(said.get("detail", ""))
        self.fields: dict[str, str] = dict(said.get("fields", {}))
        words = self.detail or "; ".join(self.fields.values()) or self.title
        super().__init__(f"{self.status} {self.code}: {words}")


def by_urllib(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    """The default transport. Redirects of the API's own host are none it makes, so that none is followed with a token."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("the address must begin with https:// or http://")
    request = urllib.request.Request(url, body, dict(headers), method=method)  # noqa: S310  checked above
    try:
        with _opener.open(request, timeout=SECONDS_MAX) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, dict(refused.headers), refused.read())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


@dataclass
class Sender:
    """Sends one request, again when the house asks to wait (429, 503), and reads the answer.

    Every POST carries an idempotency key, so that sending it again is safe. `last` is the latest answer, for its `ETag` and
    `RateLimit-*` headers.
    """

    base_url: str
    token: str
    language: str = "en"
    transport: Transport = by_urllib
    tries: int = TRIES
    sleep: Callable[[float], None] = time.sleep
    last: Answer = field(default_factory=lambda: Answer(0, {}, b""))

    @property
    def etag(self) -> str:
        """The `ETag` of the latest answer, to send back as `if_match`."""
        return self.last.header("ETag")

    @staticmethod
    def _part(value: object) -> str:
        return quote(str(value), safe="")

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        file: tuple[str, bytes] | None = None,
        raw: bool = False,
    ) -> Any:
        sent, content = self._packed(method, headers or {}, body, file)
        url = f"{self.base_url.rstrip('/')}/api/v1{path}{_query(query)}"
        for left in reversed(range(self.tries)):
            self.last = answer = self.transport(method, url, sent, content)
            if answer.status not in AGAIN or not left:
                break
            self.sleep(_wait_s(answer))
        if answer.status >= 300:
            raise Problem(answer)
        if raw:
            return answer.body
        return json.loads(answer.body) if answer.body else None

    def _packed(
        self, method: str, headers: Mapping[str, str], body: Any, file: tuple[str, bytes] | None
    ) -> tuple[dict[str, str], bytes | None]:
        sent = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json",
            "Accept-Language": self.language,
            **{name: value for name, value in headers.items() if value},
        }
        if method == "POST":
            sent.setdefault("Idempotency-Key", secrets.token_hex(16))
        if file is not None:
            boundary = secrets.token_hex(16)
            sent["Content-Type"] = f"multipart/form-data; boundary={boundary}"
            return sent, _multipart(boundary, *file)
        if body is None:
            return sent, None if method in ("GET", "DELETE") else b""
        sent["Content-Type"] = "application/json"
        return sent, json.dumps(body, ensure_ascii=False).encode()


def _query(values: Mapping[str, Any] | None) -> str:
    kept = {
        name: ("true" if value else "false") if isinstance(value, bool) else value
        for name, value in (values or {}).items()
        if value is not None
    }
    return f"?{urlencode(kept, doseq=True)}" if kept else ""


def _wait_s(answer: Answer) -> float:
    asked = answer.header("Retry-After")
    return min(float(asked), WAIT_S_MAX) if asked.isdecimal() else 1.0


def _multipart(boundary: str, name: str, content: bytes) -> bytes:
    safe = name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
