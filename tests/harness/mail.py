"""A private Postfix that delivers whatever it is sent into one mailbox folder, and a server that never answers."""

import email
import email.policy
import grp
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from tests.harness import Missing, program, start
from tests.harness.processes import free_port, wait_for_port

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mail.guanxi.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = regexp:{folder}/etc/boxes
recipient_delimiter = +
virtual_mailbox_base = {folder}/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""
# Mailboxes of one's own, read by IMAP; everything else lands in one folder, where tests look.
BOXES = """\
/^help(\\+.*)?@house\\.example$/ help/
/^shop(\\+.*)?@house\\.example$/ shop/
/./ box/
"""
IMAP = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
disable_plaintext_auth = no
mail_location = maildir:{mail}/%n
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_max_userip_connections = 200
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
"""


class Postfix:
    """`start()`, hand `url` to GUANXI_SMTP_URL, then `wait_for(address)`. Needs root; else `start` raises `Missing`."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self._folder = Path(tempfile.mkdtemp(prefix="gx-mail-"))
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        postfix = program("postfix", "postfix", "/usr/sbin")
        if os.geteuid() != 0:
            raise Missing("Postfix needs root to start: run the suite as root to include mail delivery")
        self._configure()
        settings = str(self._folder / "etc")
        checked = subprocess.run([postfix, "-c", settings, "check"], capture_output=True, text=True)
        if checked.returncode:
            raise RuntimeError(checked.stderr)
        # The daemon itself, not `postfix start-fg`: that one leaves it running when its own process is ended.
        master = program("master", "postfix", "/usr/lib/postfix/sbin", "/usr/libexec/postfix")
        self._server = start(
            "TERM", [master, "-c", settings, "-s"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if not wait_for_port(self.port, self._server):
            log = self._folder / "log"
            self.stop_server()
            raise RuntimeError(f"Postfix did not start: {log.read_text() if log.exists() else ''}")
        return self

    def _configure(self) -> None:
        owner = pwd.getpwnam("postfix")
        for name in ("etc", "queue", "data", "mail"):
            (self._folder / name).mkdir()
        self._folder.chmod(0o755)
        for name in ("data", "mail"):
            os.chown(self._folder / name, owner.pw_uid, owner.pw_gid)
        values = {"folder": self._folder, "port": self.port, "uid": owner.pw_uid, "gid": owner.pw_gid}
        (self._folder / "etc/main.cf").write_text(MAIN.format(**values))
        (self._folder / "etc/master.cf").write_text(MASTER.format(**values))
        (self._folder / "etc/boxes").write_text(BOXES)

    @property
    def mail(self) -> Path:
        """Where the mailboxes lie, as maildirs."""
        return self._folder / "mail"

    def hand_in(self, data: bytes, *, to: str, sender: str = "somebody@example.org") -> None:
        """Send one mail to it by SMTP, as another mail server would; "" as `sender` is a null return path."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as server:
            server.sendmail(sender, [to], data)

    def messages(self, recipient: str = "") -> list[EmailMessage]:
        """What was delivered, oldest first; with `recipient`, to that address only."""
        files = sorted((self._folder / "mail").glob("box/new/*"), key=lambda path: path.stat().st_mtime_ns)
        read = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
        return [m for m in read if not recipient or m["Delivered-To"] == recipient]

    def wait_for(self, recipient: str, *, count: int = 1, seconds_max: float = 20) -> list[EmailMessage]:
        """Wait until `count` messages reached `recipient`; raises `TimeoutError`."""
        end = time.monotonic() + seconds_max
        while len(found := self.messages(recipient)) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(found)} of {count} messages reached {recipient}")
            time.sleep(0.05)
        return found

    def stop_server(self) -> None:
        """Take the mail server away, keeping what it delivered."""
        server, self._server = self._server, None
        if server is None:
            return
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()

    def stop(self) -> None:
        self.stop_server()
        shutil.rmtree(self._folder, ignore_errors=True)


class Dovecot:
    """A private IMAP server over maildirs, run by an ordinary user: `start(mail)`, then sign in with any name."""

    password = "correct-horse"

    def __init__(self) -> None:
        self.port, self.tls_port = free_port(), free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="gx-imap-"))
        self._server: subprocess.Popen[bytes] | None = None

    def start(self, mail: Path) -> Self:
        dovecot = program("dovecot", "dovecot-imapd", "/usr/sbin")
        root = os.geteuid() == 0
        owner = pwd.getpwnam("postfix") if root else pwd.getpwuid(os.geteuid())
        settings = self._folder / "dovecot.conf"
        settings.write_text(
            IMAP.format(
                folder=self._folder, mail=mail, user=owner.pw_name, group=grp.getgrgid(owner.pw_gid).gr_name,
                uid=owner.pw_uid, gid=owner.pw_gid, port=self.port, tls_port=self.tls_port, ssl=self._tls(),
                password=self.password,
            )
        )  # fmt: skip
        for name in ("run", "state", "home"):
            (self._folder / name).mkdir()
        if root:
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if root else {}
        self._server = start(
            "TERM", [dovecot, "-F", "-c", settings],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_owner,
        )  # fmt: skip
        if not wait_for_port(self.port, self._server):
            log = self._folder / "log"
            told = log.read_text() if log.exists() else ""
            self.stop()
            raise RuntimeError(f"Dovecot did not start: {told}")
        return self

    def _tls(self) -> str:
        return "no"

    def stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def hanging_server() -> Iterator[str]:
    """A mail server that accepts connections and never says a word; gives its GUANXI_SMTP_URL."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
