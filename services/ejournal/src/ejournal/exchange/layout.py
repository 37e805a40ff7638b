"""The files as people see them: a journal with a column for each lesson, and midterm controls of many journals in rows."""

from collections.abc import Sequence
from datetime import date

from chassis.sheets import Column, Layout, Row
from ejournal.journal.rules import Column as JournalColumn

NUMBER, NAME, ROW, STAMP = "number", "name", "row", "stamp"
HEADS = {
    ROW: {"kk": "№", "ru": "№", "en": "No."},
    NUMBER: {"kk": "Жеке нөмірі", "ru": "Личный номер", "en": "Personal number"},
    NAME: {"kk": "Білім алушы", "ru": "Обучающийся", "en": "Learner"},
    STAMP: {"kk": "Жүктеу нөмірі", "ru": "Номер выгрузки", "en": "Export number"},
    "p1": {"kk": "Р1", "ru": "Р1", "en": "P1"},
    "p2": {"kk": "Р2", "ru": "Р2", "en": "P2"},
    "rounded": {"kk": "Жіберу рейтингі", "ru": "Рейтинг допуска", "en": "Admission rating"},
    "rk1": {"kk": "АБ1", "ru": "РК1", "en": "MC1"},
    "rk2": {"kk": "АБ2", "ru": "РК2", "en": "MC2"},
}
COMPUTED = ("p1", "p2", "rounded")
MOST_ROWS = 300
MOST_MIDTERM_ROWS = 20_000


def titles_of(columns: Sequence[JournalColumn]) -> dict[str, dict[str, str]]:
    """Give the heading of each column of a journal, each once: the day and the pair of a lesson, or the midterm control."""
    found: dict[str, dict[str, str]] = {}
    seen: dict[str, int] = {}
    for column in columns:
        if column["kind"] != "lesson":
            found[column["id"]] = HEADS[column["kind"]]
            continue
        text = f"{date.fromisoformat(column['date']):%d.%m.%Y} · {column['pair']}"
        seen[text] = seen.get(text, 0) + 1
        text += f" ({seen[text]})" if seen[text] > 1 else ""
        found[column["id"]] = dict.fromkeys(("kk", "ru", "en"), text)
    return found


def name_of(row: Row) -> str:
    """Say whom a row is about."""
    return row[NAME] or row[NUMBER]


def journal_layout(columns: Sequence[JournalColumn]) -> Layout:
    """Give the table of a journal: who, the marks, what is computed (read by people alone), the number of the export."""
    marks = [Column(key, titles, max_length=40) for key, titles in titles_of(columns).items()]
    return Layout(
        columns=(
            Column(ROW, HEADS[ROW], required=True),
            Column(NUMBER, HEADS[NUMBER]),
            Column(NAME, HEADS[NAME], required=True),
            *marks,
            *(Column(f"calc:{key}", HEADS[key]) for key in COMPUTED),
            Column(STAMP, HEADS[STAMP], required=True),
        ),
        name_of=name_of,
        max_rows=MOST_ROWS,
    )


MIDTERM = Layout(
    columns=(
        Column(NUMBER, HEADS[NUMBER], max_length=64),
        Column(NAME, HEADS[NAME], max_length=200),
        Column(
            "discipline",
            {
                "kk": "Пән (коды немесе атауы)",
                "ru": "Дисциплина (код или название)",
                "en": "Discipline (code or title)",
            },
            required=True,
        ),
        Column("group", {"kk": "Оқу тобы", "ru": "Учебная группа", "en": "Study group"}, required=True),
        Column("period", {"kk": "Кезең (коды)", "ru": "Период (код)", "en": "Period (code)"}, required=True),
        Column("rk1", HEADS["rk1"], max_length=40),
        Column("rk2", HEADS["rk2"], max_length=40),
    ),
    name_of=name_of,
    max_rows=MOST_MIDTERM_ROWS,
)
