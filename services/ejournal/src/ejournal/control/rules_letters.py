"""The dictionary of letters while it is edited: what a letter may be called, and which typed forms are taken."""

import re
from collections.abc import Mapping, Sequence

from ejournal.control.rules_values import LONGEST, NUMBER, folded

CODE = re.compile(r"[a-z_]{2,16}")
MOST_FORMS = 12
MOST_SHOWN = 6


def forms(code: str, shown: Mapping[str, str], typed: Sequence[str]) -> list[str]:
    """List everything a person may type for a letter: what is shown in each language, other forms, the code itself."""
    return sorted({folded(text) for text in (*shown.values(), *typed, code)})


def form_fault(text: str) -> str | None:
    """Name what is wrong with one typed form: empty, too long, or it reads as a number."""
    form = folded(text)
    if not form or len(form) > LONGEST:
        return "form-length"
    return "form-number" if NUMBER.fullmatch(form) else None
