"""Columns that several sheets share; people know them by the same headings everywhere."""

from chassis.sheets import Column
from portal.sheets import code_form, whole


def discipline(*, unique: bool = False) -> Column:
    """Code of a discipline."""
    titles = {"kk": "Пән коды", "ru": "Код дисциплины", "en": "Discipline code"}
    if unique:
        return Column("code", titles, required=True, unique=True, check=code_form)
    return Column("discipline_code", titles, required=True)


def group(*, required: bool = True) -> Column:
    """Code of a study group."""
    titles = {"kk": "Топ коды", "ru": "Код группы", "en": "Group code"}
    return Column("group_code", titles, required=required)


PERIOD = Column("period_code", {"kk": "Оқу кезеңі", "ru": "Учебный период", "en": "Period"}, required=True)
PROGRAMME = Column(
    "programme",
    {"kk": "Білім беру бағдарламасы", "ru": "Образовательная программа", "en": "Programme"},
    max_length=32,
)
NUMBER = {
    "kk": "Оқытушының жеке нөмірі",
    "ru": "Личный номер преподавателя",
    "en": "Teacher's personal number",
}


def year(*, required: bool) -> Column:
    """Year of study, 1 to 6."""
    titles = {"kk": "Курс", "ru": "Курс", "en": "Year of study"}
    return Column("year_of_study", titles, required=required, check=whole(1, 6))
