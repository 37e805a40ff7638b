"""Join the style sheets and the scripts into one file each, without comments and idle blanks."""

import re
from pathlib import Path

HERE = Path(__file__).parent
CSS = HERE / "css"
JS = HERE / "js"
SHEETS = ("tokens", "base", "layout", "components/*", "grid", "site", "narrow", "print")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TOKEN = re.compile(r"--([\w-]+):\s*(?:light-dark\(\s*)?(#[0-9A-Fa-f]{3,8})")


def sheets() -> list[Path]:
    """List the style sheets in the order of the cascade."""
    return [path for name in SHEETS for path in sorted(CSS.glob(f"{name}.css"))]


def scripts() -> list[Path]:
    """List the scripts."""
    return sorted(JS.glob("*.js"))


def css() -> str:
    """Join the style sheets."""
    text = COMMENT.sub("", "\n".join(path.read_text(encoding="utf-8") for path in sheets()))
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text)
    return re.sub(r"([\w\])]): ", r"\1:", text).replace(";}", "}").strip() + "\n"


def js() -> str:
    """Join the scripts: lines that are only a comment and indentation go, the rest stays readable."""
    lines = (line.strip() for path in scripts() for line in path.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*", "*"))) + "\n"


def picture(name: str) -> str:
    """Paint a picture of the kit: `var(--token)` becomes the light value, since a file of its own has no tokens."""
    tokens = dict(TOKEN.findall((CSS / "tokens.css").read_text(encoding="utf-8")))
    text = (HERE / "icons" / name).read_text(encoding="utf-8")
    return re.sub(r"var\(--([\w-]+)\)", lambda found: tokens[found[1]], text)
