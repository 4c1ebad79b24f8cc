"""Secrets and signatures in the form of Standard Webhooks: `v1,` and HMAC-SHA256 over `id.timestamp.body`.

No secret is kept: each is derived from the endpoint's seed and the house's secret key.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from guanxi.core.models import WebhookEndpoint

PREFIX = "whsec_"


def new_seed() -> str:
    return secrets.token_hex(24)


def secret_of(public_id: str, seed: str) -> str:
    """`whsec_...` as the receiver keeps it: base64 of 32 bytes."""
    return PREFIX + base64.b64encode(_key(public_id, seed)).decode()


def _key(public_id: str, seed: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"guanxi.webhook:{public_id}:{seed}".encode(), "sha256")


def keys_of(endpoint: WebhookEndpoint, now: datetime) -> list[bytes]:
    """The keys that sign now: after a change also the one before, until it ends."""
    keys = [_key(endpoint.public_id, endpoint.seed)]
    if endpoint.seed_before and endpoint.before_until and now < endpoint.before_until:
        keys.append(_key(endpoint.public_id, endpoint.seed_before))
    return keys


def signature(keys: Iterable[bytes], message_id: str, timestamp_s: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature per key, separated by spaces."""
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    made = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    return " ".join(f"v1,{one}" for one in made)
