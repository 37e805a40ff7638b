"""A draft as a form: every parameter with its clause, the scale row by row."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.i18n import normalise
from ejournal.control import wording
from ejournal.control.model import RuleDraft
from ejournal.control.rules_drafts import MOST_BANDS, Content, normal

BAND = ("letter", "lowest", "points", "traditional")
SPARE = 2
"""Empty rows below the scale, for further steps."""


def values_of(draft: RuleDraft) -> dict[str, Any]:
    """Give what a draft's form shows first."""
    values: dict[str, Any] = {
        **draft.title,
        "valid_from": f"{draft.valid_from:%d.%m.%Y}",
        "version": draft.version,
    }
    for name, entry in draft.parameters.items():
        values |= {name: wording.typed(name, entry["value"]), f"clause:{name}": entry["clause"]}
    for row, band in enumerate(draft.scale):
        values |= {f"{part}-{row}": band[part] for part in BAND}
        values[f"points-{row}"] = wording.typed("points", band["points"])
    return values


def read(posted: Mapping[str, str]) -> tuple[Content, dict[str, str]]:
    """Read a posted form; answer the content in stored form and what was typed, to be shown again."""
    typed = {name: normalise(text) for name, text in posted.items() if not name.startswith("_")}
    parameters = {
        name: {"value": normal(name, typed.get(name, "")), "clause": typed.get(f"clause:{name}", "").strip()}
        for name in wording.MEANINGS
    }
    rows = [_band(typed, row) for row in range(MOST_BANDS + SPARE)]
    return Content(parameters, [band for band in rows if band["letter"] or band["lowest"] != ""]), typed


def _band(typed: Mapping[str, str], row: int) -> dict[str, Any]:
    texts = {part: typed.get(f"{part}-{row}", "").strip() for part in BAND}
    lowest = texts["lowest"]
    return {
        "letter": texts["letter"].upper(),
        "lowest": int(lowest) if lowest.isascii() and lowest.isdigit() and len(lowest) < 5 else lowest,
        "points": texts["points"].replace(",", "."),
        "traditional": texts["traditional"],
    }


def rows(values: Mapping[str, Any]) -> Sequence[int]:
    """Give the numbers of the rows of the scale to show: those filled and a few spare ones."""
    filled = [
        row
        for row in range(MOST_BANDS)
        if values.get(f"letter-{row}") or values.get(f"lowest-{row}", "") != ""
    ]
    return range(min(MOST_BANDS, max(filled, default=-1) + 1 + SPARE))
