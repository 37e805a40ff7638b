"""The seal in a transcript's QR code: what the paper says, signed by this service, so that a changed paper is found out.

The seal carries no name: whoever holds the paper compares its date, GPA, credits and number of lines with what the page shows.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from ejournal.attestation.transcript import Transcript
from ejournal.fractions import decimal_text

SALT = "ejournal.transcript"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a sealed transcript says; numbers are decimal text."""

    person_id: UUID
    day: date
    digest: str
    gpa: str | None
    credits: str
    count: int


def seal(transcript: Transcript, *, secret: str) -> str:
    """Sign what a transcript says."""
    whole = transcript.whole
    return _serializer(secret).dumps(
        [
            transcript.learner.person_id.hex,
            transcript.day.isoformat(),
            transcript.digest,
            None if whole.gpa is None else decimal_text(whole.gpa),
            decimal_text(whole.credits_earned),
            transcript.count,
        ]
    )


def find(text: str, *, secret: str) -> Certificate | None:
    """Read a seal; None when this service did not sign it."""
    try:
        person, day, digest, gpa, earned, count = _serializer(secret).loads(text)
    except BadData:
        return None
    return Certificate(UUID(person), date.fromisoformat(day), digest, gpa, earned, count)


def check_address(public_url: str, sealed: str) -> str:
    """Give the address of the check page, as the QR code has it."""
    return f"{public_url}/journal/check/transcript?{urlencode({'seal': sealed})}"


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})
