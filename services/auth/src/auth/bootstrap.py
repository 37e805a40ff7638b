"""Make the first portal administrator of an empty installation: `python -m auth.bootstrap LOGIN FAMILY GIVEN ORDER DATE`.

Reads the settings of auth from the environment, and prints the first password once; it must be changed at the first sign-in.
An installation that has an administrator already is left alone.
"""

import os
import sys
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.access import service as access
from auth.access.model import Grant
from auth.accounts import service as accounts
from auth.people import service as people
from auth.settings import AuthSettings
from chassis.db import make_engine, unit_of_work
from chassis.settings import SettingsError

ROLE = "account_administrator"


def ensure_administrator(
    session: Session, *, login: str, family_name: str, given_name: str, order_number: str, order_date: date
) -> str | None:
    """Make an administrator with every right over accounts; answer the first password, or None where there is one already."""
    living = select(Grant).where(Grant.role == ROLE, Grant.withdrawn_at.is_(None)).limit(1)
    if session.scalar(living):
        return None
    values = {
        "number": "ADMIN-1",
        "family_name": family_name,
        "given_name": given_name,
        "kind": "staff",
        "language": "kk",
    }
    ground = accounts.basis(order_number, order_date)
    person = people.create(session, values=values, actor="installation", basis=ground)
    account = accounts.create(session, person=person, actor="installation", login=login, basis=ground)
    access.give_template(
        session,
        person=person,
        role=ROLE,
        scope_type="institution",
        order_number=order_number,
        order_date=order_date,
        actor=None,
    )
    return accounts.give_slips(session, accounts=[account], actor="installation")[0].password


def main(arguments: list[str]) -> int:
    """Run the command; answer its exit code."""
    try:
        login, family_name, given_name, order_number, day = arguments
        settings = AuthSettings.load("auth", os.environ)
        with unit_of_work(make_engine(settings.database_url)) as session:
            password = ensure_administrator(
                session,
                login=login,
                family_name=family_name,
                given_name=given_name,
                order_number=order_number,
                order_date=date.fromisoformat(day),
            )
    except (ValueError, SettingsError) as error:
        sys.stderr.write(f"{error}\nusage: python -m auth.bootstrap LOGIN FAMILY GIVEN ORDER YYYY-MM-DD\n")
        return 2
    sys.stdout.write(f"{login} {password}\n" if password else "there is an administrator already\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
