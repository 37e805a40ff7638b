"""What may stand in a text: a few marks within a line, links; everything else that was pasted is taken off."""

import nh3

MARKS = {"a", "b", "strong", "i", "em", "br", "sub", "sup"}
ATTRIBUTES = {"a": {"href", "lang", "hreflang"}}
SCHEMES = {"http", "https", "mailto", "tel"}


def clean(text: str) -> str:
    """Keep the marks of a line and links, drop the rest (styles, scripts, frames, whatever Word brings along).

    Args:
        text: as typed or pasted, plain or HTML.

    Returns:
        HTML that may stand inside a paragraph.
    """
    return nh3.clean(
        text.strip(), tags=MARKS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener"
    ).strip()
