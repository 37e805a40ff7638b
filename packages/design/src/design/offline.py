"""Render the design's templates without a service: for the error pages of the gateway and the living style page."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, Undefined

from chassis import i18n
from chassis.preferences import Preferences
from design import assets, kit

PREFERENCES = {"theme": "", "vi": "", "size": "", "spacing": "", "images": ""}


class Lenient(Undefined):
    """Undefined like Jinja's own: services leave many variables out."""


@lru_cache(maxsize=1)
def catalogue() -> i18n.Catalogue:
    """Read the design's own words."""
    return i18n.read_catalogue(assets.TRANSLATIONS)


@lru_cache(maxsize=32)
def environment(language: str, preferences: tuple[tuple[str, str], ...] = ()) -> Environment:
    """Make the environment of one language and one choice of theme, size and so on: macros know nothing else of a page."""
    made = Environment(loader=FileSystemLoader(assets.TEMPLATES), autoescape=True, undefined=Lenient)
    made.globals.update(kit.GLOBALS)
    made.globals.update({"_": i18n.gettext, "ngettext": i18n.ngettext, "asset": assets.design_asset})
    made.globals.update(
        lang=language, prefs=Preferences().chosen(dict(preferences)), prefix="/portal", here="/"
    )
    made.globals.update(csrf_token=lambda: "token", idempotency_key=lambda: "key")
    return made


def render(template: str, language: str, preferences: Mapping[str, str] = PREFERENCES, **values: Any) -> str:
    """Render a template in a language.

    Args:
        template: its name, such as `design/error.html`.
        language: kk, ru or en.
        preferences: theme, vi, size, spacing, images.
        values: what else the template wants.

    Returns:
        The page.
    """
    made = environment(language, tuple(sorted(preferences.items())))
    with i18n.speaking(catalogue()[language]):
        return made.get_template(template).render(values)
