"""AES-GCM with a key of its own that is in neither the database nor a backup of it."""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


def seal(text: str) -> bytes:
    """The text as nonce and ciphertext; the same text never looks the same twice."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_key("seal", settings.SEAL_KEY)).encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes) -> str:
    """The text again. Raises cryptography's InvalidTag when the bytes were changed or the key is another."""
    raw = bytes(sealed)
    try:
        return _opened(raw, settings.SEAL_KEY)
    except InvalidTag:  # sealed before the seal had a key of its own
        return _opened(raw, settings.SECRET_KEY)


def blind_index(text: str) -> bytes:
    """Sixteen bytes that are equal for equal texts (blanks and width aside) and say nothing else."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return hmac.new(_key("index", settings.SEAL_KEY), plain.encode(), hashlib.sha256).digest()[:16]


def _opened(raw: bytes, secret: str) -> str:
    return AESGCM(_key("seal", secret)).decrypt(raw[:NONCE], raw[NONCE:], None).decode()


@cache
def _key(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"kemai.{purpose}.{secret}".encode()).digest()
