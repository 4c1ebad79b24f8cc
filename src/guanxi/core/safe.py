"""Passwords of other systems that the house must be able to say again: sealed under its secret key, never shown.

Whoever holds only the database, or a backup of it, cannot read them. After the secret key has changed they are given anew.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


@lru_cache(maxsize=4)
def _key(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"guanxi.safe:{secret}".encode()).digest()))


def sealed(secret: str) -> str:
    """What may lie in the database; "" for nothing."""
    return _key(settings.SECRET_KEY).encrypt(secret.encode()).decode() if secret else ""


def opened(kept: str) -> str:
    """What was sealed; "" for nothing, and for what another secret key has sealed."""
    try:
        return _key(settings.SECRET_KEY).decrypt(kept.encode()).decode() if kept else ""
    except InvalidToken:
        return ""
