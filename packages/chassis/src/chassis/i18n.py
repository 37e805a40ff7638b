"""Words, dates, numbers and the Kazakh alphabet, in the language of the reader.

Catalogues are plain .po files, read once at start. The language stands in a context variable: a request sets it, a worker
uses the default. Message ids are English, so English needs no catalogue.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date as babel_date
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_decimal_symbol

from chassis.clock import ACADEMY

LANGUAGES = ("kk", "ru", "en")
LOCALES = {"kk": Locale("kk", "KZ"), "ru": Locale("ru", "KZ"), "en": Locale("en", "GB")}
ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


@dataclass(frozen=True)
class Words:
    """The catalogue of one language."""

    language: str
    singular: Mapping[str, str] = field(default_factory=dict)
    plural: Mapping[str, Sequence[str]] = field(default_factory=dict)
    form: Callable[[int], int] = lambda n: int(n != 1)
    patterns: Sequence[tuple[re.Pattern[str], str]] = ()


Catalogue = Mapping[str, Words]

_present: ContextVar[Words] = ContextVar("words")
_default: list[Words] = [Words("kk")]


def read_catalogue(*folders: Path) -> Catalogue:
    """Read `<language>/messages.po` of several `translations` folders; a later folder wins."""
    return {language: _read(language, folders) for language in LANGUAGES}


def _read(language: str, folders: Sequence[Path]) -> Words:
    singular: dict[str, str] = {}
    plural: dict[str, Sequence[str]] = {}
    for folder in folders:
        path = folder / language / "messages.po"
        if not path.is_file():
            continue
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language, abort_invalid=True):
                if not message.id or message.fuzzy:
                    continue
                if isinstance(message.id, str):
                    # A service that has no words of its own for a message keeps the shared ones.
                    singular[message.id] = str(message.string or singular.get(message.id, message.id))
                else:
                    forms = tuple(message.string or ())
                    plural[message.id[0]] = tuple(form or forms[0] for form in forms)
    return Words(language, singular, plural, _plural_rule(language), _patterns(singular))


def _plural_rule(language: str) -> Callable[[int], int]:
    from gettext import c2py

    rule: Callable[[int], int] = c2py(get_plural(language).plural_expr)
    return rule


def _patterns(singular: Mapping[str, str]) -> list[tuple[re.Pattern[str], str]]:
    """Make patterns that recognise a message after its `{places}` were filled, as marshmallow's validators do."""
    found = []
    for source, target in singular.items():
        if re.search(r"\{\w+\}", source):
            parts = re.split(r"\{(\w+)\}", source)
            pattern = "".join(
                re.escape(part) if n % 2 == 0 else f"(?P<{part}>.*)" for n, part in enumerate(parts)
            )
            found.append((re.compile(pattern, re.DOTALL), target))
    return found


def install(catalogue: Catalogue, language: str = "kk") -> None:
    """Make a catalogue the one that is used where no request is, as in a worker."""
    _default[0] = catalogue[language]


@contextmanager
def speaking(words: Words) -> Iterator[None]:
    """Use a catalogue inside the block."""
    token = _present.set(words)
    try:
        yield
    finally:
        _present.reset(token)


def speak(catalogue: Words) -> None:
    """Use another catalogue from here to the end of the block."""
    _present.set(catalogue)


def words() -> Words:
    """The catalogue in use."""
    return _present.get(_default[0])


def language() -> str:
    """The language in use."""
    return words().language


def gettext(message: str, **values: Any) -> str:
    """Say a message in the language of the reader; places are named: `_("Row %(row)s", row=3)`."""
    said = words().singular.get(message, message)
    return said % values if values else said


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """Say a message that counts; `%(n)s` (or `%(num)s`) is the number."""
    present = words()
    forms = present.plural.get(one)
    said = forms[present.form(n)] if forms else (one if n == 1 else many)
    return said % {"n": n, "num": n, **values}


class LazyText:
    """A message that is said when it is shown, for tables and classes written before anybody reads them."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, values: Mapping[str, Any]) -> None:
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return gettext(self.message, **self.values)

    def __repr__(self) -> str:
        return f"_l({self.message!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | LazyText) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.message)

    def format(self, *args: Any, **values: Any) -> str:
        """Fill `{places}` as validators do."""
        return str(self).format(*args, **values)


def lazy_gettext(message: str, **values: Any) -> LazyText:
    """Note a message that will be said in the language of whoever reads it."""
    return LazyText(message, values)


def translate_filled(text: str) -> str:
    """Translate a message whose `{places}` a validator has already filled."""
    present = words()
    if text in present.singular:
        return present.singular[text]
    for pattern, target in present.patterns:
        if found := pattern.fullmatch(text):
            return target.format(**found.groupdict())
    return text


def localized(texts: Mapping[str, str] | None, lang: str | None = None) -> str:
    """Choose the reader's language of a localized text, else Kazakh, else Russian."""
    for choice in (lang or language(), *LANGUAGES):
        if texts and texts.get(choice):
            return texts[choice]
    return ""


def format_date(value: date, style: str = "short") -> str:
    """Format a date: `short` 23.11.2026, `day` "23 қараша", `long` "2026 ж. 23 қараша"."""
    if isinstance(value, datetime):
        value = value.astimezone(ACADEMY).date()
    return _date(value, style, language())


@lru_cache(2048)
def _date(value: date, style: str, lang: str) -> str:
    pattern = {"short": "dd.MM.yyyy", "day": "d MMMM", "weekday": "EEEE"}.get(style, style)
    return babel_date(value, pattern, locale=LOCALES[lang]).replace("\u202f", "\u00a0")


def format_datetime(value: datetime, style: str = "short") -> str:
    """Format a moment in the academy's time zone: "23.11.2026 14:05" or "2026 ж. 23 қараша, 14:05"."""
    local = value.astimezone(ACADEMY)
    between = " " if style == "short" else ", "
    return f"{_date(local.date(), style, language())}{between}{local:%H:%M}"


def format_number(value: int | Decimal, digits: int | None = None) -> str:
    """Format a number, with a no-break space between thousands; `digits` after the comma, if given."""
    return _number(value, digits, language())


@lru_cache(4096)
def _number(value: int | Decimal, digits: int | None, lang: str) -> str:
    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=LOCALES[lang]).replace("\u202f", "\u00a0")


def format_decimal_text(value: str) -> str:
    """Write a number told as decimal text ("3.75") with the reader's decimal sign; every digit stays as it was told."""
    return value.replace(".", get_decimal_symbol(LOCALES[language()]))


_RANK = {letter: chr(0x430 + place) for place, letter in enumerate(ALPHABET)}


def sort_key(text: str) -> str:
    """Make a key that sorts by the Kazakh alphabet when compared by code points (as PostgreSQL's C.UTF-8 does).

    Digits come first, then Latin, then Cyrillic letters; case, marks and punctuation do not count, words stay words.
    """
    key = []
    for char in unicodedata.normalize("NFC", text).lower():
        if char in _RANK:
            key.append(_RANK[char])
        elif char.isalnum():
            key.append(unicodedata.normalize("NFKD", char)[0])
        elif key and key[-1] != " " and (char.isspace() or char == "-"):
            key.append(" ")
    return "".join(key).rstrip()


_ALIKE = str.maketrans({"ə": "ә", "Ə": "Ә", "ќ": "қ", "Ќ": "Қ"})
_LATIN = str.maketrans({"i": "і", "I": "І", "h": "һ", "H": "Һ"})
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def normalise(text: str) -> str:
    """Bring typed text to one form: NFC, single spaces, true Kazakh letters in place of look-alikes.

    The Latin schwa and the Macedonian ќ become ә and қ; Latin i and h become і and һ inside Cyrillic words only.
    """
    composed = unicodedata.normalize("NFC", text).translate(_ALIKE)
    repaired = _WORD.sub(lambda m: m[0].translate(_LATIN) if _CYRILLIC.search(m[0]) else m[0], composed)
    return re.sub(r"\s+", " ", repaired).strip()
