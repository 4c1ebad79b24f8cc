"""The receiver's side of webhooks: is this from Guanxi, and not too old?"""

import base64
import hmac
import time
from collections.abc import Mapping

AGE_S_MAX = 300


class Forged(ValueError):
    """Not signed by this secret, or too old."""


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now_s: float | None = None) -> str:
    """The message's id (keep the ids you have seen: delivery is at least once). Raises `Forged`."""
    given = {name.lower(): value for name, value in headers.items()}
    message_id, sent = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message_id or not sent.isdecimal():
        raise Forged("headers are missing")
    if abs((time.time() if now_s is None else now_s) - int(sent)) > AGE_S_MAX:
        raise Forged("too old")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.digest(key, f"{message_id}.{sent}.".encode() + body, "sha256")).decode()
    for one in given.get("webhook-signature", "").split(" "):
        version, _, signature = one.partition(",")
        if version == "v1" and hmac.compare_digest(signature, wanted):
            return message_id
    raise Forged("no signature fits")
