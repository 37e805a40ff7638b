"""What a learner sees: own journals, and for each how the rating came about and what the examination can bring."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from markupsafe import Markup

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.kept import Kept
from chassis.routes import page
from ejournal.attestation.rules import final_mark
from ejournal.control.service import get_book
from ejournal.journal import wording as journal_wording
from ejournal.journal.rules import published_values
from ejournal.learner import service, wording

OWN = "ejournal.own.read"


def my(ctx: Context) -> Markup:
    """List my journals with what is known of my rating."""
    letters = get_book(ctx.session).letters
    journals = []
    for row in service.list_own(ctx.session, person_id=ctx.identity.person_id):
        shown = published_values(row.cells, row.columns)
        latest = next(
            ((c, shown[c["id"]]) for c in reversed(row.columns) if shown.get(c["id"]) is not None), None
        )
        journals.append(
            {
                "id": row.id,
                "title": localized(row.discipline) or _("Journal"),
                "period": localized(row.period),
                "results": journal_wording.results(row.shown_results),
                "latest": latest
                and (journal_wording.full_title(latest[0]), letters.show(latest[1], ctx.language)),
            }
        )
    return ctx.render("ejournal/learner/my.html", journals=journals)


def my_journal(ctx: Context, id: UUID) -> Kept:
    """Show my published marks of one journal, how everything was computed, and what the examination can bring."""
    known = service.get_known_or_raise(ctx.session, journal_id=id, person_id=ctx.identity.person_id)
    return Kept(lambda: _my_journal(ctx, service.work_out(known)))


def _my_journal(ctx: Context, own: service.OwnSheet) -> Markup:
    parameters = own.rules.parameters if own.rules else None
    marks = [
        (
            journal_wording.full_title(column),
            own.book.letters.show(value, ctx.language),
            _meaning(own, value),
            column["id"],
        )
        for column, value in own.marks
    ]
    return ctx.render(
        "ejournal/learner/my_journal.html",
        head=own.head,
        marks=marks,
        lessons=[(journal_wording.full_title(column), *words) for column, *words in own.lessons],
        lines=wording.lines(own.steps, parameters) if parameters else [],
        admission=wording.admission(own.admission, parameters) if own.admission and parameters else None,
        chart=wording.chance_chart(own.chances),
        out_of_reach=wording.out_of_reach(own.chances),
        tried=_tried(ctx, own),
        crumbs=[(_("My marks"), "/journal/my"), (localized(own.head.discipline) or _("Journal"), None)],
    )


def _meaning(own: service.OwnSheet, value: str | None) -> str:
    return localized(own.book.titles.get(value or ""))


def _tried(ctx: Context, own: service.OwnSheet) -> dict[str, Any] | None:
    """Compute what an examination mark of the reader's choice would bring."""
    text = ctx.request.args.get("exam", "").strip()
    if not (own.rules and own.progress and own.progress.rd is not None and own.chances):
        return None
    parameters = own.rules.parameters
    known = text.isascii() and text.isdigit() and int(text[:6]) <= parameters.mark_max
    tried: dict[str, Any] = {"text": text[:6], "wrong": bool(text) and not known, "most": parameters.mark_max}
    if not known or not text:
        return tried
    exam = Fraction(int(text))
    if exam < parameters.exam_pass:
        retake = exam >= parameters.exam_retake_from
        return tried | {
            "letter": parameters.retake_letter if retake else parameters.failed_letter,
            "final": "",
        }
    final = final_mark(own.progress.rd, exam, parameters)
    return tried | {
        "letter": own.rules.band(final).letter,
        "final": wording.number(final),
        "word": wording.TRADITIONAL[own.rules.band(final).traditional],
    }


ROUTES = (
    page("GET", "/my", my, access=OWN),
    page("GET", "/my/<uuid:id>", my_journal, access=OWN),
)
