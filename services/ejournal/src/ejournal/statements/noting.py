"""Every act on a statement leaves an audit row and an entry in the stream of its journal, in the unit of work of the act."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.audit import audit
from ejournal.integrity import service as integrity


def note(
    session: Session,
    *,
    statement_id: UUID,
    journal_id: UUID,
    what: str,
    actor: UUID,
    data: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    basis: str = "",
    cells: Sequence[str] = (),
) -> None:
    """Note an act; the caller holds the journal's lock.

    Args:
        session: the unit of work.
        statement_id: the statement.
        journal_id: its journal.
        what: was done, `issued`.
        actor: who did it.
        data: what the stream tells besides; no mark.
        before: for the audit.
        after: for the audit; `data` when it is not given.
        basis: the order, where there is one.
        cells: marks the stream commits to, each as `integrity.rules.cell_text` writes it.
    """
    audit(
        session,
        act=f"ejournal.statement.{what}",
        subject=f"statement:{statement_id}",
        actor=actor,
        before=before,
        after=after if after is not None else data,
        basis=basis,
    )
    integrity.append(
        session,
        journal_id=journal_id,
        kind=f"statement.{what}",
        data={"statement": str(statement_id), **data},
        actor=actor,
        cells=cells,
    )
