"""What a unit may be: kinds, their parents, the form of a code."""

import re

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
PARENTS: dict[str, tuple[str, ...]] = {
    "institution": (),
    "faculty": ("institution",),
    "department": ("faculty", "institution"),
}


def is_code(text: str) -> bool:
    """Tell whether a text may be a unit's code: Latin capitals, digits and hyphens, at most 32."""
    return CODE.fullmatch(text) is not None


def may_stand_under(kind: str, parent_kind: str | None) -> bool:
    """Tell whether a unit of `kind` may have a parent of `parent_kind` (None: no parent)."""
    return parent_kind in PARENTS[kind] if parent_kind else not PARENTS[kind]
