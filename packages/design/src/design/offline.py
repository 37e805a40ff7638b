"""Render the design's templates without a service: for the error pages of the gateway and the living style page."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, Undefined

from chassis import i18n
from design import assets, kit

PREFERENCES = {"theme": "", "vi": "", "size": "", "spacing": "", "images": ""}


class Lenient(Undefined):
    """Undefined like Jinja's own: services leave many variables out."""


@lru_cache(maxsize=1)
def catalogue() -> i18n.Catalogue:
    """Read the design's own words."""
    return i18n.read_catalogue(assets.TRANSLATIONS)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Make the environment."""
    made = Environment(loader=FileSystemLoader(assets.TEMPLATES), autoescape=True, undefined=Lenient)
    made.globals.update(kit.GLOBALS)
    made.globals.update({"_": i18n.gettext, "ngettext": i18n.ngettext, "asset": assets.design_asset})
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
    known = {"lang": language, "prefs": {**PREFERENCES, **preferences}, "prefix": "/portal", "here": "/"}
    with i18n.speaking(catalogue()[language]):
        return environment().get_template(template).render(known | values)
