"""The website as data, and its application."""

from flask import Flask

import witness
from chassis.factory import build
from chassis.i18n import lazy_gettext as _l
from chassis.service import Service
from chassis.settings import Settings
from website import (
    about,
    activity,
    applicants,
    blog,
    contacts,
    content,
    education_acts,
    links,
    news,
    roots,
    schedule,
    service_acts,
    site,
    statistics,
)

SERVICE = Service(
    name="website",
    prefix="",
    title=_l("Website of the academy"),
    capabilities=(
        about.CAPABILITY,
        activity.CAPABILITY,
        statistics.CAPABILITY,
        education_acts.CAPABILITY,
        service_acts.CAPABILITY,
        links.CAPABILITY,
        applicants.CAPABILITY,
        contacts.CAPABILITY,
        blog.CAPABILITY,
        news.CAPABILITY,
        schedule.CAPABILITY,
        content.CAPABILITY,
        roots.CAPABILITY,
        witness.CAPABILITY,
        site.CAPABILITY,
    ),
    feeds=("website/publications",),
    consumes="consumes.toml",
)


def create_app(settings: Settings) -> Flask:
    """Build the website's web application."""
    return build(SERVICE, settings)
