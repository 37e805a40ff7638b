"""The library as data, and its application."""

from flask import Flask

import witness
from chassis.factory import build
from chassis.i18n import lazy_gettext as _l
from chassis.service import Service
from chassis.settings import Settings
from library import acquisition, cataloguing, lending, readers, search

SERVICE = Service(
    name="library",
    prefix="/library",
    title=_l("Library"),
    capabilities=(
        search.CAPABILITY,
        cataloguing.CAPABILITY,
        acquisition.CAPABILITY,
        readers.CAPABILITY,
        lending.CAPABILITY,
        witness.CAPABILITY,
    ),
    feeds=("library/catalogue", "library/lending"),
    consumes="consumes.toml",
)


def create_app(settings: Settings) -> Flask:
    """Build the library's web application."""
    return build(SERVICE, settings)
