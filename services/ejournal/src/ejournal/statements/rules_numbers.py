"""Numbers of statements: a series per kind and calendar year, without gaps, read by people and typed on the check page."""

import re
from typing import NamedTuple

from ejournal.statements.rules import BY_LETTER, KINDS

PATTERN = re.compile(r"([A-Z])-([0-9]{4})-([0-9]{5,9})")
LONGEST = 20
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters of codes after Crockford: none is mistaken for another."""
CODE_LENGTH = 10
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Number(NamedTuple):
    """A number taken apart."""

    kind: str
    year: int
    serial: int


def number_text(kind: str, year: int, serial: int) -> str:
    """Write a number, `E-2026-00012`."""
    return f"{KINDS[kind].letter}-{year}-{serial:05d}"


def read_number(text: str) -> Number | None:
    """Read a number as people type it; None when it is none."""
    found = PATTERN.fullmatch(text.strip().upper()) if len(text) <= LONGEST else None
    if found is None or found[1] not in BY_LETTER:
        return None
    return Number(BY_LETTER[found[1]].code, int(found[2]), int(found[3]))


def read_code(text: str) -> str:
    """Bring a code as people type it to the form it is stored in: capitals, no spaces or dashes, no look-alikes."""
    return re.sub(r"[\s-]", "", text).upper().translate(ALIKE)[:CODE_LENGTH]
