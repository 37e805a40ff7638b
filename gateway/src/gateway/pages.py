"""Write the pages the gateway answers with by itself: refusals and the frame of the status page."""

import json
import tomllib
from pathlib import Path
from typing import Any

import jinja2

HERE = Path(__file__).parent
LANGUAGES = ("kk", "ru", "en")


def words() -> dict[str, dict[str, Any]]:
    """Read what the gateway says: name → status, code, title and detail in three languages."""
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))


def assets(build: Path) -> dict[str, str]:
    """Give the addresses of what the design has built, each with its fingerprint; empty where nothing was built."""
    manifest = build / "manifest.json"
    found: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    return {name: f"/static/design/{name}?v={mark}" for name, mark in found.items()}


def write(folder: Path, build: Path) -> None:
    """Write a page per refusal, the frame of the status page, and the words for problem documents.

    Args:
        folder: inside nginx's folder.
        build: what the design has built; where it has an error page, that one is taken.
    """
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True)
    found = assets(build)
    said = words()
    for name, entry in said.items():
        ready = build / "errors" / f"{name}.html"
        page = environment.get_template("refusal.html.j2").render(entry, languages=LANGUAGES, assets=found)
        (folder / f"{name}.html").write_text(ready.read_text() if ready.exists() else page, encoding="utf-8")
    for language in LANGUAGES:
        frame = environment.get_template("status.html.j2").render(language=language, assets=found)
        (folder / f"status.{language}.html").write_text(frame, encoding="utf-8")
    (folder / "words.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
