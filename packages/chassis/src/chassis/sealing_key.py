"""The key with which a service seals its audit, in its written forms; free of the database, since whoever starts a service makes it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


def private_key(pem: str) -> Ed25519PrivateKey:
    """Read the sealing key (`AUDIT_KEY`, PKCS#8 PEM).

    Raises:
        ValueError: it is no Ed25519 private key.
    """
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the sealing key must be an Ed25519 private key in PEM form")
    return key


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Give the public half as the 32 bytes seals are checked with."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_pem(key: Ed25519PrivateKey) -> str:
    """Give the public half as PEM, for whoever checks."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
