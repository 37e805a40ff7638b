"""The API of statements: everything the pages do."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.pages import paginate
from chassis.routes import PUBLIC, api
from ejournal.journal import access
from ejournal.journal.rules import Asked
from ejournal.statements import (
    batches,
    blind_api,
    checking,
    filling,
    issuing,
    keys,
    mark_forms,
    rectifying,
    schemas,
    service,
    showing,
    signing,
)
from ejournal.statements.acting import press, signatory
from ejournal.statements.permissions import (
    ACCEPT,
    FILL,
    ISSUE,
    OWN_KEY,
    READ,
    RECTIFY,
    REVOKE_KEY,
    SUBMIT,
)
from ejournal.statements.rules_head import Details

Json = dict[str, Any]


def list_statements(ctx: Context) -> Json:
    """Search the archive of statements.

    A teacher gets those of own journals, a head of department those of the department.
    """
    search = service.Search(
        text=ctx.query["q"], kind=ctx.query["kind"], state=ctx.query["state"], period_id=ctx.query["period"]
    )
    query = service.list_query(reader=access.reader(ctx), search=search)
    found = paginate(ctx.session, query, page=ctx.query["page"], size=ctx.query["size"], scalars=False)
    items = [showing.line(row) for row in found.items]
    return {"items": items, "page": found.number, "pages": found.pages, "total": found.total}


def get_statement(ctx: Context, id: UUID) -> Json:
    """Read a whole statement: head, rows, signatures, totals, what it came from and what came of it."""
    with access.refusals_audited(ctx, id, "statement"):
        statement = service.get_or_raise(ctx.session, statement_id=id, reader=access.reader(ctx))
    return showing.whole(ctx.session, statement)


def issue_statement(ctx: Context, id: UUID) -> tuple[Json, int]:
    """Issue a statement for a journal.

    A rating statement freezes TK, RK, P, RD and admission: from then on the journal answers `locked`. The other kinds name in `after`
    the sealed statement they follow, and take exactly the learners who need them. Refused with every reason in `reasons`.
    """
    body = ctx.body
    details = Details(day=body["date"], time=body["time"], room=body["room"])
    with access.refusals_audited(ctx, id):
        made = issuing.issue(
            ctx.session,
            journal_id=id,
            kind=body["kind"],
            reader=access.reader(ctx),
            after_id=body["after"],
            details=details,
        )
    return _told(ctx, made), 201


def save_marks(ctx: Context, id: UUID) -> Json:
    """Save changed marks of a statement.

    The body is a list of `{k, v, b}`: the learner, the text typed, the version of the row it was typed over. Each is answered with `ok`,
    `conflict`, `invalid`, `locked` (not admitted) or `missing`. When no mark could be saved the answer is a problem document with the
    same list in `marks`.
    """
    asked = [Asked(item["k"], item["v"], item["b"]) for item in ctx.body]
    with access.refusals_audited(ctx, id, "statement"):
        saved = filling.save_marks(ctx.session, statement_id=id, asked=asked, reader=access.reader(ctx))
    return mark_forms.answer(ctx, saved)


def submit_statement(ctx: Context, id: UUID) -> Json:
    """Submit a filled statement with the examiner's signature; asks for a fresh sign-in."""
    with access.refusals_audited(ctx, id, "statement"):
        signing.submit(
            ctx.session,
            statement_id=id,
            version=ctx.body["version"],
            signatory=signatory(ctx, ctx.body["key_id"]),
        )
    return _told(ctx, id)


def return_statement(ctx: Context, id: UUID) -> Json:
    """Return a submitted statement to its examiner with a remark."""
    with access.refusals_audited(ctx, id, "statement"):
        signing.give_back(ctx.session, statement_id=id, reader=access.reader(ctx), **ctx.body)
    return _told(ctx, id)


def accept_statement(ctx: Context, id: UUID) -> Json:
    """Accept a submitted statement with the registrar's signature; asks for a fresh sign-in.

    It is sealed: nothing of it changes any more. The second of two registrars gets 409.
    """
    with access.refusals_audited(ctx, id, "statement"):
        signing.accept(
            ctx.session,
            statement_id=id,
            version=ctx.body["version"],
            signatory=signatory(ctx, ctx.body["key_id"]),
            press=press(ctx),
        )
    return _told(ctx, id)


def rectify_statement(ctx: Context, id: UUID) -> tuple[Json, int]:
    """Issue the rectification of a sealed statement: reason (appeal, clerical, integrity), number and date of the order."""
    with access.refusals_audited(ctx, id, "statement"):
        made = rectifying.rectify(
            ctx.session,
            statement_id=id,
            basis=rectifying.Basis(**ctx.body),
            reader=access.reader(ctx),
        )
    return _told(ctx, made), 201


def _told(ctx: Context, statement_id: UUID) -> Json:
    return showing.whole(ctx.session, service.read(ctx.session, statement_id=statement_id))


def check_statement(ctx: Context) -> Json:
    """Check a statement by number and code.

    Says whether it holds or was superseded, its number and date, and whether the digest sent is that of its paper; nothing about
    persons or marks. What is not known and what has another code get the same answer.
    """
    query = ctx.query
    found = checking.check(ctx.session, number=query["number"], code=query["code"], held=query["digest"])
    if found is None:
        return {"known": False}
    day = showing.day(found.sealed_at)
    return {
        "known": True,
        "valid": found.valid,
        "number": found.number,
        "date": day,
        "matches": found.matches,
    }


def list_keys(ctx: Context) -> Json:
    """List my signing keys."""
    rows = keys.list_own(ctx.session, person_id=ctx.identity.person_id)
    return {"items": [showing.key(row) for row in rows]}


def make_key(ctx: Context) -> tuple[Json, int]:
    """Make my signing key; asks for a fresh sign-in. There is one in use at a time."""
    row = keys.make(ctx.session, person_id=ctx.identity.person_id, secret_key=ctx.settings.secret_key)
    return showing.key(row), 201


def revoke_own_key(ctx: Context, id: UUID) -> None:
    """Revoke my signing key."""
    mine = ctx.identity.person_id
    keys.revoke(ctx.session, key_id=id, actor=mine, reason=ctx.body["reason"], owner=mine)


def revoke_key(ctx: Context, id: UUID) -> None:
    """Revoke an officer's signing key."""
    keys.revoke(ctx.session, key_id=id, actor=ctx.identity.person_id, reason=ctx.body["reason"])


def ask_batch(ctx: Context) -> tuple[Json, int]:
    """Ask for the statements of a whole period; the worker issues them one after another."""
    batch = batches.ask(ctx.session, reader=access.reader(ctx), **ctx.body)
    return get_batch(ctx, batch), 202


def get_batch(ctx: Context, id: UUID) -> Json:
    """Tell how far a batch is."""
    row = batches.get_or_raise(ctx.session, batch_id=id, person_id=ctx.identity.person_id)
    return {**row._mapping, **batches.count(ctx.session, batch_id=id)}


OUT = schemas.StatementOut
ONE = "/statements/<uuid:id>"
ROUTES = (
    api("GET", "/statements", list_statements, access=READ, query=schemas.ArchiveQuery, answer=schemas.ArchivePage),
    api("GET", ONE, get_statement, access=READ, answer=OUT),
    api("POST", "/journals/<uuid:id>/statements", issue_statement, access=ISSUE, body=schemas.IssueIn, answer=OUT, status=201),
    api("PATCH", f"{ONE}/marks", save_marks, access=FILL, body=schemas.MarksIn, answer=schemas.SavedOut),
    api("POST", f"{ONE}/submit", submit_statement, access=SUBMIT, step_up=True, body=schemas.SignIn, answer=OUT),
    api("POST", f"{ONE}/return", return_statement, access=ACCEPT, step_up=True, body=schemas.ReturnIn, answer=OUT),
    api("POST", f"{ONE}/accept", accept_statement, access=ACCEPT, step_up=True, body=schemas.SignIn, answer=OUT),
    api(
        "POST", f"{ONE}/rectification", rectify_statement, access=RECTIFY, step_up=True, body=schemas.RectifyIn, answer=OUT,
        status=201,
    ),
    api("GET", "/check", check_statement, access=PUBLIC, query=schemas.CheckQuery, answer=schemas.CheckOut),
    api("GET", "/keys", list_keys, access=OWN_KEY, answer=schemas.KeysOut),
    api("POST", "/keys", make_key, access=OWN_KEY, step_up=True, answer=schemas.KeyOut, status=201),
    api("POST", "/keys/<uuid:id>/revoke", revoke_own_key, access=OWN_KEY, step_up=True, body=schemas.RevokeIn, status=204),
    api(
        "POST", "/officers/keys/<uuid:id>/revoke", revoke_key, access=REVOKE_KEY, step_up=True, body=schemas.RevokeIn, status=204,
    ),
    *blind_api.ROUTES,
    api("POST", "/statement-batches", ask_batch, access=ISSUE, body=schemas.BatchIn, answer=schemas.BatchOut, status=202),
    api("GET", "/statement-batches/<uuid:id>", get_batch, access=ISSUE, answer=schemas.BatchOut),
)  # fmt: skip
