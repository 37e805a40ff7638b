"""Pages of rule sets: what is in force, drafts, and their adoption."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.pages import Form
from chassis.problems import Conflict, Invalid
from chassis.routes import page
from ejournal.control import draft_form, drafts, recompute, schemas, wording
from ejournal.control.model import RuleDraft
from ejournal.control.problems import DraftClosed
from ejournal.control.rules_drafts import Content, complete, differences
from ejournal.control.rules_sets import CHOICES, TRADITIONAL, Parameters
from ejournal.forms import refuse
from ejournal.learner.wording import TRADITIONAL as TRADITIONAL_WORDS

READ, WRITE = "ejournal.rules.read", "ejournal.rules.write"


def rules_page(ctx: Context) -> Any:
    """Show the rule sets with their terms, and the drafts."""
    return ctx.render(
        "ejournal/control/rules.html",
        sets=drafts.list_sets(ctx.session),
        drafts=drafts.list_drafts(ctx.session),
        today=ctx.now.date(),
    )


def rule_set_page(ctx: Context, code: str) -> Any:
    """Show a rule set: each parameter with its meaning, its value and the clause behind it."""
    return _show_set(ctx, code, Form.of({}))


def create_draft(ctx: Context, code: str) -> Any:
    """Begin a draft as a copy of a rule set."""
    form = ctx.form(schemas.CopyForm)
    if form.valid:
        try:
            draft = drafts.create(
                ctx.session, copy_of=code, title=None, actor=ctx.identity.person_id, **form.data
            )
        except Invalid as refused:
            refuse(form, refused)
        else:
            return ctx.redirect("control.draft_page", id=draft.id)
    return _show_set(ctx, code, form), 422


def _show_set(ctx: Context, code: str, form: Form) -> Any:
    row = drafts.get_set_or_raise(ctx.session, code)
    return ctx.render(
        "ejournal/control/rule_set.html",
        rules=row,
        form=form,
        parts=_sections(drafts.content_of(row)),
        traditional=TRADITIONAL_WORDS,
        crumbs=[
            (_("Journals"), "/journal/"),
            (_("Rules of marks"), "/journal/rules"),
            (localized(row["title"]), None),
        ],
    )


def _sections(content: Content) -> list[tuple[Any, list[tuple[Any, str, Any]]]]:
    parameters = complete(content.parameters)
    return [
        (
            title,
            [
                (
                    wording.MEANINGS[name],
                    wording.value(name, parameters[name]["value"]),
                    wording.CLAUSES.get(parameters[name]["clause"], parameters[name]["clause"]),
                )
                for name in names
            ],
        )
        for title, names in wording.SECTIONS
    ]


def draft_page(ctx: Context, id: UUID) -> Any:
    """Show a draft on its form, with its reports."""
    draft = drafts.get_or_raise(ctx.session, id)
    return _show_draft(ctx, draft, Form.of(draft_form.values_of(draft)))


def change_draft(ctx: Context, id: UUID) -> Any:
    """Keep what was typed into a draft, or name every fault at its field."""
    draft = drafts.get_or_raise(ctx.session, id, lock=True)
    head = ctx.form(schemas.HeadForm)
    content, typed = draft_form.read(ctx.request.form)
    form = Form(errors=dict(head.errors), values=typed)
    if head.valid:
        data = head.data
        try:
            drafts.change(
                ctx.session,
                draft=draft,
                version=data["version"],
                title={lang: data[lang] for lang in ("kk", "ru", "en") if data.get(lang)},
                valid_from=data["valid_from"],
                content=content,
                actor=ctx.identity.person_id,
            )
        except Invalid as refused:
            refuse(form, refused)
        except DraftClosed:
            raise
        except Conflict:
            form.refuse("_schema", _("A colleague changed this draft meanwhile. Load the page again."))
        else:
            ctx.flash(_("The draft is kept: every check is passed."))
            return ctx.redirect("control.draft_page", id=id)
    return _show_draft(ctx, draft, form), 422


def _show_draft(ctx: Context, draft: RuleDraft, form: Form) -> Any:
    source = drafts.get_set_or_raise(ctx.session, draft.copied_from)
    return ctx.render(
        "ejournal/control/draft.html",
        draft=draft,
        form=form,
        source=source,
        parts=wording.SECTIONS,
        meanings=wording.MEANINGS,
        labels=wording.labels(),
        options={
            name: [(key, wording.value(name, key)) for key in keys] for name, keys in _choices().items()
        },
        rows=draft_form.rows(form.values),
        traditional=[(key, TRADITIONAL_WORDS[key]) for key in TRADITIONAL],
        changes=wording.told(differences(drafts.content_of(source), drafts.content_of(draft))),
        reports=recompute.list_(ctx.session, draft=draft),
        periods=[(row.period_id, localized(row.title)) for row in recompute.list_periods(ctx.session)],
        writable=bool(ctx.can(WRITE)) and draft.is_open,
        crumbs=[(_("Journals"), "/journal/"), (_("Rules of marks"), "/journal/rules"), (draft.code, None)],
    )


def _choices() -> dict[str, tuple[str, ...]]:
    return {
        **CHOICES,
        **{name: ("true", "false") for name, kind in Parameters.__annotations__.items() if kind is bool},
    }


def discard_draft(ctx: Context, id: UUID) -> Any:
    """Give a draft up."""
    draft = drafts.get_or_raise(ctx.session, id, lock=True)
    form = ctx.form(schemas.VersionIn)
    version = form.data["version"] if form.valid else 0
    drafts.discard(ctx.session, draft=draft, version=version, actor=ctx.identity.person_id)
    ctx.flash(_("The draft is discarded."), "warn")
    return ctx.redirect("control.rules_page")


def adopt_page(ctx: Context, id: UUID) -> Any:
    """Show what an adoption means, and the form of the order."""
    return _show_adoption(ctx, drafts.get_or_raise(ctx.session, id), Form.of({}))


def adopt_draft(ctx: Context, id: UUID) -> Any:
    """Put a draft in force from its day, under an order."""
    draft = drafts.get_or_raise(ctx.session, id, lock=True)
    form = ctx.form(schemas.AdoptForm)
    if form.valid:
        try:
            drafts.adopt(ctx.session, draft=draft, actor=ctx.identity.person_id, **form.data)
        except Invalid as refused:
            refuse(form, refused)
        else:
            ctx.flash(_("The rule set is adopted. Journals that are open keep theirs."))
            return ctx.redirect("control.rule_set_page", code=draft.code)
    return _show_adoption(ctx, draft, form), 422


def _show_adoption(ctx: Context, draft: RuleDraft, form: Form) -> Any:
    source = drafts.get_set_or_raise(ctx.session, draft.copied_from)
    report = recompute.find_finished(ctx.session, draft=draft)
    return ctx.render(
        "ejournal/control/adopt.html",
        draft=draft,
        form=form,
        changes=wording.told(differences(drafts.content_of(source), drafts.content_of(draft))),
        report=report,
        counts=recompute.count(ctx.session, report=report)[0] if report else None,
        own=ctx.identity.person_id in draft.drafted_by,
        crumbs=[
            (_("Journals"), "/journal/"),
            (_("Rules of marks"), "/journal/rules"),
            (draft.code, f"/journal/rules/drafts/{draft.id}"),
            (_("Adoption"), None),
        ],
    )


ROUTES = (
    page("GET", "/rules", rules_page, access=READ),
    page("GET", "/rules/<code>", rule_set_page, access=READ),
    page("POST", "/rules/<code>", create_draft, access=WRITE),
    page("GET", "/rules/drafts/<uuid:id>", draft_page, access=READ),
    page("POST", "/rules/drafts/<uuid:id>", change_draft, access=WRITE),
    page("POST", "/rules/drafts/<uuid:id>/discard", discard_draft, access=WRITE),
    page("GET", "/rules/drafts/<uuid:id>/adopt", adopt_page, access=WRITE, step_up=True),
    page("POST", "/rules/drafts/<uuid:id>/adopt", adopt_draft, access=WRITE, step_up=True),
)
