"""The dictionary of letters as the institution edits it: entered, worded, put in order, retired; never removed.

A code and what it means for computing never change: results computed by them stand. What may be typed stands once in `letter_form`.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.i18n import gettext as _
from chassis.problems import FieldError, NotFound
from ejournal.control import wording
from ejournal.control.model import LETTER, LETTER_FORM
from ejournal.control.problems import LetterInUse, LetterRefused
from ejournal.control.rules_letters import CODE, MOST_FORMS, form_fault, forms
from ejournal.control.rules_values import KINDS, folded
from ejournal.control.service import forget_books
from ejournal.journal.model import CELL

TURN = text("SELECT pg_advisory_xact_lock(hashtext('ejournal.letters'))")
WORDED = ("shown", "typed", "title", "position")


def list_(session: Session) -> Sequence[RowMapping]:
    """List all letters in the order of the page, with whether a mark holds them."""
    used = select(literal(1)).where(CELL.c.value == LETTER.c.code).exists()
    query = select(LETTER, used.label("used")).order_by(
        LETTER.c.retired_at.is_not(None), LETTER.c.position, LETTER.c.code
    )
    return session.execute(query).mappings().all()


def get_or_raise(session: Session, code: str) -> RowMapping:
    """Get a letter.

    Raises:
        NotFound: there is none.
    """
    row = session.execute(select(LETTER).where(LETTER.c.code == code)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return row


def enter(session: Session, *, code: str, kind: str, values: Mapping[str, Any], actor: UUID) -> None:
    """Enter a new letter; it may be typed a little later, when every process knows it.

    Args:
        session: the unit of work.
        code: how cells store it.
        kind: what it means for computing.
        values: `shown` and `title` by language, `typed` forms, `position`.
        actor: who enters it.

    Raises:
        LetterRefused: the code, the kind or a typed form cannot be.
    """
    session.execute(TURN)
    wrong = [] if CODE.fullmatch(code) else [FieldError("/code", wording.letter_fault("code"))]
    if kind not in KINDS:
        wrong.append(FieldError("/kind", wording.letter_fault("kind")))
    if session.scalar(select(LETTER.c.code).where(LETTER.c.code == code)):
        wrong.append(FieldError("/code", wording.letter_fault("code-taken")))
    _refuse([*wrong, *_form_faults(session, code, values)])
    session.execute(insert(LETTER).values(code=code, kind=kind, entered_at=clock.now(), **_kept(values)))
    _keep_forms(session, code, values)
    audit(
        session,
        act="ejournal.letter.entered",
        subject=f"letter:{code}",
        actor=actor,
        after={"kind": kind, **_kept(values)},
    )
    forget_books()


def change(session: Session, *, code: str, values: Mapping[str, Any], actor: UUID) -> None:
    """Change how a letter is shown, typed and explained; code and kind stay.

    Raises:
        NotFound: there is no such letter.
        LetterRefused: it is retired, or a typed form cannot be.
    """
    session.execute(TURN)
    before = get_or_raise(session, code)
    if before["retired_at"]:
        _refuse([FieldError("/_schema", wording.letter_fault("retired"))])
    _refuse(_form_faults(session, code, values))
    session.execute(update(LETTER).where(LETTER.c.code == code).values(**_kept(values)))
    session.execute(delete(LETTER_FORM).where(LETTER_FORM.c.code == code))
    _keep_forms(session, code, values)
    audit(
        session,
        act="ejournal.letter.changed",
        subject=f"letter:{code}",
        actor=actor,
        before={name: before[name] for name in WORDED},
        after=_kept(values),
    )
    forget_books()


def retire(session: Session, *, code: str, actor: UUID) -> None:
    """Take a letter out of use: it may not be typed any more. A letter that stands in journals cannot be.

    Raises:
        NotFound: there is no such letter.
        LetterInUse: marks hold it.
    """
    session.execute(TURN)
    row = get_or_raise(session, code)
    held = session.scalar(select(func.count()).select_from(CELL).where(CELL.c.value == code)) or 0
    if held:
        raise LetterInUse(
            _("Cells with this letter: %(n)s. It stays in the dictionary.", n=held), extra={"cells": held}
        )
    if row["retired_at"]:
        return
    session.execute(update(LETTER).where(LETTER.c.code == code).values(retired_at=clock.now()))
    session.execute(delete(LETTER_FORM).where(LETTER_FORM.c.code == code))
    audit(
        session, act="ejournal.letter.retired", subject=f"letter:{code}", actor=actor, before={"code": code}
    )
    forget_books()


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "shown": dict(values["shown"]),
        "typed": list(values["typed"]),
        "title": dict(values["title"]),
        "position": values["position"],
    }


def _form_faults(session: Session, code: str, values: Mapping[str, Any]) -> list[FieldError]:
    found = []
    if len(values["typed"]) > MOST_FORMS:
        found.append(FieldError("/typed", wording.letter_fault("forms", n=MOST_FORMS)))
    for field, texts in (
        *((f"shown_{lang}", [shown]) for lang, shown in values["shown"].items()),
        ("typed", values["typed"]),
    ):
        for one in texts:
            if fault := form_fault(one):
                found.append(FieldError(f"/{field}", wording.letter_fault(fault, text=one[:20])))
            elif owner := _owner(session, code, one):
                found.append(
                    FieldError(f"/{field}", wording.letter_fault("form-taken", text=one, other=owner))
                )
    return found


def _owner(session: Session, code: str, form: str) -> str | None:
    taken = (LETTER_FORM.c.form == folded(form)) & (LETTER_FORM.c.code != code)
    query = select(LETTER.c.shown).join(LETTER_FORM, LETTER_FORM.c.code == LETTER.c.code).where(taken)
    shown = session.scalar(query)
    return shown["ru"] if shown else None


def _keep_forms(session: Session, code: str, values: Mapping[str, Any]) -> None:
    rows = [{"form": form, "code": code} for form in forms(code, values["shown"], values["typed"])]
    session.execute(insert(LETTER_FORM), rows)


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise LetterRefused(errors=errors)
