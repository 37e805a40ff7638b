"""Secrets of second factors at rest: AES-256-GCM under a key derived from `SECRET_KEY`, bound to the person they belong to.

The first byte says by which scheme: a later one is told apart, and old secrets stay readable until they are written anew.
"""

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE = 12


class Unreadable(ValueError):
    """The secret was sealed with another key, for another person, or was changed."""


def seal(secret: str, *, person_id: UUID, secret_key: str) -> bytes:
    """Encrypt a secret."""
    nonce = secrets.token_bytes(NONCE)
    return VERSION + nonce + _cipher(secret_key).encrypt(nonce, secret.encode(), person_id.bytes)


def unseal(sealed: bytes, *, person_id: UUID, secret_key: str) -> str:
    """Decrypt a secret.

    Raises:
        Unreadable: it is not what `seal` made for this person with this key.
    """
    if sealed[:1] != VERSION:
        raise Unreadable("unknown scheme")
    nonce, text = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    try:
        return _cipher(secret_key).decrypt(nonce, text, person_id.bytes).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable("another key or another person") from error


def _cipher(secret_key: str) -> AESGCM:
    derive = HKDF(SHA256(), 32, salt=None, info=b"shanyraq auth second factor 1")
    return AESGCM(derive.derive(secret_key.encode()))
