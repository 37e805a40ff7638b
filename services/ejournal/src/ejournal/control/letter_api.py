"""The API of the dictionary of letters."""

from typing import Any

from chassis.context import Context
from chassis.routes import api
from ejournal.control import letters, schemas

WRITE = "ejournal.letters.write"


def list_letters(ctx: Context) -> dict[str, Any]:
    """List the letters of absence and duty, retired ones last."""
    return {"items": letters.list_(ctx.session)}


def create_letter(ctx: Context) -> Any:
    """Enter a letter; it may be typed two minutes later, when every process knows it."""
    body = dict(ctx.body)
    code, kind = body.pop("code"), body.pop("kind")
    letters.enter(ctx.session, code=code, kind=kind, values=body, actor=ctx.identity.person_id)
    return letters.get_or_raise(ctx.session, code)


def change_letter(ctx: Context, code: str) -> Any:
    """Change how a letter is shown, typed and explained; what it means stays."""
    letters.change(ctx.session, code=code, values=ctx.body, actor=ctx.identity.person_id)
    return letters.get_or_raise(ctx.session, code)


def retire_letter(ctx: Context, code: str) -> Any:
    """Take a letter out of use; refused while it stands in a journal."""
    letters.retire(ctx.session, code=code, actor=ctx.identity.person_id)
    return letters.get_or_raise(ctx.session, code)


ROUTES = (
    api("GET", "/letters", list_letters, access="ejournal.rules.read", answer=schemas.LettersOut),
    api(
        "POST",
        "/letters",
        create_letter,
        access=WRITE,
        body=schemas.LetterIn,
        answer=schemas.LetterOut,
        status=201,
    ),
    api("PUT", "/letters/<code>", change_letter, access=WRITE, body=schemas.LetterSchema, answer=schemas.LetterOut),
    api("POST", "/letters/<code>/retire", retire_letter, access=WRITE, answer=schemas.LetterOut),
)  # fmt: skip
