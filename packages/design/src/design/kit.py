"""What a service gives its template environment so that the design's templates work."""

from pathlib import Path
from typing import Any

from design import assets, bar

TEMPLATES: Path = assets.TEMPLATES
TRANSLATIONS: Path = assets.TRANSLATIONS

GLOBALS: dict[str, Any] = {
    "design_asset": assets.design_asset,
    "bar_entries": bar.entries,
    "bar_current": bar.current,
    "bar_sections": bar.sections,
}
