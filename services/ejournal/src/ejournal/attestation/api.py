"""The API of debts, transcripts and ranks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.db import AnyRow
from chassis.pages import paginate
from chassis.routes import PUBLIC, api
from ejournal.attestation import certificate, debts, ranking, standing, transcript, wording
from ejournal.attestation.schemas import (
    DebtList,
    DebtPage,
    DebtQuery,
    OwnTranscriptOut,
    RankList,
    RankQuery,
    SealOut,
    SealQuery,
    TranscriptOut,
)
from ejournal.attestation.transcript import Line, Transcript
from ejournal.fractions import decimal_text
from ejournal.journal import access

OWN = "ejournal.own.read"


def list_debts(ctx: Context) -> dict[str, Any]:
    """List the open academic debts I may see."""
    query = debts.list_query(reader=access.reader(ctx), group=ctx.query.get("group"))
    found = paginate(ctx.session, query, page=ctx.query["page"], size=ctx.query["size"], scalars=False)
    return {"items": _debts(found.items), "page": found.number, "pages": found.pages, "total": found.total}


def list_own_debts(ctx: Context) -> dict[str, Any]:
    """List my open academic debts."""
    return {"items": _debts(debts.list_own(ctx.session, person_id=ctx.identity.person_id))}


def _debts(rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
    return [{**row._mapping, "name": wording.person(row)} for row in rows]


def get_transcript(ctx: Context, id: UUID) -> dict[str, Any]:
    """Read a learner's transcript: every attempt by period, GPA of each and of all."""
    with access.refusals_audited(ctx, id, "transcript"):
        found = transcript.get_or_raise(ctx.session, person_id=id, reader=access.reader(ctx))
    return _transcript(found)


def get_own_transcript(ctx: Context) -> dict[str, Any]:
    """Read my transcript, and my place in the group."""
    me = ctx.identity.person_id
    found = transcript.get_own_or_raise(ctx.session, person_id=me)
    place, ranked = ranking.find_own(ctx.session, person_id=me, group_id=found.learner.group_id)
    return {**_transcript(found), "place": place, "ranked": ranked}


def _transcript(found: Transcript) -> dict[str, Any]:
    return {
        "person_id": found.learner.person_id,
        "name": wording.person(found.learner),
        "group": found.learner.group,
        "day": found.day,
        "transfers": found.transfers,
        "transfer_score": decimal_text(found.transfer_score),
        "digest": found.digest,
        "periods": [
            {
                "title": part.title,
                "attempts": [_attempt(line) for line in part.lines],
                **standing.told(part.summary),
            }
            for part in found.parts
        ],
        **standing.told(found.whole),
    }


def _attempt(line: Line) -> dict[str, Any]:
    kept = line.kept
    names = ("number", "kind", "exam", "letter", "traditional", "state", "rule_set")
    return {
        "discipline_id": kept.discipline,
        "code": line.code,
        "title": line.title,
        "credits": decimal_text(kept.credits),
        "final": None if kept.final is None else decimal_text(kept.final),
        "points": None if kept.points is None else decimal_text(kept.points),
        **{name: getattr(kept, name) for name in names},
    }


def list_ranks(ctx: Context) -> dict[str, Any]:
    """Rank the learners of a group, or of its whole year of study, the best first."""
    with access.refusals_audited(ctx, ctx.query["group_id"], "rank"):
        groups = ranking.groups_or_raise(
            ctx.session, group_id=ctx.query["group_id"], course=ctx.query["course"], reader=access.reader(ctx)
        )
    ranked = ranking.rank_groups(ctx.session, groups=groups, period_id=ctx.query.get("period_id"))
    items = [
        {
            "place": one.place,
            "person_id": one.person.person_id,
            "name": wording.person(one.person),
            "group": one.group,
            **standing.told(one.summary),
        }
        for one in ranked
    ]
    return {"items": items}


def check_transcript(ctx: Context) -> dict[str, Any]:
    """Check the seal of a transcript; nobody is named."""
    found = certificate.find(ctx.query["seal"], secret=ctx.settings.secret_key)
    if found is None:
        return {
            "valid": False,
            "day": None,
            "gpa": None,
            "credits_earned": None,
            "lines": None,
            "current": None,
        }
    return {
        "valid": True,
        "day": found.day,
        "gpa": found.gpa,
        "credits_earned": found.credits,
        "lines": found.count,
        "current": transcript.find_digest(ctx.session, person_id=found.person_id) == found.digest,
    }


ROUTES = (
    api("GET", "/debts", list_debts, access="ejournal.debt.read", query=DebtQuery, answer=DebtPage),
    api("GET", "/my/debts", list_own_debts, access=OWN, answer=DebtList),
    api(
        "GET",
        "/transcripts/<uuid:id>",
        get_transcript,
        access="ejournal.transcript.read",
        answer=TranscriptOut,
    ),
    api("GET", "/transcripts/check", check_transcript, access=PUBLIC, query=SealQuery, answer=SealOut),
    api("GET", "/my/transcript", get_own_transcript, access=OWN, answer=OwnTranscriptOut),
    api("GET", "/ranks", list_ranks, access="ejournal.rank.read", query=RankQuery, answer=RankList),
)
