"""The API of rule sets, drafts and reports."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.routes import api
from ejournal.control import drafts, recompute, schemas
from ejournal.control.model import RuleReport
from ejournal.control.rules_drafts import Content, normal
from ejournal.journal.service import Reader

READ, WRITE = "ejournal.rules.read", "ejournal.rules.write"


def list_rule_sets(ctx: Context) -> dict[str, Any]:
    """List the rule sets, the latest first, each with its parameters, clauses and scale."""
    return {"items": drafts.list_sets(ctx.session)}


def get_rule_set(ctx: Context, code: str) -> Any:
    """Read one rule set."""
    return drafts.get_set_or_raise(ctx.session, code)


def create_draft(ctx: Context) -> Any:
    """Begin a draft as a copy of a rule set; nothing is computed by it."""
    return drafts.as_json(
        drafts.create(ctx.session, **{"title": None, **ctx.body}, actor=ctx.identity.person_id)
    )


def get_draft(ctx: Context, id: UUID) -> Any:
    """Read a draft."""
    return drafts.as_json(drafts.get_or_raise(ctx.session, id))


def change_draft(ctx: Context, id: UUID) -> Any:
    """Change a draft as a whole.

    Every fault is named with a pointer to its field: a parameter, `clause:<parameter>`, `scale`, `scale:<row>`.
    """
    draft = drafts.get_or_raise(ctx.session, id, lock=True)
    body = ctx.body
    parameters = {
        name: {"value": normal(name, entry["value"]), "clause": entry["clause"].strip()}
        for name, entry in body["parameters"].items()
    }
    drafts.change(
        ctx.session,
        draft=draft,
        version=body["version"],
        title=body["title"],
        valid_from=body["valid_from"],
        content=Content(parameters, body["scale"]),
        actor=ctx.identity.person_id,
    )
    return drafts.as_json(draft)


def discard_draft(ctx: Context, id: UUID) -> Any:
    """Give a draft up."""
    draft = drafts.get_or_raise(ctx.session, id, lock=True)
    drafts.discard(ctx.session, draft=draft, version=ctx.body["version"], actor=ctx.identity.person_id)
    return drafts.as_json(draft)


def adopt_draft(ctx: Context, id: UUID) -> Any:
    """Put a draft in force from its day, under an order; who drafted it may not. The former set ends the same day."""
    draft = drafts.get_or_raise(ctx.session, id, lock=True)
    drafts.adopt(ctx.session, draft=draft, **ctx.body, actor=ctx.identity.person_id)
    return drafts.as_json(draft)


def ask_report(ctx: Context, id: UUID) -> Any:
    """Ask what a draft would change in a period; the answer says how far the report is."""
    draft = drafts.get_or_raise(ctx.session, id)
    report = recompute.ask(
        ctx.session, draft=draft, period_id=ctx.body["period_id"], actor=ctx.identity.person_id
    )
    return _report(ctx, report)


def get_report(ctx: Context, id: UUID) -> Any:
    """Read a report: how far it is, how many P, RD, letters and admissions change, and for whom.

    People are named in the journals the reader may see.
    """
    return _report(ctx, recompute.get_or_raise(ctx.session, id))


def _report(ctx: Context, report: RuleReport) -> dict[str, Any]:
    names = ("id", "draft_id", "draft_version", "period_id", "total", "done", "finished_at")
    reader = Reader(ctx.identity.person_id, ctx.can("ejournal.journal.read"))
    return {name: getattr(report, name) for name in names} | {
        "counts": recompute.count(ctx.session, report=report)[0],
        "groups": recompute.count(ctx.session, report=report, by="group"),
        "departments": recompute.count(ctx.session, report=report, by="department"),
        "people": recompute.list_people(ctx.session, report=report, reader=reader),
    }


ROUTES = (
    api("GET", "/rule-sets", list_rule_sets, access=READ, answer=schemas.RuleSetsOut),
    api("GET", "/rule-sets/<code>", get_rule_set, access=READ, answer=schemas.RuleSetOut),
    api("POST", "/rule-drafts", create_draft, access=WRITE, body=schemas.CopyIn, answer=schemas.DraftOut, status=201),
    api("GET", "/rule-drafts/<uuid:id>", get_draft, access=READ, answer=schemas.DraftOut),
    api("PUT", "/rule-drafts/<uuid:id>", change_draft, access=WRITE, body=schemas.DraftIn, answer=schemas.DraftOut),
    api(
        "POST",
        "/rule-drafts/<uuid:id>/discard",
        discard_draft,
        access=WRITE,
        body=schemas.VersionIn,
        answer=schemas.DraftOut,
    ),
    api(
        "POST",
        "/rule-drafts/<uuid:id>/adopt",
        adopt_draft,
        access=WRITE,
        body=schemas.AdoptIn,
        answer=schemas.DraftOut,
        step_up=True,
    ),
    api(
        "POST",
        "/rule-drafts/<uuid:id>/reports",
        ask_report,
        access=WRITE,
        body=schemas.ReportIn,
        answer=schemas.ReportOut,
        status=201,
    ),
    api("GET", "/rule-reports/<uuid:id>", get_report, access=READ, answer=schemas.ReportOut),
)  # fmt: skip
