"""The sheets the portal takes, as data: their columns, what plans them and what writes them."""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.i18n import LazyText
from chassis.i18n import lazy_gettext as _l
from chassis.sheets import Column, Layout, Row
from portal import columns
from portal.curricula import rules as curricula_rules
from portal.curricula import service as curricula
from portal.duty import rules as duty_rules
from portal.duty import service as duty
from portal.groups import service as groups
from portal.sheets import Plan, code_form, plain_day, title_columns, whole
from portal.teaching import service as teaching
from portal.timetable import rules as timetable_rules
from portal.timetable import service as timetable

LANGUAGE_WORDS = {
    "kk": ("қазақша", "казахский", "Kazakh", "kk", "қаз"),
    "ru": ("орысша", "русский", "Russian", "ru", "рус"),
    "en": ("ағылшынша", "английский", "English", "en"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sheet: `order` is the order in which an academy starts."""

    name: str
    title: LazyText
    hint: LazyText
    layout: Layout
    plan: Callable[..., Plan]
    apply: Callable[..., None]
    signed: bool = False
    """What is written carries the name of who applies the sheet."""


def _subject(row: Row) -> str:
    return f"{row['group_code'] or row.get('programme', '')} · {row['discipline_code']}"


GROUPS = Layout(
    (
        Column(
            "code",
            {"kk": "Топ коды", "ru": "Код группы", "en": "Group code"},
            required=True,
            unique=True,
            check=code_form,
        ),
        *title_columns({"kk": "Атауы", "ru": "Название", "en": "Title"}),
        Column(
            "faculty_code",
            {"kk": "Факультет коды", "ru": "Код факультета", "en": "Faculty code"},
            required=True,
        ),
        columns.PROGRAMME,
        columns.year(required=True),
        Column(
            "language",
            {"kk": "Оқыту тілі", "ru": "Язык обучения", "en": "Language of instruction"},
            required=True,
            choices=LANGUAGE_WORDS,
        ),
    ),
    name_of=lambda row: row["code"],
    max_rows=1000,
)
DISCIPLINES = Layout(
    (
        columns.discipline(unique=True),
        *title_columns({"kk": "Атауы", "ru": "Название", "en": "Title"}),
        Column(
            "department_code",
            {"kk": "Кафедра коды", "ru": "Код кафедры", "en": "Department code"},
            required=True,
        ),
    ),
    name_of=lambda row: row["code"],
    max_rows=2000,
)
CURRICULUM = Layout(
    (
        columns.discipline(),
        columns.group(required=False),
        columns.PROGRAMME,
        columns.year(required=False),
        columns.PERIOD,
        Column(
            "credits",
            {"kk": "Кредиттер", "ru": "Кредиты", "en": "Credits"},
            required=True,
            check=whole(1, 60),
        ),
        Column(
            "control",
            {"kk": "Бақылау түрі", "ru": "Форма контроля", "en": "Form of control"},
            required=True,
            choices=curricula_rules.CONTROLS,
        ),
        Column("hours", {"kk": "Сағаттар", "ru": "Часы", "en": "Hours"}, check=whole(0, 1800)),
    ),
    name_of=_subject,
)
ASSIGNMENTS = Layout(
    (
        Column("number", columns.NUMBER, required=True),
        columns.discipline(),
        columns.group(),
        columns.PERIOD,
    ),
    name_of=lambda row: row["number"],
)
TIMETABLE = Layout(
    (
        columns.group(),
        columns.discipline(),
        columns.PERIOD,
        Column(
            "kind",
            {"kk": "Сабақ түрі", "ru": "Вид занятия", "en": "Kind of lesson"},
            required=True,
            choices=timetable_rules.KIND_WORDS,
        ),
        Column("number", columns.NUMBER),
        Column("room", {"kk": "Аудитория", "ru": "Аудитория", "en": "Room"}, max_length=64),
        Column(
            "weekday",
            {"kk": "Апта күні", "ru": "День недели", "en": "Weekday"},
            required=True,
            choices=timetable_rules.WEEKDAYS,
        ),
        Column("pair", {"kk": "Жұп сабақ", "ru": "Пара", "en": "Pair"}, required=True, check=whole(1, 10)),
        Column("weeks", {"kk": "Апталар", "ru": "Недели", "en": "Weeks"}),
    ),
    name_of=_subject,
)

DUTIES = Layout(
    (
        Column(
            "number",
            {
                "kk": "Білім алушының жеке нөмірі",
                "ru": "Личный номер обучающегося",
                "en": "Learner's personal number",
            },
            required=True,
        ),
        Column("day", {"kk": "Күні", "ru": "Дата", "en": "Day"}, required=True, check=plain_day),
        Column(
            "kind",
            {"kk": "Наряд түрі", "ru": "Вид наряда", "en": "Kind of duty"},
            required=True,
            choices=duty_rules.KIND_WORDS,
        ),
        Column(
            "basis", {"kk": "Негіздеме", "ru": "Основание", "en": "Ground"}, required=True, max_length=400
        ),
    ),
    name_of=lambda row: row["number"],
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "groups",
            _l("Groups"),
            _l("Study groups with faculty, year and language of instruction"),
            GROUPS,
            groups.plan_groups,
            groups.apply_groups,
        ),
        Kind(
            "disciplines",
            _l("Disciplines"),
            _l("Disciplines with the department that teaches them"),
            DISCIPLINES,
            curricula.plan_disciplines,
            curricula.apply_disciplines,
        ),
        Kind(
            "curriculum",
            _l("Working curriculum"),
            _l("Who is taught what in which period: credits, control, hours"),
            CURRICULUM,
            curricula.plan_rows,
            curricula.apply_rows,
        ),
        Kind(
            "assignments",
            _l("Teaching assignments"),
            _l("Which teacher teaches which discipline to which group; journals open by themselves"),
            ASSIGNMENTS,
            teaching.plan_assignments,
            teaching.apply_assignments,
        ),
        Kind(
            "timetable",
            _l("Timetable"),
            _l("Weekly lessons by weekday, pair and weeks; they become dated lessons of the period"),
            TIMETABLE,
            timetable.plan_timetable,
            timetable.apply_timetable,
        ),
        Kind(
            "duties",
            _l("Duty roster"),
            _l("Who is on duty on which day; the journals excuse the lessons of that day"),
            DUTIES,
            duty.plan_duties,
            duty.apply_duties,
            signed=True,
        ),
    )
}
