"""Signing and checking signatures: the interface, our own Ed25519 keys, and where the national EDS will stand.

A signature scheme is named in every signature, so that statements signed by our own keys stay checkable when another scheme comes.
The national electronic digital signature (EDS) signs on the officer's own computer with a certificate of the National
Certification Authority; its adapter will hand `content` to that program, get a CMS container back, and check it by the authority's
chain and revocation lists. Until the academy has that program, `NationalEds` answers every call with a refusal in words.
"""

from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis import vault
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Unavailable

PURPOSE = "shanyraq ejournal officer key 1 {person_id}"


class Signer(Protocol):
    """One way to sign and to check.

    `scheme` is stored with every signature; `sign` gives the signature over bytes; `is_good` tells whether a signature over bytes
    was made by the holder of a public key (or of a certificate, for the EDS).
    """

    scheme: str

    def sign(self, content: bytes) -> bytes:
        """Sign bytes with the officer's key."""

    @classmethod
    def is_good(cls, public: bytes, content: bytes, signature: bytes) -> bool:
        """Tell whether a signature holds."""


class OwnKey:
    """An Ed25519 key kept by the service, unlocked for one act by a fresh sign-in of its officer.

    Args:
        key: the private key.
    """

    scheme = "ed25519"

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def make(cls) -> "OwnKey":
        """Make a new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def unlock(cls, sealed: bytes, *, person_id: UUID, secret_key: str) -> "OwnKey":
        """Open a stored private key.

        Raises:
            chassis.vault.Unreadable: it was stored under another secret or for another officer.
        """
        raw = vault.unseal(
            sealed, purpose=PURPOSE.format(person_id=person_id), owner=person_id.bytes, secret_key=secret_key
        )
        return cls(Ed25519PrivateKey.from_private_bytes(raw))

    def lock(self, *, person_id: UUID, secret_key: str) -> bytes:
        """Encrypt the private key under a key derived from the service's secret and the officer."""
        raw = self._key.private_bytes_raw()
        return vault.seal(
            raw, purpose=PURPOSE.format(person_id=person_id), owner=person_id.bytes, secret_key=secret_key
        )

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, content: bytes) -> bytes:
        """Sign bytes."""
        return self._key.sign(content)

    @classmethod
    def is_good(cls, public: bytes, content: bytes, signature: bytes) -> bool:
        """Tell whether a signature was made with the private half of a public key."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
        return True


class NationalEds:
    """The national EDS: the place is kept, the program is not there yet."""

    scheme = "eds-kz"

    def sign(self, _content: bytes) -> bytes:
        """Refuse: nothing here can sign with the national EDS yet.

        Raises:
            Unavailable: always.
        """
        raise Unavailable(_l("The national electronic signature is not connected to this academy yet."))

    @classmethod
    def is_good(cls, _public: bytes, _content: bytes, _signature: bytes) -> bool:
        """Trust nothing that cannot be checked."""
        return False


SCHEMES: dict[str, type[Signer]] = {signer.scheme: signer for signer in (OwnKey, NationalEds)}
