"""Build the design: `python -m design.build`. Idempotent; what is up to date is left alone.

Makes in `packages/design/build/`: `kit.css`, `kit.js`, `onest.woff2`, `icon.svg`, `kz.svg` (where npm can reach it),
`errors/*.html`, and `manifest.json` with a fingerprint of each.
"""

import hashlib
import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from design import assets, bundle, flag, font

PRINT_CHARS = 10


def fingerprint(*parts: bytes) -> str:
    """Give a short hash of the parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:PRINT_CHARS]


def write(path: Path, content: bytes) -> None:
    """Put the content in place at once, so that a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".part")
    half.write_bytes(content)
    half.replace(path)


def read_state(folder: Path) -> dict[str, str]:
    """Read what the files were made of the last time."""
    try:
        state: dict[str, str] = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return state


def code(module: ModuleType) -> bytes:
    """Give a module's source: it is an input of what it makes."""
    return inspect.getsource(module).encode()


def build_font(folder: Path, state: dict[str, str]) -> None:
    """Make the font when its source or its letters changed."""
    made_of = fingerprint(font.source().read_bytes(), code(font))
    target = folder / "onest.woff2"
    if state.get("onest.woff2") != made_of or not target.exists():
        write(target, font.make())
        state["onest.woff2"] = made_of


def build_flag(folder: Path, say: Callable[[str], None]) -> None:
    """Fetch the flag once; without it pages show an upload slot."""
    target = folder / "kz.svg"
    if target.exists():
        return
    try:
        write(target, flag.fetch())
    except flag.NoFlagError as reason:
        say(
            f"design: no State Flag: {reason}. Pages show an upload slot; put the official file at {target.name}."
        )


def build_sheets(folder: Path) -> None:
    """Join style sheets and scripts; the font's address in the style sheet carries its fingerprint."""
    mark = fingerprint((folder / "onest.woff2").read_bytes())
    write(folder / "kit.css", bundle.css().replace("onest.woff2", f"onest.woff2?v={mark}").encode())
    write(folder / "kit.js", bundle.js().encode())
    write(folder / "icon.svg", bundle.picture("icon.svg").encode())


def build_manifest(folder: Path) -> None:
    """Write the fingerprint of every file that pages link."""
    kinds = ("*.css", "*.js", "*.svg", "*.woff2")
    files = sorted(path for kind in kinds for path in folder.glob(kind))
    prints = {path.name: fingerprint(path.read_bytes()) for path in files}
    write(folder / "manifest.json", (json.dumps(prints, indent=1) + "\n").encode())
    assets.manifest.cache_clear()


def build(folder: Path = assets.BUILD, say: Callable[[str], None] = print) -> None:
    """Build everything.

    Args:
        folder: where to.
        say: how to tell the operator what is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = read_state(folder)
    build_font(folder, state)
    build_flag(folder, say)
    build_sheets(folder)
    build_manifest(folder)
    build_error_pages(folder)
    write(folder / "inputs.json", json.dumps(state, indent=1).encode())


def build_error_pages(folder: Path) -> None:
    """Render the gateway's own pages: they must stand when every service is down."""
    from design import errorpages

    for name, text in errorpages.pages().items():
        write(folder / "errors" / f"{name}.html", text.encode())


if __name__ == "__main__":
    build()
    sys.stdout.write(f"design: built, {len(assets.manifest())} files\n")
