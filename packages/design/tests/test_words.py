"""The shared words: every one is there in Kazakh and Russian, with the same places, and truly in that language."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from design import assets

KAZAKH_ONLY = set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
PLACES = re.compile(r"%\((\w+)\)s")


def said(language: str) -> dict[str, str]:
    with Path(assets.TRANSLATIONS / language / "messages.po").open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream, locale=language) if m.id and not m.fuzzy}


def asked() -> set[str]:
    """Every message of the code and the templates."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    found = extract_from_dir(str(assets.HERE), methods, keywords={"_": None, "_l": None})
    return {message for _file, _line, message, _comments, _context in found}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    words = said(language)
    assert {message for message, text in words.items() if not text} == set()
    assert asked() == set(words)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_places_stay(language: str) -> None:
    for message, text in said(language).items():
        assert PLACES.findall(message) == PLACES.findall(text), message


def test_russian_has_no_kazakh_letters_and_no_latin_hides_in_cyrillic_words() -> None:
    proper = {"Shanyraq"}
    for message, text in said("ru").items():
        assert message in proper or not KAZAKH_ONLY & set(text), text
    for language in ("kk", "ru"):
        for text in said(language).values():
            assert not re.search(
                r"[а-яәіңғүұқөһ][a-z]|[a-z][а-яәіңғүұқөһ]", PLACES.sub("", text), re.IGNORECASE
            ), text
