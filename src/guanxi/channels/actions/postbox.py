"""One mailbox on a server, by IMAP, with the standard library: what waits there, its bytes, filing away what was taken.

Python's own `imaplib` is kept with Python itself; the six commands needed here do not ask for more. Everything has a limit: a
server may hang, lie, or hold a mail larger than our memory.
"""

import imaplib
import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

TIMEOUT_S = 20
BYTES_MAX = 40 * 2**20
CUT_BYTES = 512 * 1024  # of a mail that is larger than that
FILED_AT_ONCE = 100


class Trouble(Exception):
    """Why a mailbox cannot be read. `code`: connect, tls, login, folder, server; has words in `words.py`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox lies and how to get in; `filed` is the folder for what was taken, "" to mark it as seen instead."""

    host: str
    port: int
    security: str
    username: str
    password: str
    folder: str = "INBOX"
    filed: str = ""


class Postbox:
    """Use as a context manager. Every method raises `Trouble`."""

    def __init__(self, account: Account, *, timeout_s: float = TIMEOUT_S) -> None:
        self._account, self._timeout = account, timeout_s
        self._server: imaplib.IMAP4 | None = None
        self.uid_validity = 0

    def __enter__(self) -> Self:
        try:
            self._server = self._connected()
            self._login()
            self._select()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _connected(self) -> imaplib.IMAP4:
        one = self._account
        try:
            if one.security == "tls":
                safe = ssl.create_default_context()
                return imaplib.IMAP4_SSL(one.host, one.port, ssl_context=safe, timeout=self._timeout)
            server = imaplib.IMAP4(one.host, one.port, timeout=self._timeout)
            if one.security == "starttls":
                server.starttls(ssl.create_default_context())
            return server
        except ssl.SSLError as error:
            raise Trouble("tls") from error
        except (OSError, imaplib.IMAP4.error) as error:
            raise Trouble("connect") from error

    def _login(self) -> None:
        server = self._in_hand()
        try:
            if self._account.username.isascii() and self._account.password.isascii():
                server.login(self._account.username, self._account.password)
            else:
                said = f"\0{self._account.username}\0{self._account.password}".encode()
                server.authenticate("PLAIN", lambda _challenge: said)
        except (OSError, imaplib.IMAP4.abort) as error:
            raise Trouble("connect") from error
        except imaplib.IMAP4.error as error:
            raise Trouble("login") from error

    def _select(self) -> None:
        self._ask("select", _quoted(self._account.folder), code="folder")
        told = self._in_hand().response("UIDVALIDITY")[1]
        self.uid_validity = int(told[0]) if told and told[0] else 0

    def _leave(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()

    def _in_hand(self) -> imaplib.IMAP4:
        if self._server is None:
            raise Trouble("connect")
        return self._server

    def _ask(self, command: str, *arguments: str, code: str = "server") -> list[Any]:
        server = self._in_hand()
        try:
            kind, data = getattr(server, command)(*arguments)
        except (OSError, imaplib.IMAP4.abort) as error:
            raise Trouble("connect") from error
        except imaplib.IMAP4.error as error:
            raise Trouble(code) from error
        if kind != "OK":
            raise Trouble(code)
        return list(data or [])

    def waiting(self) -> list[int]:
        """UIDs of what has not been taken yet, oldest first."""
        wanted = ("UNDELETED",) if self._account.filed else ("UNSEEN", "UNDELETED")
        data = self._ask("uid", "SEARCH", *wanted)
        return sorted(int(uid) for uid in (data[0] or b"").split()) if data else []

    def fetch(self, uid: int, *, bytes_max: int = BYTES_MAX) -> tuple[bytes, int]:
        """(the mail, its size at the server); of one larger than `bytes_max` only the beginning. (b"", 0): it is gone."""
        size = self._size(uid)
        if size == 0:
            return b"", 0
        part = f"<0.{CUT_BYTES}>" if size > bytes_max else ""
        for one in self._ask("uid", "FETCH", str(uid), f"(BODY.PEEK[]{part})"):
            if isinstance(one, tuple) and len(one) == 2:
                return bytes(one[1]), size
        return b"", 0

    def _size(self, uid: int) -> int:
        for one in self._ask("uid", "FETCH", str(uid), "(RFC822.SIZE)"):
            text = one[0] if isinstance(one, tuple) else one
            found = re.search(rb"RFC822\.SIZE (\d+)", text or b"")
            if found:
                return int(found[1])
        return 0

    def file_away(self, uids: Sequence[int]) -> None:
        """Move what was taken out of the way, or mark it. Safe twice: what is gone already is left alone."""
        for start in range(0, len(uids), FILED_AT_ONCE):
            chosen = ",".join(map(str, uids[start : start + FILED_AT_ONCE]))
            if not self._account.filed:
                self._ask("uid", "STORE", chosen, "+FLAGS.SILENT", r"(\Seen)")
            else:
                self._move(chosen)

    def _move(self, chosen: str) -> None:
        target, able = _quoted(self._account.filed), self._able()
        self._make_folder(target)
        if "MOVE" in able:
            self._ask("uid", "MOVE", chosen, target)
            return
        self._ask("uid", "COPY", chosen, target)
        self._ask("uid", "STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in able:
            self._ask("uid", "EXPUNGE", chosen)

    def _able(self) -> set[str]:
        """What the server can do once one is signed in: most say less before."""
        told = self._ask("capability")
        return set((told[0] or b"").decode("ascii", "replace").upper().split()) if told else set()

    def _make_folder(self, target: str) -> None:
        try:
            self._in_hand().create(target)  # answers NO where it is there already
        except imaplib.IMAP4.abort as error:
            raise Trouble("connect") from error
        except imaplib.IMAP4.error:
            pass


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
