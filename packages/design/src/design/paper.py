"""Papers: PDF made by typst with the house's font, and QR codes as pictures in them.

A paper is a `.typ` file that takes everything shown as data and nothing as code.
"""

import io
import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from chassis import processor
from design.font import source

if TYPE_CHECKING:
    import typst


def pdf(template: bytes, data: Mapping[str, Any]) -> bytes:
    """Print a paper.

    Args:
        template: the `.typ` file.
        data: JSON-able; the template reads it as `json(bytes(sys.inputs.data))`.
    """
    import typst

    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    with processor.anywhere():
        compiler = typst.Compiler(template, font_paths=_fonts(), sys_inputs=inputs)
        return cast(bytes, compiler.compile(format="pdf"))


def qr(address: str) -> str:
    """Draw an address as an SVG picture for a paper."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(source().parent)]
    )
