"""Secrets of second factors at rest, bound to the person they belong to (see `chassis.vault`)."""

from uuid import UUID

from chassis import vault
from chassis.vault import VERSION, Unreadable

__all__ = ("VERSION", "Unreadable", "seal", "unseal")
PURPOSE = "shanyraq auth second factor 1"


def seal(secret: str, *, person_id: UUID, secret_key: str) -> bytes:
    """Encrypt a secret."""
    return vault.seal(secret.encode(), purpose=PURPOSE, owner=person_id.bytes, secret_key=secret_key)


def unseal(sealed: bytes, *, person_id: UUID, secret_key: str) -> str:
    """Decrypt a secret.

    Raises:
        Unreadable: it is not what `seal` made for this person with this key.
    """
    opened = vault.unseal(sealed, purpose=PURPOSE, owner=person_id.bytes, secret_key=secret_key)
    return opened.decode()
