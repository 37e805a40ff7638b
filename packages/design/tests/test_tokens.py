"""The tokens: contrast computed for every pair that carries text or a control, in every version; colours nowhere else."""

import re
from pathlib import Path

import pytest

from design import assets, bundle

TOKENS = (bundle.CSS / "tokens.css").read_text(encoding="utf-8")
SURFACES = ("surface", "surface2", "surface3")
TEXT = [
    (ink, ground)
    for ink in ("ink", "ink2", "ink3")
    for ground in SURFACES
    if (ink, ground) != ("ink3", "surface3")
]
TEXT += [(ink, "surface") for ink in ("brand6", "brand7", "sky7", "gold7", "ok", "warn", "err")]
TEXT += [
    ("brand6", "surface2"),
    ("brand7", "brand1"),
    ("ink", "brand1"),
    ("ink2", "brand1"),
    ("on-brand6", "brand6"),
    ("on-brand6", "brand7"),
]
TEXT += [(f"{kind}", f"{kind}1") for kind in ("ok", "warn", "err")] + [
    ("ink", f"{kind}1") for kind in ("ok", "warn", "err")
]
TEXT += [
    ("on-err", "err"),
    ("on-gold", "gold"),
    ("on-brand9", "brand9"),
    ("on-brand9-soft", "brand9"),
    ("on-brand9", "on-brand9-hover"),
]
TEXT += [("ink3", "surface3")]
TEXT += [("on-cover", f"cover{n}") for n in range(1, 7)]
PARTS = [
    ("line-strong", "surface"),
    ("line-strong", "surface2"),
    ("brand6", "surface"),
    ("focus", "focus-ring"),
    ("gold", "brand9"),
]
VERSIONS = ("light", "dark", "bw", "wb", "blue")


def block(selector: str) -> dict[str, str]:
    """The declarations of one rule."""
    found = re.search(re.escape(selector) + r"\s*{(.*?)}", TOKENS, re.DOTALL)
    assert found, selector
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", found[1]))


def values(version: str) -> dict[str, str]:
    """Every token as it is in one version."""
    tokens = block(":root {".removesuffix(" {"))
    if version in ("bw", "wb", "blue"):
        tokens |= block(":root[data-vi]") | block(f':root[data-vi="{version}"]')
    side = 1 if version == "dark" else 0
    return {name: pick(value, side) for name, value in tokens.items()}


def pick(value: str, side: int) -> str:
    pair = re.fullmatch(r"light-dark\((.+?),\s*(.+?)\)", value)
    return pair[side + 1] if pair else value


def colour(name: str, tokens: dict[str, str]) -> tuple[int, int, int]:
    value = tokens[name]
    while (other := re.fullmatch(r"var\(--([\w-]+)\)", value)) is not None:
        value = tokens[other[1]]
    return tuple(int(value[n : n + 2], 16) for n in (1, 3, 5))


def luminance(rgb: tuple[int, int, int]) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in rgb)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_the_contrast_of_wcag_aa(version: str, ink: str, ground: str) -> None:
    """WCAG 1.4.3."""
    tokens = values(version)
    assert contrast(colour(ink, tokens), colour(ground, tokens)) >= 4.5


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("part", "ground"), PARTS)
def test_edges_of_controls_and_focus_have_the_contrast_of_wcag_aa(
    version: str, part: str, ground: str
) -> None:
    """WCAG 1.4.11."""
    tokens = values(version)
    assert contrast(colour(part, tokens), colour(ground, tokens)) >= 3


@pytest.mark.parametrize("version", ["bw", "wb", "blue"])
def test_low_vision_has_two_colours_and_high_contrast(version: str) -> None:
    tokens = values(version)
    used = {colour(name, tokens) for pair in TEXT for name in pair}
    assert len(used) == 2
    assert contrast(*used) >= 7


def test_no_colour_is_written_outside_the_tokens() -> None:
    literal = re.compile(
        r"(?<![&\w])#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b(?![\w-])|\b(?:rgba?|hsla?|oklch)\("
    )
    painted = [path for path in assets.HERE.rglob("*") if path.suffix in {".css", ".html", ".js", ".svg"}]
    found = [
        f"{path.name}: {line.strip()}"
        for path in painted
        if path.name != "tokens.css"
        for line in path.read_text(encoding="utf-8").splitlines()
        if literal.search(line)
    ]
    assert len(painted) > 20
    assert found == []


def test_every_token_used_is_declared_and_every_declared_token_is_used() -> None:
    sheets = {path: path.read_text(encoding="utf-8") for path in bundle.sheets()}
    used = {name for text in sheets.values() for name in re.findall(r"var\(--([\w-]+)", text)}
    used |= set(
        re.findall(r"var\(--([\w-]+)", Path(assets.HERE / "icons" / "icon.svg").read_text(encoding="utf-8"))
    )
    declared = set(block(":root"))
    assert used - declared == set()
    assert declared - used <= {"g8", "sky7"}, "kept for pages of services"
