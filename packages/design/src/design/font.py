"""Make the font: Onest, its weights 400-700, only the letters our three languages use."""

import io
from importlib.resources import as_file, files
from pathlib import Path

KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
RUSSIAN = "".join(map(chr, range(0x410, 0x450))) + "Ёё"
LATIN = "".join(map(chr, range(0x20, 0x7F)))
MARKS = "\u00a0§©«°±·»×÷–—‘’“”„•…№₸−←↑→↓≤≥"
LETTERS = LATIN + RUSSIAN + KAZAKH + MARKS
WEIGHTS = (400, 700)


def source() -> Path:
    """Find the variable font of the `fontpkg-onest` package."""
    with as_file(files("fontpkg_onest") / "files" / "Onest[wght].ttf") as path:
        return path


def make() -> bytes:
    """Cut the font down.

    Returns:
        A woff2 file with one weight axis.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(source(), recalcTimestamp=False)
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True)
    options.layout_features = ["kern", "liga", "tnum", "lnum", "locl", "mark", "ccmp", "calt"]
    options.name_IDs = [0, 1, 2, 13, 14]
    cutter = subset.Subsetter(options)
    cutter.populate(text=LETTERS)
    cutter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
