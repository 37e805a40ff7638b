"""Tokens against forged forms: another one each time, bound to the session of the person."""

import hashlib
import hmac
import secrets

SALT = 16


def key(secret_key: str, sid: str) -> bytes:
    """Make the key of a session's tokens out of the secret of the service."""
    return f"{secret_key}:csrf:{sid}".encode()


def make(key: bytes) -> str:
    """Make a token for a form."""
    salt = secrets.token_hex(SALT // 2)
    return salt + _sign(key, salt)


def holds(key: bytes, token: str) -> bool:
    """Tell whether a form came from a page of the session whose key this is."""
    return hmac.compare_digest(token[SALT:].encode(), _sign(key, token[:SALT]).encode())


def _sign(key: bytes, salt: str) -> str:
    return hmac.digest(key, salt.encode(), hashlib.sha256).hex()
