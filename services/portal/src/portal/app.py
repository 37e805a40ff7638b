"""The portal as data, and its application."""

from flask import Flask

import witness
from chassis.factory import build
from chassis.i18n import lazy_gettext as _l
from chassis.service import Service
from chassis.settings import Settings
from portal import calendar, curricula, duty, groups, home, imports, movement, notices, teaching, timetable

SERVICE = Service(
    name="portal",
    prefix="/portal",
    title=_l("Portal"),
    capabilities=(
        home.CAPABILITY,
        notices.CAPABILITY,
        calendar.CAPABILITY,
        timetable.CAPABILITY,
        groups.CAPABILITY,
        movement.CAPABILITY,
        duty.CAPABILITY,
        curricula.CAPABILITY,
        teaching.CAPABILITY,
        imports.CAPABILITY,
        witness.CAPABILITY,
    ),
    feeds=("portal/teaching", "portal/timetable"),
    consumes="consumes.toml",
)


def create_app(settings: Settings) -> Flask:
    """Build the portal's web application."""
    return build(SERVICE, settings)
