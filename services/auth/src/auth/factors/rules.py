"""One-time codes by time (RFC 6238) and the form of recovery codes (clause 10 of Order No. 21)."""

import hmac
import re
from datetime import datetime
from typing import Literal

import pyotp

STEP_SECONDS = 30
WINDOW = 1
"""Steps a clock may be off, either way (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
ISSUER = "Shanyraq"
TOTP = re.compile(r"[0-9]{6}")
RECOVERY = re.compile(r"[0-9][a-z2-9]{12}")
SEPARATORS = re.compile(r"[\s-]+")


def clean(typed: str) -> str:
    """Take out what people type between the characters of a code: spaces and hyphens."""
    return SEPARATORS.sub("", typed[:64]).lower()


def kind_of(code: str) -> Literal["otp", "recovery", ""]:
    """Tell what a cleaned code can be; nothing for what is neither."""
    return "otp" if TOTP.fullmatch(code) else "recovery" if RECOVERY.fullmatch(code) else ""


def matching_step(secret: str, code: str, *, at: datetime, last_step: int) -> int | None:
    """Answer the time step a code belongs to, or None.

    Args:
        secret: of the authenticator, base32.
        code: six digits.
        at: the present moment; codes of the step before and after it fit too.
        last_step: of the last code that was taken: it and older ones are never taken again (RFC 6238, 5.2).
    """
    generator, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(generator.generate_otp(step), code) and step > last_step and found is None:
            found = step
    return found


def address_for(secret: str, login: str) -> str:
    """Write the address an authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def in_groups(secret: str) -> str:
    """Write a secret in groups of four, to be typed by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
