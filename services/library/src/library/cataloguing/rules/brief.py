"""The brief description of a record: what lists, cards and the search index show, from MARC21 and from UNIMARC/RUSMARC.

Sources: MARC 21 Format for Bibliographic Data; RUSMARC, the Russian version of UNIMARC (fields 200, 210, 215, 461, 463, 700-702).
"""

import re
from dataclasses import dataclass, field

from library.cataloguing.rules.iso2709 import MarcField, MarcRecord

MARC21, RUSMARC = "marc21", "rusmarc"
YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
ISBN = re.compile(r"[\dXxХх][\dXxХх-]{8,16}")
TRAILING = " /:;,=."
NON_SORTING = str.maketrans("", "", "\x88\x89\x98\x9c")
ISO_639 = {
    "rus": "ru",
    "kaz": "kk",
    "eng": "en",
    "ger": "de",
    "fre": "fr",
    "spa": "es",
    "ita": "it",
    "pol": "pl",
    "ukr": "uk",
}
KINDS = {
    "a": "book",
    "t": "book",
    "c": "score",
    "d": "score",
    "e": "map",
    "f": "map",
    "g": "video",
    "i": "sound",
    "j": "sound",
    "k": "image",
    "l": "electronic",
    "m": "electronic",
}
KINDS_BY_LEVEL = {"a": "article", "b": "article", "s": "serial"}


@dataclass(frozen=True)
class Brief:
    """What one line of a list says about a record. Empty strings and `None` where the record is silent."""

    control_number: str
    title: str
    remainder: str = ""
    responsibility: str = ""
    authors: tuple[str, ...] = ()
    place: str = ""
    publisher: str = ""
    year: int | None = None
    extent: str = ""
    language: str = ""
    kind: str = "book"
    isbns: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    host: str = ""
    classes: tuple[str, ...] = field(default=())


def tell_format(record: MarcRecord) -> str:
    """Tell MARC21 from the UNIMARC family by where the title stands.

    Args:
        record: a decoded record.

    Returns:
        `marc21` when field 245 holds the title, else `rusmarc`.
    """
    return MARC21 if record.all("245") else RUSMARC


def describe(record: MarcRecord) -> Brief:
    """Take the brief description out of a record.

    Args:
        record: a decoded record of either format.

    Returns:
        Its brief description; the title is never empty: a volume without one takes its host's.
    """
    return _describe_marc21(record) if tell_format(record) == MARC21 else _describe_rusmarc(record)


def clean(text: str) -> str:
    """Strip the punctuation that ISBD puts between elements, and non-sorting marks."""
    return text.translate(NON_SORTING).strip().rstrip(TRAILING).strip()


def clean_name(text: str) -> str:
    """Strip punctuation behind a name; the point of an initial belongs to it."""
    return text.translate(NON_SORTING).strip().rstrip(" ,;:/").strip()


def first_year(text: str) -> int | None:
    """Find the first plausible year of publication in a text."""
    found = YEAR.search(text)
    return int(found.group()) if found else None


def tell_kind(leader: str) -> str:
    """Tell the kind of resource by leader/06 (type) and leader/07 (bibliographic level)."""
    return KINDS_BY_LEVEL.get(leader[7:8], KINDS.get(leader[6:7], "other"))


def _isbns(values: list[str]) -> tuple[str, ...]:
    found = (ISBN.match(value.replace(" ", "")) for value in values)
    return tuple(
        dict.fromkeys(match.group().replace("-", "").upper().replace("Х", "X") for match in found if match)
    )


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _describe_marc21(record: MarcRecord) -> Brief:
    published = (record.all("264") or record.all("260") or [MarcField("260")])[0]
    fixed = record.first("008")
    language = (record.first("041", "a") or fixed[35:38]).lower()
    people = [clean_name(f.first("a")) for f in record.all("100", "700", "110", "710")]
    return Brief(
        control_number=record.first("001"),
        title=clean(record.first("245", "a")) or clean(record.first("245", "k")) or "—",
        remainder=clean(record.first("245", "b")),
        responsibility=clean(record.first("245", "c")),
        authors=_unique(people),
        place=clean(published.first("a")),
        publisher=clean(published.first("b")),
        year=first_year(published.first("c")) or first_year(fixed[7:11]),
        extent=record.first("300", "a").rstrip(" :;,+"),
        language=ISO_639.get(language[:3], language[:3]),
        kind=tell_kind(record.leader),
        isbns=_isbns([value for f in record.all("020") for value in f.all("a")]),
        subjects=_unique([clean(f.first("a")) for f in record.all("600", "610", "650", "651")]),
        host=clean(record.first("773", "t")),
        classes=_unique([f.first("a") for f in record.all("080", "082", "050")]),
    )


def _describe_rusmarc(record: MarcRecord) -> Brief:
    published = (record.all("210") or [MarcField("210")])[0]
    host = _linked_title(record)
    title = clean(record.first("200", "a"))
    people = [_person(f) for f in record.all("700", "701", "702")]
    people += [clean(f.first("a")) for f in record.all("710", "711", "712")]
    language = record.first("101", "a").lower()
    return Brief(
        control_number=record.first("001"),
        title=f"{host}. {title}" if host and len(title) < 12 and title else title or host or "—",
        remainder=clean(record.first("200", "e")),
        responsibility=clean(record.first("200", "f")),
        authors=_unique(people),
        place=clean(published.first("a")),
        publisher=clean(published.first("c")),
        year=first_year(published.first("d")) or first_year(record.first("100", "a")[9:13]),
        extent=record.first("215", "a").rstrip(" :;,+"),
        language=ISO_639.get(language, language),
        kind=tell_kind(record.leader),
        isbns=_isbns([value for f in record.all("010") for value in f.all("a")]),
        subjects=_unique([clean(f.first("a")) for f in record.all("600", "601", "606", "607", "610")]),
        host=host,
        classes=_unique([f.first("a") for f in record.all("675", "686")]),
    )


def _person(person: MarcField) -> str:
    initials = person.first("b") or person.first("g")
    return " ".join(part for part in (clean(person.first("a")), initials) if part)


def _linked_title(record: MarcRecord) -> str:
    """Find the title of the set or issue a part belongs to: field 461/463 embeds field 200 behind `$1`."""
    for link in record.all("461", "463"):
        embedded = False
        for code, value in link.subfields:
            if code == "1":
                embedded = value.startswith("200")
            elif code == "a" and embedded:
                return clean(value)
    return ""
