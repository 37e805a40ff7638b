"""What a service gives its template environment so that the design's templates work."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from design import assets, bar

TEMPLATES: Path = assets.TEMPLATES
TRANSLATIONS: Path = assets.TRANSLATIONS

MOST_REMEMBERED = 1024


@lru_cache(MOST_REMEMBERED)
def remembered(macro: Callable[..., Markup], *values: Hashable) -> Markup:
    """Give what a macro makes of some values, made once: the parts of the frame that a thousand pages share.

    Args:
        macro: depends on its arguments and the language alone; the language is one of them.
        values: its arguments.
    """
    return macro(*values)


GLOBALS: dict[str, Any] = {
    "design_asset": assets.design_asset,
    "remembered": remembered,
    "bar_entries": bar.entries,
    "bar_current": bar.current,
    "bar_sections": bar.sections,
}
