"""Accounts with logins by the rule the academy has set: made of the name, or of the personal number; unique, and never given twice.

The rows of closed accounts stay, so that a login found here is one that nobody ever had.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from auth.accounts import rules
from auth.accounts.lookalikes import skeleton
from auth.accounts.model import Account
from auth.people.model import Person
from auth.policy import service as policies
from chassis import clock
from chassis.audit import audit

LOCK = 7_325_511
FEW = 20


def invent(session: Session, people: Sequence[Person]) -> list[str]:
    """Give a free login for each person, in their order; it looks like no login there ever was.

    Whoever invents waits for who did before: two people of one name who are entered at the same moment get two logins.
    """
    if not people:
        return []
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    by_number = policies.get(session).login_rule == "number"
    wishes = [_candidates(person, by_number=by_number) for person in people]
    taken = _taken(session, people, by_number=by_number)
    logins = []
    for wish in wishes:
        login = next(one for one in wish if skeleton(one) not in taken)
        taken.add(skeleton(login))
        logins.append(login)
    return logins


def create_all(
    session: Session,
    people: Sequence[Person],
    *,
    actor: UUID | str,
    basis: str = "",
    logins: Sequence[str] | None = None,
) -> list[Account]:
    """Create accounts without passwords for many people; their logins follow the academy's rule if none are given."""
    given = zip(people, logins or invent(session, people), strict=True)
    now = clock.now()
    accounts = [
        Account(person=person, login=login, must_change=True, created_at=now) for person, login in given
    ]
    session.add_all(accounts)
    session.flush()
    for account in accounts:
        audit(
            session,
            act="auth.account.created",
            subject=f"person:{account.person_id}",
            actor=actor,
            after={"login": account.login},
            basis=basis or None,
        )
    return accounts


def _candidates(person: Person, *, by_number: bool) -> Iterator[str]:
    if by_number:
        return rules.number_candidates(person.number)
    return rules.login_candidates(person.family_name, person.given_name, person.patronymic)


def _taken(session: Session, people: Sequence[Person], *, by_number: bool) -> set[str]:
    """Give the skeletons that could collide: every candidate begins with the first one's part before the point."""
    query = select(Account.skeleton)
    if len(people) <= FEW:
        firsts = [next(_candidates(person, by_number=by_number)).split(".")[0] for person in people]
        query = query.where(or_(*(Account.skeleton.startswith(skeleton(first)) for first in firsts)))
    return set(session.scalars(query))
