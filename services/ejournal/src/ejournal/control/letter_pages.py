"""Pages of the dictionary of letters: absence, duty and what else stands in a cell in place of a mark."""

from collections.abc import Mapping
from typing import Any

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.pages import Form
from chassis.problems import Conflict, Invalid
from chassis.routes import page
from ejournal.control import letters, schemas, wording
from ejournal.forms import refuse

READ, WRITE = "ejournal.rules.read", "ejournal.letters.write"
LANGUAGES = ("kk", "ru", "en")


def letters_page(ctx: Context) -> Any:
    """Show the dictionary."""
    return ctx.render(
        "ejournal/control/letters.html", letters=letters.list_(ctx.session), kinds=wording.KINDS
    )


def new_letter_page(ctx: Context) -> Any:
    """Show the form of a new letter."""
    return _form(ctx, Form.of({"position": 9}), None)


def create_letter(ctx: Context) -> Any:
    """Enter a letter."""
    form = ctx.form(schemas.LetterForm)
    if form.valid:
        data = form.data
        try:
            letters.enter(
                ctx.session,
                code=data.get("code", ""),
                kind=data.get("kind", ""),
                values=_values(data),
                actor=ctx.identity.person_id,
            )
        except Invalid as refused:
            refuse(form, refused)
        else:
            ctx.flash(_("The letter is entered: it can be typed in two minutes."))
            return ctx.redirect("control.letters_page")
    return _form(ctx, form, None), 422


def letter_page(ctx: Context, code: str) -> Any:
    """Show a letter on its form."""
    row = letters.get_or_raise(ctx.session, code)
    values = {
        **{f"shown_{lang}": row["shown"].get(lang, "") for lang in LANGUAGES},
        **{f"title_{lang}": row["title"].get(lang, "") for lang in LANGUAGES},
        "typed": ", ".join(row["typed"]),
        "position": row["position"],
    }
    return _form(ctx, Form.of(values), row)


def change_letter(ctx: Context, code: str) -> Any:
    """Change how a letter is shown, typed and explained."""
    form = ctx.form(schemas.LetterForm)
    if form.valid:
        try:
            letters.change(ctx.session, code=code, values=_values(form.data), actor=ctx.identity.person_id)
        except Invalid as refused:
            refuse(form, refused)
        else:
            ctx.flash(_("The letter is changed."))
            return ctx.redirect("control.letters_page")
    return _form(ctx, form, letters.get_or_raise(ctx.session, code)), 422


def retire_letter(ctx: Context, code: str) -> Any:
    """Take a letter out of use, or say where it stands."""
    try:
        letters.retire(ctx.session, code=code, actor=ctx.identity.person_id)
    except Conflict as refused:
        row = letters.get_or_raise(ctx.session, code)
        form = Form.of({})
        form.refuse("_schema", f"{refused.title}. {refused.detail}")
        return _form(ctx, form, row), 409
    ctx.flash(_("The letter is out of use."), "warn")
    return ctx.redirect("control.letters_page")


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "shown": {lang: data[f"shown_{lang}"] for lang in LANGUAGES if data.get(f"shown_{lang}")},
        "title": {lang: data[f"title_{lang}"] for lang in LANGUAGES if data.get(f"title_{lang}")},
        "typed": [text.strip() for text in data.get("typed", "").split(",") if text.strip()],
        "position": data["position"],
    }


def _form(ctx: Context, form: Form, letter: Any) -> Any:
    name = localized(letter["title"]) if letter else _("A new letter")
    return ctx.render(
        "ejournal/control/letter.html",
        form=form,
        letter=letter,
        kinds=list(wording.KINDS.items()),
        crumbs=[(_("Journals"), "/journal/"), (_("Letters of absence"), "/journal/letters"), (name, None)],
    )


ROUTES = (
    page("GET", "/letters", letters_page, access=READ),
    page("GET", "/letters/new", new_letter_page, access=WRITE),
    page("POST", "/letters/new", create_letter, access=WRITE),
    page("GET", "/letters/<code>/edit", letter_page, access=WRITE),
    page("POST", "/letters/<code>/edit", change_letter, access=WRITE),
    page("POST", "/letters/<code>/retire", retire_letter, access=WRITE),
)
