"""Pages of debts and ranks for those who lead studies, of transcripts for them and for the learner, and the public check of a transcript."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from markupsafe import Markup

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.pages import paginate
from chassis.routes import PUBLIC, page
from design.charts import bar
from ejournal.attestation import certificate, debts, ranking, transcript, wording
from ejournal.attestation.transcript import Transcript
from ejournal.control.service import get_book
from ejournal.journal import access
from ejournal.journal.service import Reader

OWN = "ejournal.own.read"
READ = "ejournal.transcript.read"
MOST_BARS = 12


def debts_page(ctx: Context) -> Markup:
    """List the open academic debts I may see, with how many each group has."""
    group = ctx.request.args.get("group", "")[:64]
    reader = access.reader(ctx)
    query = debts.list_query(reader=reader, group=group)
    found = paginate(ctx.session, query, page=ctx.page_number, scalars=False)
    counts = debts.count_by_group(ctx.session, reader=reader)
    most = sorted(counts, key=lambda row: -row.debts)[:MOST_BARS]
    return ctx.render(
        "ejournal/attestation/debts.html",
        found=found,
        group=group,
        groups=[(row.group or "", f"{row.group or '—'} ({row.debts})") for row in counts],
        chart=bar(_("Academic debts by group"), {row.group or "—": row.debts for row in most})
        if most
        else None,
        name_of=wording.person,
        reasons=wording.REASONS,
        transcripts=bool(ctx.can(READ)),
        address=lambda n: "/journal/debts?" + urlencode({"group": group, "page": n}),
        crumbs=[(_("Journals"), "/journal/"), (_("Academic debts"), None)],
    )


def my_transcript(ctx: Context) -> Markup:
    """Show my transcript with my debts and my place in the group."""
    me = ctx.identity.person_id
    found = transcript.get_own_or_raise(ctx.session, person_id=me)
    place, ranked = ranking.find_own(ctx.session, person_id=me, group_id=found.learner.group_id)
    return _transcript(
        ctx,
        found,
        path="/journal/my/transcript",
        place=place,
        ranked=ranked,
        crumbs=[(_("My marks"), "/journal/my"), (_("Transcript"), None)],
    )


def transcript_page(ctx: Context, id: UUID) -> Markup:
    """Show a learner's transcript with the debts."""
    with access.refusals_audited(ctx, id, "transcript"):
        found = transcript.get_or_raise(ctx.session, person_id=id, reader=access.reader(ctx))
    crumbs = [(_("Journals"), "/journal/"), (wording.person(found.learner), None)]
    if ctx.can("ejournal.rank.read"):
        crumbs.insert(1, (_("Ranks"), "/journal/ranks"))
    return _transcript(ctx, found, path=f"/journal/transcripts/{id}", crumbs=crumbs)


def _transcript(ctx: Context, found: Transcript, *, path: str, crumbs: list[Any], **more: Any) -> Markup:
    book = get_book(ctx.session)
    return ctx.render(
        "ejournal/attestation/transcript.html",
        learner=found.learner,
        learner_name=wording.person(found.learner),
        parts=[
            (localized(part.title) or _("Period not known yet"), [wording.line(one, book, ctx.language) for one in part.lines], part.summary)
            for part in found.parts
        ],
        whole=found.whole,
        figures=wording.figures(found.whole),
        gpa=wording.gpa,
        transfers=found.transfers,
        transfer_score=wording.gpa(found.transfer_score),
        debts=debts.list_own(ctx.session, person_id=found.learner.person_id),
        reasons=wording.REASONS,
        base=path,
        crumbs=crumbs,
        **more,
    )  # fmt: skip


def ranks_page(ctx: Context) -> Markup:
    """Rank the learners of a group or of its year of study, over all periods or in one."""
    reader = access.reader(ctx)
    groups = ranking.list_groups(ctx.session, reader=reader)
    chosen = _chosen(ctx, groups)
    course = ctx.request.args.get("course") == "1"
    period = _uuid(ctx.request.args.get("period", ""))
    ranked = _ranked(ctx, reader, chosen, course, period)
    return ctx.render(
        "ejournal/attestation/ranks.html",
        ranked=ranked,
        groups=[(str(group.group_id), group.code) for group in groups],
        periods=[(str(row.period_id), localized(row.title)) for row in ranking.list_periods(ctx.session)],
        chosen=str(chosen or ""),
        period=str(period or ""),
        course=course,
        chart=_spread(ranked),
        name_of=wording.person,
        gpa=wording.gpa,
        number=wording.number,
        transcripts=bool(ctx.can(READ)),
        crumbs=[(_("Journals"), "/journal/"), (_("Ranks"), None)],
    )


def _chosen(ctx: Context, groups: Any) -> UUID | None:
    """Take the group asked for, else the first in which something was attested."""
    asked = _uuid(ctx.request.args.get("group", ""))
    ordered = sorted(groups, key=lambda group: not group.attested)
    return asked or (ordered[0].group_id if ordered else None)


def _ranked(
    ctx: Context, reader: Reader, chosen: UUID | None, course: bool, period: UUID | None
) -> list[ranking.Ranked]:
    if chosen is None:
        return []
    with access.refusals_audited(ctx, chosen, "rank"):
        among = ranking.groups_or_raise(ctx.session, group_id=chosen, course=course, reader=reader)
    return ranking.rank_groups(ctx.session, groups=among, period_id=period)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _spread(ranked: list[ranking.Ranked]) -> Any:
    """Draw how many learners have a GPA of each half point; None while nobody has one."""
    averages = [one.summary.gpa for one in ranked if one.summary.gpa is not None]
    if not averages:
        return None
    steps = {"3,50 – 4,00": 7, "3,00 – 3,49": 6, "2,50 – 2,99": 5, "2,00 – 2,49": 4, "0,00 – 1,99": 0}
    counts = dict.fromkeys(steps, 0)
    for average in averages:
        counts[next(label for label, halves in steps.items() if average * 2 >= halves)] += 1
    return bar(_("Learners by GPA"), counts)


def check_page(ctx: Context) -> Markup:
    """Tell whether a transcript is this academy's and whether anything has changed since; nobody is named."""
    text = ctx.request.args.get("seal", "")
    found = certificate.find(text, secret=ctx.settings.secret_key)
    return ctx.render(
        "ejournal/attestation/check.html",
        asked=bool(text),
        found=found,
        unchanged=found is not None
        and transcript.find_digest(ctx.session, person_id=found.person_id) == found.digest,
    )


ROUTES = (
    page("GET", "/debts", debts_page, access="ejournal.debt.read"),
    page("GET", "/my/transcript", my_transcript, access=OWN),
    page("GET", "/transcripts/<uuid:id>", transcript_page, access=READ),
    page("GET", "/ranks", ranks_page, access="ejournal.rank.read"),
    page("GET", "/check/transcript", check_page, access=PUBLIC),
)
