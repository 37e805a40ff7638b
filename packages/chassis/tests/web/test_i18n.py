"""Words, dates, numbers, the Kazakh alphabet and typed text."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import i18n
from chassis.factory import translation_folders

DAY = date(2026, 11, 23)
NIGHT = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
CATALOGUE = i18n.read_catalogue(
    Path(i18n.__file__).parent / "translations", Path(__file__).parent / "sample" / "translations"
)
pytestmark = pytest.mark.unit


def said(language, what):
    with i18n.speaking(CATALOGUE[language]):
        return what()


@pytest.mark.parametrize(
    ("language", "long", "day", "weekday"),
    [
        ("kk", "2026 ж. 23 қараша", "23 қараша", "дүйсенбі"),
        ("ru", "23 ноября 2026 г.", "23 ноября", "понедельник"),
        ("en", "23 November 2026", "23 November", "Monday"),
    ],
)
def test_dates(language, long, day, weekday):
    assert said(language, lambda: i18n.format_date(DAY, "long")).replace("\u00a0", " ") == long
    assert said(language, lambda: i18n.format_date(DAY, "day")) == day
    assert said(language, lambda: i18n.format_date(DAY, "weekday")) == weekday
    assert said(language, lambda: i18n.format_date(DAY)) == "23.11.2026"


def test_moments_are_shown_in_the_time_of_the_academy():
    assert said("kk", lambda: i18n.format_datetime(NIGHT)) == "24.11.2026 01:05"
    assert said("kk", lambda: i18n.format_datetime(NIGHT, "long")) == "2026\u00a0ж. 24 қараша, 01:05"
    assert said("kk", lambda: i18n.format_date(NIGHT)) == "24.11.2026"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_nothing_has_a_narrow_space(language):
    texts = [
        said(language, lambda: i18n.format_number(1234567)),
        said(language, lambda: i18n.format_number(Decimal("1234.5"), 2)),
        said(language, lambda: i18n.format_datetime(NIGHT, "long")),
    ]
    assert not any("\u202f" in text for text in texts)


def test_numbers():
    assert said("kk", lambda: i18n.format_number(1234567)) == "1\u00a0234\u00a0567"
    assert said("ru", lambda: i18n.format_number(Decimal("86.5"), 2)) == "86,50"
    assert [said(lang, lambda: i18n.format_decimal_text("3.670")) for lang in ("kk", "ru", "en")] == [
        "3,670",
        "3,670",
        "3.670",
    ]
    assert said("en", lambda: i18n.format_number(Decimal("86.5"))) == "86.5"
    assert said("ru", lambda: i18n.format_number(86, 0)) == "86"


@pytest.mark.parametrize(
    ("language", "n", "words"),
    [("ru", 1, "1 запись"), ("ru", 3, "3 записи"), ("ru", 11, "11 записей"), ("ru", 21, "21 запись"), ("kk", 1, "1 жазба"), ("kk", 5, "5 жазба"), ("en", 1, "1 note"), ("en", 0, "0 notes")],
)  # fmt: skip
def test_words_that_count(language, n, words):
    assert said(language, lambda: i18n.ngettext("%(n)s note", "%(n)s notes", n)) == words


def test_lazy_words_are_said_when_they_are_read():
    lazy = i18n.lazy_gettext("Notes")
    assert [said(language, lambda: str(lazy)) for language in i18n.LANGUAGES] == [
        "Жазбалар",
        "Записи",
        "Notes",
    ]
    assert said("ru", lambda: lazy == "Записи")
    assert said("ru", lambda: f"{lazy}: 5") == "Записи: 5"


def test_unknown_words_stay_english_and_placeholders_are_filled():
    assert (
        said("kk", lambda: i18n.gettext("Row %(row)s of 100 %% is unheard of", row=3))
        == "Row 3 of 100 % is unheard of"
    )
    assert said("kk", lambda: i18n.gettext("100 % unheard of")) == "100 % unheard of"


@pytest.mark.parametrize(
    ("filled", "kazakh"),
    [
        ("Shorter than minimum length 3.", "Кемінде 3 таңба болуы керек."),
        ("Must be one of: exam, credit.", "Мына мәндердің бірі болуы керек: exam, credit."),
        ("Not a valid date.", "Күні дұрыс емес."),
        ("Something of its own.", "Something of its own."),
    ],
)
def test_filled_messages_of_validators(filled, kazakh):
    assert said("kk", lambda: i18n.translate_filled(filled)) == kazakh


def test_localized_text_falls_back_to_kazakh():
    title = {"kk": "Құқық", "ru": "Право"}
    assert said("ru", lambda: i18n.localized(title)) == "Право"
    assert said("en", lambda: i18n.localized(title)) == "Құқық"
    assert i18n.localized(title, "ru") == "Право"
    assert i18n.localized(None) == ""


def test_kazakh_order():
    names = [
        "Ыбырай",
        "Ілияс",
        "Әлия",
        "Абай",
        "Ғани",
        "Гүлнар",
        "Қайрат",
        "Кәрім",
        "Үміт",
        "Ұлан",
        "Уәли",
        "Ңаз",
        "Өмір",
        "Һадиша",
        "Хамит",
    ]
    right = [
        "Абай",
        "Әлия",
        "Гүлнар",
        "Ғани",
        "Кәрім",
        "Қайрат",
        "Ңаз",
        "Өмір",
        "Уәли",
        "Ұлан",
        "Үміт",
        "Хамит",
        "Һадиша",
        "Ыбырай",
        "Ілияс",
    ]
    assert sorted(names, key=i18n.sort_key) == right


def test_order_of_letters_is_the_alphabet():
    assert sorted(i18n.ALPHABET, key=i18n.sort_key) == list(i18n.ALPHABET)
    assert len(i18n.ALPHABET) == 42


@pytest.mark.parametrize(
    ("first", "second"),
    [("12 топ", "abc"), ("abc", "абай"), ("Абай Б.", "Абайділда"), ("É", "F"), ("өрт", "п")],
)
def test_order_of_kinds(first, second):
    assert i18n.sort_key(first) < i18n.sort_key(second)


def test_case_and_punctuation_do_not_count():
    assert i18n.sort_key("«ӘЛЕМ»!") == i18n.sort_key("әлем")


@given(st.text(max_size=30))
def test_sort_key_takes_any_text(text):
    assert i18n.sort_key(text) == i18n.sort_key(text.strip())


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("Қазақстаn  əлемі ", "Қазақстаn әлемі"),
        ("ќұқық", "құқық"),
        ("білiм", "білім"),
        ("Iлияс hадиша", "Ілияс hадиша".replace("h", "һ")),
        ("Ahmet iPhone", "Ahmet iPhone"),
        ("й", "й"),
        ("қ\u0301", "қ\u0301"),
        ("\u00a0a\tb\n", "a b"),
    ],
)
def test_typed_text_is_brought_to_one_form(typed, right):
    assert i18n.normalise(typed) == right


@given(st.text(alphabet="абқəќihIHё йé z", max_size=30))
def test_normalising_twice_changes_nothing(text):
    once = i18n.normalise(text)
    assert i18n.normalise(once) == once


def test_folders_of_words_end_with_the_service(service):
    assert [folder.parent.name for folder in translation_folders(service)] == ["chassis", "design", "sample"]
