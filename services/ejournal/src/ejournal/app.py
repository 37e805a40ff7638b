"""The electronic journal as data, and its application."""

from flask import Flask

from chassis.factory import build
from chassis.i18n import lazy_gettext as _l
from chassis.service import Service
from chassis.settings import Settings
from ejournal import (
    admission,
    attestation,
    exchange,
    journal,
    learner,
    lessons,
    moderation,
    statements,
    substitutes,
    teaching,
    windows,
)
from ejournal.appeals import capability as appeals
from ejournal.control import capability as control
from ejournal.escalation import capability as escalation
from ejournal.integrity import capability as integrity

SERVICE = Service(
    name="ejournal",
    prefix="/journal",
    title=_l("Electronic journal"),
    capabilities=(
        teaching.CAPABILITY,
        journal.CAPABILITY,
        control.CAPABILITY,
        exchange.CAPABILITY,
        learner.CAPABILITY,
        lessons.CAPABILITY,
        substitutes.CAPABILITY,
        windows.CAPABILITY,
        moderation.CAPABILITY,
        escalation.CAPABILITY,
        admission.CAPABILITY,
        attestation.CAPABILITY,
        appeals.CAPABILITY,
        statements.CAPABILITY,
        integrity.CAPABILITY,
    ),
    feeds=("ejournal/marks", "ejournal/statements", "ejournal/roots"),
    consumes="consumes.toml",
)


def create_app(settings: Settings) -> Flask:
    """Build the journal's web application."""
    return build(SERVICE, settings)
