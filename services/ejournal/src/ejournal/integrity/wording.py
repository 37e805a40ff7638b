"""How entries and keys are told to people."""

from chassis.i18n import lazy_gettext as _l
from witness.rules import fingerprint

KINDS = {
    "journal.opened": _l("Journal opened"),
    "journal.taken_over": _l("Journal taken over with its marks"),
    "cells.saved": _l("Marks saved"),
    "column.published": _l("Column published"),
}

__all__ = ("KINDS", "fingerprint", "kind")


def kind(code: str) -> str:
    """Name what an entry records; an act of another capability without words by its code."""
    return str(KINDS.get(code, code))
