"""What the forms of marks share: the list of learners with what stands there, and what was typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.context import Context
from ejournal.control.service import get_book
from ejournal.journal.rules import Asked
from ejournal.statements import wording
from ejournal.statements.filling import Saved
from ejournal.statements.problems import MarkConflict, NoMarkSaved

NOTHING: tuple[str | None, int] = (None, 0)


def whole_number(text: str) -> int:
    """Read a version of a form; anything else is 0, which no row has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def typed_marks(form: Mapping[str, str]) -> tuple[dict[str, str], list[Asked]]:
    """Read a form of marks: what was typed by learner, and of it what is another text than the form was shown with."""
    typed = {name[2:]: text for name, text in form.items() if name.startswith("v:")}
    asked = [
        Asked(person, text, whole_number(form.get(f"b:{person}", "")))
        for person, text in typed.items()
        if text.strip() != form.get(f"o:{person}", "")
    ]
    return typed, asked


def people(
    ctx: Context,
    rows: Sequence[Mapping[str, Any]],
    stands: Mapping[str, tuple[str | None, int]],
    typed: Mapping[str, str],
    wrong: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Make the lines of a form of marks.

    Args:
        ctx: the request.
        rows: of the statement.
        stands: value and version by learner.
        typed: what was typed and not taken, shown again.
        wrong: what was wrong with it, by learner.
    """
    letters = get_book(ctx.session).letters
    made = []
    for row in rows:
        person = str(row["person_id"])
        value, version = stands.get(person, NOTHING)
        shown = letters.show(value, ctx.language)
        made.append(
            {
                "id": person,
                "name": row["name"],
                "rating": wording.exact_number(row["rounded"], 0),
                "admitted": row["admitted"],
                "why": wording.why_not(row),
                "now": shown,
                "typed": typed.get(person, shown),
                "version": version,
                "wrong": wrong.get(person),
            }
        )
    return made


def answer(ctx: Context, saved: Saved) -> dict[str, Any]:
    """Answer an operation that saves marks.

    Raises:
        MarkConflict, NoMarkSaved: no mark could be saved.
    """
    told = wording.marks(saved, get_book(ctx.session), ctx.language)
    states = {one["state"] for one in told}
    if "ok" not in states:
        raise (MarkConflict if "conflict" in states else NoMarkSaved)(extra={"marks": told})
    return {"version": saved.version, "marks": told}
