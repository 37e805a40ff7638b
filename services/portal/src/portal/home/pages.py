"""The home page everybody lands on, and all marks of a learner."""

from datetime import date
from typing import Any

from chassis import clock
from chassis.clock import ACADEMY
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.kept import for_a_minute
from chassis.routes import SIGNED_IN, page
from portal.calendar import rules as calendar_rules
from portal.calendar import service as calendar
from portal.groups import service as groups
from portal.home import escalations, rules, service, studies
from portal.imports import service as imports
from portal.imports.kinds import KINDS
from portal.notices import service as notices
from portal.timetable import service as timetable
from portal.timetable.week import compose

MAY_OPEN = (
    (
        "portal.import.create",
        "imports.imports_page",
        "upload",
        _l("Imports"),
        _l("Groups, curricula, assignments, timetable"),
    ),
    ("portal.group.read", "groups.groups_page", "person", _l("Groups"), _l("Study groups and their lists")),
    (
        "portal.curriculum.read",
        "curricula.curriculum_page",
        "book",
        _l("Working curricula"),
        _l("Disciplines, credits, control"),
    ),
    (
        "portal.teaching.read",
        "teaching.assignments_page",
        "pen",
        _l("Teaching assignments"),
        _l("Who teaches what to which group"),
    ),
    (
        "portal.timetable.read",
        "timetable.find_page",
        "calendar",
        _l("Timetables"),
        _l("Of groups and teachers"),
    ),
    (
        "portal.calendar.write",
        "calendar.calendar_page",
        "clock",
        _l("Academic calendar"),
        _l("Periods, midterm controls, days off"),
    ),
    ("portal.notice.write", "notices.notices_page", "info", _l("Notices"), _l("Write to the academy")),
)
DEBT_REASONS = {
    "failed": _l("not passed: the course is repeated"),
    "not_admitted": _l("not admitted to the examination"),
    "retake": _l("FX: a retake is open"),
}
GREETINGS = {"morning": _l("Good morning"), "day": _l("Good afternoon"), "evening": _l("Good evening")}


def home_page(ctx: Context) -> Any:
    """Show a person the own day, marks, books, notices and news."""
    me, today = ctx.identity.person_id, clock.today()
    person = groups.find_person(session=ctx.session, id=me)
    period = calendar.find_current(session=ctx.session, day=today)
    teaches = bool(person and person.kind == "teacher")
    found = {
        "me": person,
        "greeting": GREETINGS[rules.greeting(ctx.now.astimezone(ACADEMY).hour)],
        "today": today,
        "week": _own_week(ctx, today),
        "marks": service.list_marks(session=ctx.session, person_id=me),
        "studies": studies.find_standing(session=ctx.session, person_id=me),
        "debts": studies.list_debts(session=ctx.session, person_id=me),
        "escalations": [] if _learns(person) else escalations.list_for(session=ctx.session, person_id=me),
        "loans": service.list_loans(session=ctx.session, person_id=me),
        "notices": notices.list_for(
            session=ctx.session, person_id=me, kind=person.kind if person else None, day=today, limit=5
        ),
        "news": service.list_news(session=ctx.session, now=clock.minute()),
        "journals": service.list_journals(session=ctx.session, person_id=me, period_id=period.id)
        if teaches and period
        else (),
        "where": _where_in_term(period, today),
        **_for_staff(ctx, person),
    }
    shown = {"debt_reasons": DEBT_REASONS, "path_of": escalations.path_of, "rules": rules}
    return for_a_minute(lambda: ctx.render("portal/home/home.html", **found, **shown))


def marks_page(ctx: Context) -> Any:
    """Show a learner every published mark, newest first."""
    me = ctx.identity.person_id
    marks = service.list_marks(session=ctx.session, person_id=me, limit=200)
    crumbs = [(_("Portal"), "/portal/"), (_("My marks"), None)]
    return ctx.render(
        "portal/home/marks.html",
        marks=marks,
        rules=rules,
        crumbs=crumbs,
    )


def _own_week(ctx: Context, today: date) -> Any:
    days = calendar_rules.week_of(today)
    lessons = timetable.list_own_week(session=ctx.session, days=days, person_id=ctx.identity.person_id)
    return compose(lessons, day=today, today=today)


def _where_in_term(period: Any, today: date) -> dict[str, Any] | None:
    """Return the number of the present week and of the last, when the day lies in the period."""
    if period is None or not period.starts <= today <= period.ends:
        return None
    term = calendar.term_of(period)
    return {
        "title": period.title,
        "week": calendar_rules.week_number(term, today),
        "last": calendar_rules.last_week(term),
        "odd": calendar_rules.is_odd(term, today),
    }


def _learns(person: Any) -> bool:
    return person is not None and person.kind == "learner"


def _for_staff(ctx: Context, person: Any) -> dict[str, Any]:
    """Return what somebody with permissions may open; learners see none of it."""
    if _learns(person):
        return {"links": (), "runs": (), "KINDS": KINDS}
    links = [link for link in MAY_OPEN if ctx.can(link[0])]
    runs = imports.list_runs(session=ctx.session, limit=5) if ctx.can("portal.import.create") else ()
    return {"links": links, "runs": runs, "KINDS": KINDS}


ROUTES = (
    page("GET", "/", home_page, access=SIGNED_IN),
    page("GET", "/marks", marks_page, access=SIGNED_IN),
)
