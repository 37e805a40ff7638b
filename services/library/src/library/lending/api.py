"""Operations of lending."""

from typing import Any

from chassis import clock
from chassis.context import Context
from chassis.routes import SIGNED_IN, api
from library.lending import service
from library.lending.model import Loan
from library.lending.schemas import IssueIn, LoanOut, OwnLoans, ReturnIn
from library.readers.service import get_by_card_or_raise


def issue(ctx: Context) -> Loan:
    """Issue a copy to a reader."""
    reader = get_by_card_or_raise(ctx.session, card=ctx.body["card"])
    return service.issue(
        ctx.session,
        barcode=ctx.body["barcode"],
        reader_id=reader.person_id,
        by=ctx.identity.person_id,
        today=clock.today(),
        now=ctx.now,
    )


def give_back(ctx: Context) -> Loan:
    """Take a copy back."""
    return service.give_back(ctx.session, barcode=ctx.body["barcode"], by=ctx.identity.person_id, now=ctx.now)


def own_loans(ctx: Context) -> dict[str, Any]:
    """List the books the signed-in reader has."""
    return {"loans": service.list_open_loans(ctx.session, reader_id=ctx.identity.person_id)}


ROUTES = (
    api("POST", "/loans", issue, access="library.loan.issue", body=IssueIn, answer=LoanOut, status=201),
    api("POST", "/returns", give_back, access="library.loan.return", body=ReturnIn, answer=LoanOut),
    api("GET", "/my/loans", own_loans, access=SIGNED_IN, answer=OwnLoans),
)
