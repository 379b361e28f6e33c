"""AES-GCM with a key that is in neither the database nor a backup of it."""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


def seal(text: str) -> bytes:
    """The text as nonce and ciphertext; the same text never looks the same twice."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_key("seal")).encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes) -> str:
    """The text again. Raises cryptography's InvalidTag when the bytes were changed or the key is another."""
    raw = bytes(sealed)
    return AESGCM(_key("seal")).decrypt(raw[:NONCE], raw[NONCE:], None).decode()


def blind_index(text: str) -> bytes:
    """Sixteen bytes that are equal for equal texts (blanks and width aside) and say nothing else."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return hmac.new(_key("index"), plain.encode(), hashlib.sha256).digest()[:16]


@cache
def _key(purpose: str) -> bytes:
    return hashlib.sha256(f"kemai.{purpose}.{settings.SECRET_KEY}".encode()).digest()
