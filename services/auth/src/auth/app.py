"""The service as data."""

from dataclasses import replace

from flask import Flask

import witness
from auth.access import capability as access
from auth.accounts import api as accounts_api
from auth.accounts import code_pages as reset_codes
from auth.accounts import deletion_pages, expiry_pages
from auth.accounts import jobs as account_jobs
from auth.accounts import pages as accounts_pages
from auth.factors import api as factors_api
from auth.factors import pages as factors_pages
from auth.factors import reset_pages
from auth.keycloak import desk_pages, emergency_pages
from auth.keycloak import jobs as keycloak_jobs
from auth.keycloak import pages as keycloak_pages
from auth.people import api as people_api
from auth.people import intake_api, intake_pages, undo_pages
from auth.people import pages as people_pages
from auth.policy import api as policy_api
from auth.policy import pages as policy_pages
from auth.programs import api as programs_api
from auth.programs import credential_pages, token_pages
from auth.programs import jobs as program_jobs
from auth.programs import pages as program_pages
from auth.sessions import api as sessions_api
from auth.sessions import code_pages, jobs, key_pages, own_pages, tokens
from auth.sessions import desk_pages as sign_in_pages
from auth.sessions import pages as session_pages
from auth.settings import AuthSettings
from auth.trail import api as trail_api
from auth.trail import pages as trail_pages
from auth.trail import takeaway
from auth.units import api as units_api
from auth.units import pages as units_pages
from chassis.factory import build
from chassis.i18n import lazy_gettext as _l
from chassis.service import Capability, Service

SERVICE = Service(
    name="auth",
    prefix="/auth",
    title=_l("Sign-in and access"),
    capabilities=(
        Capability(
            "sessions",
            api=sessions_api.ROUTES,
            pages=session_pages.ROUTES
            + code_pages.ROUTES
            + own_pages.ROUTES
            + sign_in_pages.ROUTES
            + key_pages.ROUTES,
            jobs=jobs.JOBS,
        ),
        Capability(
            "people",
            api=people_api.ROUTES + intake_api.ROUTES,
            pages=people_pages.ROUTES + intake_pages.ROUTES + undo_pages.ROUTES,
        ),
        Capability(
            "accounts",
            api=accounts_api.ROUTES,
            pages=accounts_pages.ROUTES + reset_codes.ROUTES + expiry_pages.ROUTES + deletion_pages.ROUTES,
            jobs=account_jobs.JOBS,
        ),
        Capability("factors", api=factors_api.ROUTES, pages=factors_pages.ROUTES + reset_pages.ROUTES),
        Capability("units", api=units_api.ROUTES, pages=units_pages.ROUTES),
        Capability("policy", api=policy_api.ROUTES, pages=policy_pages.ROUTES),
        Capability(
            "programs",
            api=programs_api.ROUTES,
            pages=program_pages.ROUTES + credential_pages.ROUTES + token_pages.ROUTES,
            jobs=program_jobs.JOBS,
        ),
        Capability("trail", api=trail_api.ROUTES, pages=trail_pages.ROUTES + takeaway.ROUTES),
        access.CAPABILITY,
        Capability(
            "keycloak",
            pages=keycloak_pages.ROUTES + desk_pages.ROUTES + emergency_pages.ROUTES,
            jobs=keycloak_jobs.JOBS,
        ),
        witness.CAPABILITY,
    ),
    feeds=("auth/people", "auth/access"),
    consumes="consumes.toml",
    settings=AuthSettings,
)


def create_app(settings: AuthSettings) -> Flask:
    """Build the web application; at the first start the signing keys are made before anybody asks for them.

    Auth reads the public keys from the file beside its private ones: it cannot ask itself over HTTP before it listens.
    """
    own = tokens.key_ring(settings).public_file
    return build(SERVICE, replace(settings, jwks_url=own.resolve().as_uri()))
