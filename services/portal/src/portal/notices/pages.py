"""Pages of notices: reading, and writing in two languages."""

from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import SIGNED_IN, page
from portal.groups import service as groups
from portal.notices import service
from portal.notices.schemas import NoticeForm
from portal.schemas import title_of

AUDIENCES = {"everybody": _l("Everybody"), "learners": _l("Learners"), "teachers": _l("Teachers")}


def notices_page(ctx: Context) -> Any:
    """Show the notices that reach the person, and all of them to whoever writes them."""
    writes, me = ctx.can("portal.notice.write"), ctx.identity.person_id
    kind = groups.kind_of(session=ctx.session, id=me)
    return ctx.render(
        "portal/notices/notices.html",
        notices=service.list_for(session=ctx.session, person_id=me, kind=kind, day=clock.today()),
        everything=service.list_all(session=ctx.session) if writes else (),
        today=clock.today(),
        AUDIENCES=AUDIENCES,
    )


def mark_read(ctx: Context, id: UUID) -> Any:
    """Note that the person has read a notice."""
    service.mark_read(session=ctx.session, id=id, person_id=ctx.identity.person_id, now=ctx.now)
    back = "home.home_page" if ctx.request.form.get("back") == "home" else "notices.notices_page"
    return ctx.redirect(back)


def new_page(ctx: Context) -> Any:
    """Show the form of a new notice."""
    return _form(ctx, Form.of({"audience": "everybody"}), None)


def create(ctx: Context) -> Any:
    """Publish a notice."""
    form = ctx.form(NoticeForm)
    if form.valid:
        try:
            by = ctx.identity.person_id
            service.create_notice(
                session=ctx.session, data=_data(form), by=by, now=ctx.now, today=clock.today()
            )
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            ctx.flash(_("The notice is published"), "ok")
            return ctx.redirect("notices.notices_page")
    return _form(ctx, form, None), 422


def edit_page(ctx: Context, id: UUID) -> Any:
    """Show a notice on its form."""
    notice = service.get_or_raise(session=ctx.session, id=id)
    texts = {
        f"{name}_{lang}": text for name in ("title", "text") for lang, text in getattr(notice, name).items()
    }
    day = f"{notice.last_day:%d.%m.%Y}"
    values = {**texts, "audience": notice.audience, "last_day": day, "version": notice.version}
    return _form(ctx, Form.of(values), id)


def change(ctx: Context, id: UUID) -> Any:
    """Change a notice."""
    form = ctx.form(NoticeForm)
    if form.valid:
        version = form.data["version"]
        try:
            service.change_notice(
                session=ctx.session, id=id, version=version, data=_data(form), today=clock.today()
            )
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            ctx.flash(_("The notice is changed"), "ok")
            return ctx.redirect("notices.notices_page")
    return _form(ctx, form, id), 422


def withdraw(ctx: Context, id: UUID) -> Any:
    """Show a notice no longer."""
    service.withdraw(session=ctx.session, id=id, today=clock.today())
    ctx.flash(_("The notice is no longer shown"), "ok")
    return ctx.redirect("notices.notices_page")


def _data(form: Form) -> dict[str, Any]:
    data = dict(form.data)
    return {
        "title": title_of(data),
        "text": title_of(data, "text"),
        "audience": data["audience"],
        "last_day": data["last_day"],
    }


def _refuse(form: Form, refusal: Invalid) -> None:
    for error in refusal.errors:
        form.refuse(error.pointer.strip("/"), str(error.text))


def _form(ctx: Context, form: Form, id: UUID | None) -> Any:
    crumbs = [(_("Portal"), "/portal/"), (_("Notices"), "/portal/notices")]
    crumbs.append((_("Change") if id else _("New notice"), None))  # type: ignore[arg-type]
    return ctx.render("portal/notices/form.html", form=form, id=id, AUDIENCES=AUDIENCES, crumbs=crumbs)


ROUTES = (
    page("GET", "/notices", notices_page, access=SIGNED_IN),
    page("POST", "/notices/<uuid:id>/read", mark_read, access=SIGNED_IN),
    page("GET", "/notices/new", new_page, access="portal.notice.write"),
    page("POST", "/notices/new", create, access="portal.notice.write"),
    page("GET", "/notices/<uuid:id>/edit", edit_page, access="portal.notice.write"),
    page("POST", "/notices/<uuid:id>/edit", change, access="portal.notice.write"),
    page("POST", "/notices/<uuid:id>/withdraw", withdraw, access="portal.notice.write"),
)
