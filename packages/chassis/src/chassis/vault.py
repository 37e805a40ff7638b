"""Secrets at rest in the database: AES-256-GCM under a key derived from `SECRET_KEY`, bound to what they belong to.

Whoever has a copy of the database has none of them. The first byte says by which scheme: a later one is told apart, and old secrets
stay readable until they are written anew.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE = 12


class Unreadable(ValueError):
    """The secret was sealed with another key, for another owner, or was changed."""


def seal(secret: bytes, *, purpose: str, owner: bytes, secret_key: str) -> bytes:
    """Encrypt a secret.

    Args:
        secret: what to keep.
        purpose: which kind of secret it is; each kind has a key of its own.
        owner: what it belongs to; it opens for nothing else.
        secret_key: the service's `SECRET_KEY`.
    """
    nonce = secrets.token_bytes(NONCE)
    return VERSION + nonce + _cipher(secret_key, purpose).encrypt(nonce, secret, owner)


def unseal(sealed: bytes, *, purpose: str, owner: bytes, secret_key: str) -> bytes:
    """Decrypt a secret.

    Raises:
        Unreadable: it is not what `seal` made for this purpose and owner with this key.
    """
    if sealed[:1] != VERSION:
        raise Unreadable("unknown scheme")
    nonce, text = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    try:
        return _cipher(secret_key, purpose).decrypt(nonce, text, owner)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("another key or another owner") from error


def _cipher(secret_key: str, purpose: str) -> AESGCM:
    derive = HKDF(SHA256(), 32, salt=None, info=purpose.encode())
    return AESGCM(derive.derive(secret_key.encode()))
