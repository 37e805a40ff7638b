"""Where the design lies: templates, translations, and the built files with a fingerprint in their address."""

import json
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
TRANSLATIONS = HERE / "translations"
BUILD = HERE.parents[1] / "build"
ADDRESS = "/static/design/"


@lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Read the fingerprints of the built files; empty before the first build."""
    try:
        found: dict[str, str] = json.loads((BUILD / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def design_asset(name: str) -> str:
    """Give the address of a built file, changed whenever its bytes change.

    Args:
        name: the file's name in the build folder, with or without `design/` before it.

    Returns:
        `/static/design/<name>?v=<fingerprint>`, or an empty string when set-up could not make the file:
        templates show the upload slot then (flag, emblem).
    """
    name = name.removeprefix("design/")
    fingerprint = manifest().get(name)
    return f"{ADDRESS}{name}?v={fingerprint}" if fingerprint else ""
