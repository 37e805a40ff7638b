"""The service as data."""

from flask import Flask

from auth.sessions import jobs, tokens
from auth.sessions import pages as session_pages
from auth.settings import AuthSettings
from chassis.factory import build
from chassis.i18n import lazy_gettext as _l
from chassis.service import Capability, Service

SERVICE = Service(
    name="auth",
    prefix="/auth",
    title=_l("Sign-in and access"),
    capabilities=(Capability("sessions", pages=session_pages.ROUTES, jobs=jobs.JOBS),),
    feeds=("auth/people", "auth/access"),
    settings=AuthSettings,
)


def create_app(settings: AuthSettings) -> Flask:
    """Build the web application; at the first start the signing keys are made before anybody asks for them."""
    tokens.key_ring(settings)
    return build(SERVICE, settings)
