"""What the forms of marks share: the list of learners with what stands there, and what was typed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from ejournal.control.service import get_book
from ejournal.journal import access
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


def save(
    ctx: Context, id: UUID, act: Callable[..., Saved], show: Callable[..., Any], *, here: str, then: str
) -> Any:
    """Save what was typed into a form of marks and lead on, or show the form again with what was not taken.

    Args:
        ctx: the request.
        id: of the statement.
        act: saves the marks.
        show: shows the form: what was typed and what was wrong with it, by learner.
        here: the form's page.
        then: the page after everything was saved.
    """
    typed, asked = typed_marks(ctx.request.form)
    if not asked:
        ctx.flash(_("Nothing was changed."), "info")
        return ctx.redirect(f"statements.{here}", id=id)
    with access.refusals_audited(ctx, id, "statement"):
        saved = act(ctx.session, statement_id=id, asked=asked, reader=access.reader(ctx))
    told = wording.marks(saved, get_book(ctx.session), ctx.language)
    wrong = {one["k"]: one for one in told if one["state"] != "ok"}
    if not wrong:
        ctx.flash(_("Saved."))
        return ctx.redirect(f"statements.{then}", id=id)
    again = {person: typed[person] for person in wrong}
    return show(ctx, id, again, wrong), 200 if len(wrong) < len(told) else 422


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
