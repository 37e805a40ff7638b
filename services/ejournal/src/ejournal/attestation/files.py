"""The transcript as a file: PDF in Kazakh, Russian or English, and XLSX."""

from uuid import UUID

from flask import Response

from chassis import exports
from chassis.audit import audit
from chassis.context import Context
from chassis.i18n import LANGUAGES, localized
from chassis.i18n import gettext as _
from chassis.problems import NotFound
from chassis.routes import page
from ejournal.attestation import certificate, printing, transcript, wording
from ejournal.attestation.transcript import Transcript
from ejournal.control.service import get_book
from ejournal.journal import access


def own_file(ctx: Context, kind: str) -> Response:
    """Answer my transcript as a file."""
    return _answer(ctx, transcript.get_own_or_raise(ctx.session, person_id=ctx.identity.person_id), kind)


def transcript_file(ctx: Context, id: UUID, kind: str) -> Response:
    """Answer a learner's transcript as a file; who took it is audited."""
    with access.refusals_audited(ctx, id, "transcript"):
        found = transcript.get_or_raise(ctx.session, person_id=id, reader=access.reader(ctx))
    answer = _answer(ctx, found, kind)
    audit(
        ctx.session,
        act="ejournal.transcript.taken",
        subject=f"person:{id}",
        actor=ctx.identity.subject,
        after={"kind": kind, "digest": found.digest},
    )
    return answer


def _answer(ctx: Context, found: Transcript, kind: str) -> Response:
    if kind == "xlsx":
        return exports.response("xlsx", "transcript", [_("Period"), *printing.heads()], _rows(ctx, found))
    if kind not in LANGUAGES:
        raise NotFound
    sealed = certificate.seal(found, secret=ctx.settings.secret_key)
    made = printing.make_pdf(
        found,
        book=get_book(ctx.session),
        catalogue=ctx.state.catalogue,
        language=kind,
        address=certificate.check_address(ctx.settings.public_url, sealed),
    )
    headers = {
        "Content-Disposition": f'attachment; filename="transcript.{kind}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(made, 200, headers, content_type="application/pdf")


def _rows(ctx: Context, found: Transcript) -> list[list[str]]:
    book = get_book(ctx.session)
    rows = []
    for part in found.parts:
        for one in part.lines:
            told = wording.line(one, book, ctx.language)
            rows.append([localized(part.title), *(told[name] for name in printing.COLUMNS)])
    return rows


ROUTES = (
    page("GET", "/my/transcript/<kind>", own_file, access="ejournal.own.read"),
    page(
        "GET",
        "/transcripts/<uuid:id>/<kind>",
        transcript_file,
        access="ejournal.transcript.read",
        leaves_trace=True,
    ),
)
