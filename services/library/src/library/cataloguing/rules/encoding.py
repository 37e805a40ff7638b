"""Telling the encoding of a record from its text: leader/09 is not trusted (`library.md`, cataloguing).

Libraries of the region exchange UTF-8, Windows-1251 and DOS 866; older MARC21 is MARC-8. A text decides by itself: valid UTF-8 is UTF-8; in
the one-byte Cyrillic code pages words are runs of high bytes and their commonest letters tell the pages apart; in MARC-8 a
diacritic is a single high byte before the Latin letter it stands on.
"""

import re
from collections.abc import Callable

from pymarc.marc8 import marc8_to_unicode

Decoder = Callable[[bytes], str]

UTF_8, CP1251, CP866, MARC_8, ASCII = "utf-8", "cp1251", "cp866", "marc-8", "ascii"

HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
MARC8_ESCAPE = re.compile(rb"\x1b[()$bsp!g]")
COMMON_LETTERS = "оеаинтсрвл"


def decoder(encoding: str) -> Decoder:
    """Give the function that decodes bytes of an encoding.

    Args:
        encoding: a name `detect_encoding` returns.

    Returns:
        bytes → str; raises UnicodeError on what does not fit.
    """
    if encoding == MARC_8:
        return lambda data: str(marc8_to_unicode(data, True))
    return lambda data: data.decode(encoding)


def detect_encoding(text: bytes) -> str:
    """Detect the encoding of a record's data.

    Args:
        text: the data fields, without leader and directory.

    Returns:
        One of `ascii`, `utf-8`, `cp1251`, `cp866`, `marc-8`.
    """
    if text.isascii():
        return MARC_8 if MARC8_ESCAPE.search(text) else ASCII
    try:
        text.decode(UTF_8)
    except UnicodeDecodeError:
        return _detect_one_byte(text)
    return UTF_8


def _detect_one_byte(text: bytes) -> str:
    high = sum(byte >= 0x80 for byte in text)
    in_runs = sum(len(run) for run in HIGH_RUN.findall(text))
    if in_runs * 2 < high:
        return MARC_8
    return max((CP1251, CP866), key=lambda encoding: _share_of_common_letters(text, encoding))


def _share_of_common_letters(text: bytes, encoding: str) -> int:
    decoded = text.decode(encoding, "replace").lower()
    return sum(decoded.count(letter) for letter in COMMON_LETTERS)
