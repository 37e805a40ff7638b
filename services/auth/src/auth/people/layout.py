"""The intake file as people fill it in."""

from auth.people import rules
from chassis.sheets import Column, Layout, Row


def name_of(row: Row) -> str:
    """Say whom a row is about: the name, or the number where there is none."""
    return " ".join(filter(None, (row["family_name"], row["given_name"], row["patronymic"]))) or row["number"]


INTAKE = Layout(
    columns=(
        Column(
            "number",
            {"kk": "Жеке нөмірі", "ru": "Личный номер", "en": "Personal number"},
            required=True,
            unique=True,
            check=rules.number_fault,
        ),
        Column(
            "family_name",
            {"kk": "Тегі", "ru": "Фамилия", "en": "Family name"},
            required=True,
            max_length=60,
            check=rules.name_fault,
        ),
        Column(
            "given_name",
            {"kk": "Аты", "ru": "Имя", "en": "Given name"},
            required=True,
            max_length=60,
            check=rules.name_fault,
        ),
        Column(
            "patronymic",
            {"kk": "Әкесінің аты", "ru": "Отчество", "en": "Patronymic"},
            max_length=60,
            check=rules.name_fault,
        ),
        Column(
            "kind",
            {"kk": "Санаты", "ru": "Категория", "en": "Kind"},
            required=True,
            choices={
                "learner": ("білім алушы", "обучающийся", "learner", "курсант", "тыңдаушы", "слушатель"),
                "teacher": ("оқытушы", "преподаватель", "teacher"),
                "staff": ("қызметкер", "сотрудник", "staff"),
            },
        ),
        Column(
            "group_code",
            {"kk": "Оқу тобы", "ru": "Учебная группа", "en": "Study group"},
            check=rules.group_fault,
        ),
        Column("department_code", {"kk": "Кафедра коды", "ru": "Код кафедры", "en": "Department code"}),
        Column(
            "language",
            {"kk": "Тілі", "ru": "Язык", "en": "Language"},
            required=True,
            choices={
                "kk": ("қазақша", "казахский", "Kazakh", "қазақ", "қаз"),
                "ru": ("орысша", "русский", "Russian", "орыс", "рус"),
            },
        ),
    ),
    name_of=name_of,
    max_rows=5000,
)
