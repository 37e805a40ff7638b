"""Load people, units, roles and the demo sign-ins into auth."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.access import service as access
from auth.accounts import passwords
from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.people import intake
from auth.people import service as people
from auth.people.layout import INTAKE
from auth.people.model import Person
from auth.units import service as units
from chassis import clock
from dev.demo import PASSWORD, words
from dev.demo.academy import Academy
from dev.demo.workbooks import fill_in

ORDER = "21-к"
INSTITUTION = {
    "kk": "Қазақстан Республикасы Ішкі істер министрлігінің академиясы",
    "ru": "Академия Министерства внутренних дел Республики Казахстан",
    "en": "Academy of the Ministry of Internal Affairs of the Republic of Kazakhstan",
}
FACULTY, DEPARTMENT = words.FACULTIES[0][0], "ADM"
"""The first faculty, and the department of both teachers with a demo sign-in."""
# login, role, the kind of unit the role is given for and its code, family name, given name, patronymic
STAFF = (
    ("admin", "account_administrator", "institution", "", "Тәжібаев", "Асқар", "Болатұлы"),
    ("registrar", "registrar", "institution", "", "Сейітова", "Гүлнұр", "Маратқызы"),
    ("librarian", "librarian", "institution", "", "Иванова", "Ольга", "Петровна"),
    ("editor", "web_editor", "institution", "", "Жақсыбаева", "Айгерім", "Серікқызы"),
    ("quality", "quality_officer", "institution", "", "Оспанов", "Берік", "Талғатұлы"),
    ("clerk", "faculty_clerk", "faculty", FACULTY, "Мұсина", "Жанар", "Қайратқызы"),
    ("head", "department_head", "department", DEPARTMENT, "Нұрпейісов", "Ерлан", "Сәкенұлы"),
    ("dean", "dean", "faculty", FACULTY, "Қасымова", "Сәуле", "Дәуренқызы"),
)


def load(session: Session, academy: Academy, *, day: date) -> None:
    """Load the units, the staff with their roles, and everybody of the academy as one intake."""
    _units(session)
    admin = _staff(session, day)
    rows = [
        {
            "number": person.number,
            "family_name": person.family_name,
            "given_name": person.given_name,
            "patronymic": person.patronymic,
            "kind": person.kind,
            "group_code": person.group_code,
            "department_code": person.department_code,
            "language": person.language,
        }
        for person in academy.people
    ]
    judged = intake.examine(
        session,
        data=fill_in(INTAKE, rows),
        file_name="academy.xlsx",
        order_number=ORDER,
        order_date=day,
        actor=admin,
    )
    if judged.faults:
        raise ValueError(judged.faults[:3])
    locked = intake.get_or_raise(session, judged.id, lock=True)
    intake.apply(session, intake=locked, actor=admin)
    _sign_ins(session, academy)


def _units(session: Session) -> None:
    root = units.create(
        session, code="ACADEMY", kind="institution", title=INSTITUTION, parent_id=None, actor="demo"
    )
    faculties = {
        code: units.create(
            session, code=code, kind="faculty", title=title._asdict(), parent_id=root.id, actor="demo"
        )
        for code, _prefix, title in words.FACULTIES
    }
    for code, faculty, title in words.DEPARTMENTS:
        parent = faculties[faculty].id
        units.create(
            session, code=code, kind="department", title=title._asdict(), parent_id=parent, actor="demo"
        )


def _staff(session: Session, day: date) -> UUID:
    """Create the staff; the portal administrator comes first and is answered."""
    ids = []
    for number, (login, role, unit, code, family, given, patronymic) in enumerate(STAFF, 1):
        values = {
            "family_name": family,
            "given_name": given,
            "patronymic": patronymic,
            "kind": "staff",
            "number": f"S{number:04d}",
            "group_code": None,
            "department_code": code or None,
            "language": "kk",
        }
        person = people.create(session, values=values, actor="demo", basis=ORDER)
        account = accounts.create(session, person=person, actor="demo", login=login)
        _open(account)
        access.give_template(
            session,
            person=person,
            role=role,
            scope_type=unit,
            scope_id=code or None,
            order_number=ORDER,
            order_date=day,
            actor=None,
        )
        ids.append(person.id)
    return ids[0]


def _open(account: Account) -> None:
    """Let a demo account sign in with the printed password."""
    account.password_hash = passwords.hash_password(PASSWORD)
    account.password_at, account.must_change = clock.now(), False


def _sign_ins(session: Session, academy: Academy) -> None:
    """Give short logins to the teachers of the demo journal and to its first cadet."""
    for login, number in academy.shown().items():
        account = session.scalars(select(Account).join(Person).where(Person.number == number)).one()
        account.login = login
        _open(account)
