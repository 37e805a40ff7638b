"""The file of grants as people fill it in: who, which role, where, from when till when."""

from collections.abc import Iterable

from auth.access import rules
from auth.access.model import Role
from chassis.sheets import Column, Layout

PLACES = {
    "institution": ("бүкіл академия", "вся академия", "the whole academy"),
    "faculty": ("факультет", "факультет", "faculty"),
    "department": ("кафедра", "кафедра", "department"),
    "group": ("оқу тобы", "учебная группа", "study group"),
    "discipline": ("пән", "дисциплина", "discipline"),
    "assigned": ("өз оқу жүктемесі", "собственная учебная нагрузка", "own teaching"),
    "library_module": ("кітапхана модулі", "модуль библиотеки", "library module"),
    "website_section": ("сайт бөлімі", "раздел сайта", "section of the site"),
    "self": ("өз деректері", "собственные данные", "own data"),
}


def layout(roles: Iterable[Role]) -> Layout:
    """Lay the file out; roles go by their titles in any language, or by their codes."""
    known = {
        role.code: (role.title["kk"], role.title["ru"], role.title.get("en") or role.title["kk"], role.code)
        for role in roles
    }
    return Layout(
        columns=(
            Column(
                "who",
                {
                    "kk": "Логин немесе жеке нөмір",
                    "ru": "Логин или личный номер",
                    "en": "Login or personal number",
                },
                required=True,
                max_length=64,
            ),
            Column("role", {"kk": "Рөл", "ru": "Роль", "en": "Role"}, required=True, choices=known),
            Column(
                "scope_type",
                {"kk": "Ауқымы", "ru": "Область действия", "en": "Scope"},
                required=True,
                choices=PLACES,
            ),
            Column(
                "scope_id",
                {"kk": "Ауқым коды", "ru": "Код области", "en": "Code of the scope"},
                max_length=64,
            ),
            Column(
                "valid_from",
                {"kk": "Басталуы", "ru": "С какой даты", "en": "From"},
                required=True,
                check=rules.date_fault,
            ),
            Column("valid_to", {"kk": "Аяқталуы", "ru": "По какую дату", "en": "To"}, check=rules.date_fault),
        ),
        name_of=lambda row: row["who"],
        max_rows=500,
    )
