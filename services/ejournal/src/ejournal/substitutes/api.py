"""Operations of substitution."""

from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.pages import paginate
from chassis.routes import api
from ejournal.journal import access
from ejournal.journal.substitutes import Substitution, list_mine
from ejournal.substitutes import service
from ejournal.substitutes.schemas import (
    AppointmentIn,
    OwnSubstitutions,
    SubstitutionList,
    SubstitutionOut,
    SubstitutionPage,
    SubstitutionQuery,
    VersionForm,
)

APPOINT = "ejournal.substitute.appoint"


def list_substitutions(ctx: Context) -> dict[str, Any]:
    """List the appointments on the journals in my scope, the latest lesson first."""
    query = service.list_query(reader=access.reader(ctx))
    found = paginate(ctx.session, query, page=ctx.query["page"], size=ctx.query["size"], scalars=False)
    return {"items": found.items, "page": found.number, "pages": found.pages, "total": found.total}


def list_own(ctx: Context) -> dict[str, Any]:
    """List the lessons I am appointed for as a substitute and may still write in, by date."""
    return {"items": list_mine(ctx.session, person_id=ctx.identity.person_id, today=clock.today())}


def appoint(ctx: Context, id: UUID) -> dict[str, Any]:
    """Appoint a substitute for dated lessons of a journal.

    The substitute may open the journal and write in the columns of these lessons, on the days they take marks, until the term.
    """
    with access.refusals_audited(ctx, id):
        made = service.appoint(ctx.session, journal_id=id, data=ctx.body, reader=access.reader(ctx))
    return {"items": made}


def withdraw(ctx: Context, id: UUID) -> Substitution:
    """Withdraw an appointment; one whose lesson the substitute has written in stands."""
    return service.withdraw(ctx.session, id=id, reader=access.reader(ctx), **ctx.body)


ROUTES = (
    api("GET", "/substitutions", list_substitutions, access=APPOINT, query=SubstitutionQuery, answer=SubstitutionPage),
    api("GET", "/my/substitutions", list_own, access="ejournal.cell.write", answer=OwnSubstitutions),
    api("POST", "/journals/<uuid:id>/substitutions", appoint, access=APPOINT, body=AppointmentIn, answer=SubstitutionList, status=201),
    api("POST", "/substitutions/<uuid:id>/withdraw", withdraw, access=APPOINT, body=VersionForm, answer=SubstitutionOut),
)  # fmt: skip
