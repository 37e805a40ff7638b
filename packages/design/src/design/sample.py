"""Believable content for the living style page: long Kazakh and Russian words on every component, nobody real."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from chassis.i18n import language
from design import charts

LONG = {
    "kk": "Қылмыстық-процестік заңнаманы жетілдіруге қатысушылардың өзара ықпалдастықтарындағы ерекшеліктер",
    "ru": "Совершенствование правоприменительной деятельности подразделений, противодействующих киберпреступности",
    "en": "Interdepartmental counter-cybercrime responsibilities and administrative misunderstandings",
}
LONG_WORD = {
    "kk": "Психофизиологиялықтандырылмағандықтарыңыздан",
    "ru": "Человеконенавистничествующего-законопослушания",
    "en": "Counterrevolutionaries-incomprehensibilities",
}
NAMES = (
    "Әбілқасымов Нұрсұлтан",
    "Ғабдуллин Тимур",
    "Қожахметова Үмітжан",
    "Һәкімов Ұлықбек",
    "Өскенбаева Іңкәр",
)
ROWS: tuple[tuple[Any, ...], ...] = (
    ("81", "н", "75", "", "77", "76"),
    ("92", "66", "88", "90", "89", "88"),
    ("", "101", "71", "84", "77", "74"),
    ("49", "72", "64", "54", "58", "61"),
    ("100", "98", "97", "96", "98", "97"),
)


def form() -> SimpleNamespace:
    """Make a form that came back with errors, in the page's language."""
    said = {
        "kk": ("Аты-жөнін жазыңыз", "Күн осылай жазылады: 23.11.2026"),
        "ru": ("Укажите фамилию и имя", "Дата пишется так: 23.11.2026"),
        "en": ("Enter the name", "Write the date like this: 23.11.2026"),
    }[language()]
    return SimpleNamespace(
        errors={"name": [said[0]], "born": [said[1]]}, values={"name": "", "born": "31.02.2008", "kind": "b"}
    )


def chart_samples() -> dict[str, charts.Chart]:
    """Draw one chart of each kind."""
    years = [str(year) for year in range(2021, 2027)]
    words = {
        "kk": (
            "Қабылданғандар мен бітіргендер, адам",
            "Қабылданды",
            "Бітірді",
            "Кафедралар бойынша орташа балл",
        ),
        "ru": ("Принято и выпущено, человек", "Принято", "Выпущено", "Средний балл по кафедрам"),
        "en": ("Admitted and graduated, persons", "Admitted", "Graduated", "Mean mark by department"),
    }[language()]
    both = {words[1]: [180, 195, 210, 224, 240, 252], words[2]: [236, 248, 261, 280, 287, 294]}
    means = {LONG[language()][:48]: Decimal("78.4"), NAMES[1]: Decimal("71.9"), NAMES[3]: Decimal("64.2")}
    bins = {"0–49": 12, "50–59": 31, "60–69": 78, "70–79": 124, "80–89": 96, "90–100": 41}
    return {
        "grouped": charts.grouped(words[0], years, both),
        "line": charts.line(words[0], years, both),
        "bar": charts.bar(words[3], means),
        "histogram": charts.histogram(words[3], bins),
    }


def menu() -> list[Any]:
    """Compose the six entries of the site's menu."""
    from design.menu import site_menu

    return list(site_menu(lambda code: f"#menu-{code}", "news"))


def values() -> dict[str, Any]:
    """Gather what the style page shows."""
    lang = language()
    return {
        "long": LONG[lang],
        "word": LONG_WORD[lang],
        "names": NAMES,
        "marks": ROWS,
        "form": form(),
        "charts": chart_samples(),
        "menu": menu(),
        "url_of": lambda page: f"#page-{page}",
    }
