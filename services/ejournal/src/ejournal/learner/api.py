"""The API of a learner's own marks."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.routes import api
from ejournal.fractions import exact_text
from ejournal.learner import service
from ejournal.learner.schemas import OwnJournal, OwnList


def list_own(ctx: Context) -> dict[str, Any]:
    """List my journals with what is published of my rating."""
    rows = service.list_own(ctx.session, person_id=ctx.identity.person_id)
    return {"items": [{**row._mapping, "results": row.shown_results} for row in rows]}


def get_own(ctx: Context, id: UUID) -> dict[str, Any]:
    """Read my published marks of a journal, how the rating was computed, what each letter needs in the examination.

    With topic and homework of the lessons, the latest first.
    """
    own = service.get_own_or_raise(ctx.session, journal_id=id, person_id=ctx.identity.person_id)
    return {
        **own.head._mapping,
        "marks": [{**column, "column_id": column["id"], "value": value} for column, value in own.marks],
        "steps": [
            {
                "what": step.what,
                "half": step.half,
                "inputs": [str(value) for value in step.inputs],
                "result": exact_text(step.result),
            }
            for step in own.steps
        ],
        "admitted": own.admission.admitted if own.admission else None,
        "refusals": [refusal.code for refusal in own.admission.refusals] if own.admission else [],
        "chances": [{"letter": chance.band.letter, "exam": chance.exam} for chance in own.chances],
        "lessons": [
            {**column, "column_id": column["id"], "topic": topic, "homework": homework}
            for column, topic, homework in own.lessons
        ],
    }


ROUTES = (
    api("GET", "/my", list_own, access="ejournal.own.read", answer=OwnList),
    api("GET", "/my/<uuid:id>", get_own, access="ejournal.own.read", answer=OwnJournal),
)
