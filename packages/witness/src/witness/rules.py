"""What a witness checks before it keeps a root: that the signature is the key's, and the key the one it names."""

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chassis.verify import key_id

SIGNED = ("number", "at", "previous", "root", "streams", "key_id")
FIELDS = (*SIGNED, "public_key", "signature")


def statement(root: Mapping[str, Any]) -> bytes:
    """Write what the signature of a root is about, as the journal does."""
    return "\n".join(["shanyraq-journal-root-1", *(str(root[name]) for name in SIGNED)]).encode()


def is_sound(root: Mapping[str, Any]) -> bool:
    """Tell whether a root is signed with the key it carries."""
    key = bytes.fromhex(root["public_key"])
    if key_id(key) != root["key_id"]:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(root["signature"]), statement(root))
    except InvalidSignature:
        return False
    return True


def fingerprint(public_key: str) -> str:
    """Write a public key for people to compare: groups of four hex digits of its hash, as on the protocol of the ceremony."""
    name = key_id(bytes.fromhex(public_key))
    return " ".join(name[at : at + 4] for at in range(0, len(name), 4))
