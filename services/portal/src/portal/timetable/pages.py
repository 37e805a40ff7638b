"""Pages of the timetable: the own week, a group's, a teacher's, and where to find them."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy import ColumnElement

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.problems import NotFound
from chassis.routes import SIGNED_IN, page
from portal.calendar import rules as calendar_rules
from portal.calendar import service as calendar
from portal.groups import rules as groups_rules
from portal.groups import service as groups
from portal.timetable import access, service
from portal.timetable.model import Lesson
from portal.timetable.week import chosen_day, compose


def own_week_page(ctx: Context) -> Any:
    """Show the week of the signed-in person."""
    where = service.of_person(id=ctx.identity.person_id)
    return _week_page(
        ctx, where, title=_("My timetable"), subtitle="", address=url_for("timetable.own_week_page")
    )


def group_week_page(ctx: Context, id: UUID) -> Any:
    """Show the week of a group."""
    group = groups.get_group(session=ctx.session, id=id, where=access.groups(ctx))
    address = url_for("timetable.group_week_page", id=id)
    where = Lesson.group_id == group.id
    return _week_page(ctx, where, title=group.code, subtitle=localized(group.title), address=address)


def teacher_week_page(ctx: Context, id: UUID) -> Any:
    """Show the week of a teacher, as far as the person may see it."""
    person = groups.find_person(session=ctx.session, id=id)
    if person is None or person.kind != "teacher":
        raise NotFound
    address = url_for("timetable.teacher_week_page", id=id)
    where = access.lessons(ctx) & (Lesson.teacher_id == id)
    return _week_page(
        ctx, where, title=groups_rules.full_name(person._asdict()), subtitle="", address=address
    )


def find_page(ctx: Context) -> Any:
    """Show whose weeks there are to read: groups and teachers."""
    everywhere = ctx.can("portal.timetable.read").everywhere
    return ctx.render(
        "portal/timetable/find.html",
        groups=groups.list_groups(session=ctx.session, where=access.groups(ctx)),
        teachers=groups.list_teachers(session=ctx.session) if everywhere else (),
        short_name=groups_rules.short_name,
    )


def _week_page(ctx: Context, where: ColumnElement[bool], *, title: str, subtitle: str, address: str) -> Any:
    today = clock.today()
    day = chosen_day(request.args.get("day", ""), today=today)
    days = calendar_rules.week_of(day)
    week = compose(service.list_week(session=ctx.session, days=days, where=where), day=day, today=today)
    period = calendar.find_current(session=ctx.session, day=day)
    off = {
        row.day: row.title
        for row in calendar.list_days_off(session=ctx.session, first=days[0], last=days[-1])
    }
    number = None
    if period and period.starts <= days[-1] and days[0] <= period.ends:
        number = calendar_rules.week_number(calendar.term_of(period), max(days[0], period.starts))
    return ctx.render(
        "portal/timetable/week.html",
        title=title,
        subtitle=subtitle,
        address=address,
        week=week,
        period=period,
        number=number,
        off=off,
        is_holiday=calendar_rules.is_holiday,
    )


ROUTES = (
    page("GET", "/timetable", own_week_page, access=SIGNED_IN),
    page("GET", "/timetable/find", find_page, access="portal.timetable.read"),
    page("GET", "/timetable/groups/<uuid:id>", group_week_page, access="portal.timetable.read"),
    page("GET", "/timetable/teachers/<uuid:id>", teacher_week_page, access="portal.timetable.read"),
)
