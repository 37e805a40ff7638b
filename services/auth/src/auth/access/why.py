"""Answer why somebody can or cannot do something, from the grants, the roles and the account as they stand (clause 9).

QuestionRefused (422)   no such permission or place
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.access import catalogue, service
from auth.access.model import Grant, Permission, RolePermission
from auth.access.rules import SCOPES_WITH_ID
from auth.access.rules_why import Against, Answer, Fact, Place, explain
from auth.accounts import service as accounts
from auth.people.model import Person
from auth.units import service as units
from chassis import clock
from chassis.i18n import format_date, localized
from chassis.i18n import gettext as _
from chassis.problems import FieldError, Invalid


class QuestionRefused(Invalid):
    """The question names something that is not there."""

    code = "auth.question-refused"


@dataclass(frozen=True, slots=True)
class Chain:
    """One way that is open: the role, the grant, and who gave it to whom for whom."""

    role: str
    role_title: str
    grant: Grant
    given_by: str
    deputy_for: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer in words.

    Attributes:
        can: whether it can be done.
        permission: the row of the catalogue.
        chains: the ways that are open.
        reasons: (code, words) of what speaks against, the account first.
        roles: titles of the roles that have the permission.
    """

    can: bool
    permission: Permission
    chains: Sequence[Chain]
    reasons: Sequence[tuple[str, str]]
    roles: Sequence[str]


def ask(
    session: Session, *, person: Person, permission: str, place_type: str = "", place_id: str = ""
) -> Explanation:
    """Explain whether a person can do something today, perhaps at a place.

    Raises:
        QuestionRefused: no such permission or place.
    """
    row = session.get(Permission, permission)
    errors = (
        [] if row else [FieldError("/permission", _("There is no right “%(code)s”", code=permission[:80]))]
    )
    if place_id and place_type not in SCOPES_WITH_ID:
        errors.append(FieldError("/place_type", _("Say of what kind the place is")))
    elif (
        place_id
        and place_type in {"faculty", "department"}
        and place_id not in units.codes(session, place_type)
    ):
        errors.append(FieldError("/place_id", _("There is no unit with this code")))
    if row is None or errors:
        raise QuestionRefused(errors=errors)
    grants = {grant.id: grant for grant in service.list_(session, person_id=person.id)}
    roles = set(session.scalars(select(RolePermission.role).where(RolePermission.permission == permission)))
    answer = explain(
        [_fact(grant) for grant in grants.values()],
        roles=roles,
        kinds=row.scopes,
        places=_places(session, place_type, place_id),
        today=clock.today(),
        account=_account_state(session, person),
    )
    return _in_words(session, row, answer, grants, sorted(roles))


def _account_state(session: Session, person: Person) -> str:
    account = accounts.get(session, person.id)
    if account is None:
        return "none"
    if person.status == "left":
        return "left"
    if account.blocked_at or person.status != "active":
        return "blocked"
    expires = getattr(account, "expires_on", None)
    return "expired" if expires and expires < clock.today() else "open"


def _fact(grant: Grant) -> Fact:
    return Fact(
        id=grant.id,
        role=grant.role,
        place=(grant.scope_type, grant.scope_id),
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
        basis=grant.basis,
        withdrawn=grant.withdrawn_order or "" if grant.withdrawn_at else None,
        deputy_for=grant.deputy_for,
    )


def _places(session: Session, kind: str, id: str) -> list[Place]:
    """Give the place asked about and the faculty it stands under; nothing when no place was asked about."""
    if not id:
        return []
    above = units.find(session, id) if kind == "department" else None
    parent = units.get_or_raise(session, above.parent_id) if above and above.parent_id else None
    return [(kind, id), *([("faculty", parent.code)] if parent and parent.kind == "faculty" else [])]


def _in_words(
    session: Session, row: Permission, answer: Answer, grants: dict[UUID, Grant], roles: list[str]
) -> Explanation:
    titles = {code: localized(title) for code, title in catalogue.titles(session).items()}
    named = [grants[fact.id] for fact in answer.chains]
    named += [grants[reason.fact.id] for reason in answer.reasons if reason.fact]
    people = {person for grant in named for person in (grant.given_by, grant.deputy_for)}
    names = service.names(session, people)
    chains = [
        Chain(
            role=grant.role,
            role_title=titles[grant.role],
            grant=grant,
            given_by=names.get(grant.given_by, "") if grant.given_by else "",
            deputy_for=names.get(grant.deputy_for, "") if grant.deputy_for else "",
        )
        for grant in (grants[fact.id] for fact in answer.chains)
    ]
    reasons = [(reason.code, _words(reason, titles, names)) for reason in (*answer.bars, *answer.reasons)]
    return Explanation(answer.can, row, chains, reasons, [titles[code] for code in roles])


def _words(reason: Against, titles: dict[str, str], names: dict[UUID, str]) -> str:
    fact = reason.fact
    if fact is None:
        return REASONS[reason.code]({})
    return REASONS[reason.code](
        {
            "role": titles[fact.role],
            "basis": fact.basis,
            "withdrawn": fact.withdrawn or "",
            "from": format_date(fact.valid_from),
            "to": format_date(fact.valid_to) if fact.valid_to else "",
            "place": fact.place[1] or "",
            "for": names.get(fact.deputy_for, "") if fact.deputy_for else "",
        }
    )


REASONS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "account-none": lambda _p: _("The person has no account"),
    "account-blocked": lambda _p: _("The account is blocked"),
    "account-left": lambda _p: _("The person has left the academy"),
    "account-expired": lambda _p: _("The account has expired"),
    "no-role-has-it": lambda _p: _("No role has this right"),
    "no-role": lambda _p: _("The person has no role with this right"),
    "withdrawn": lambda p: _(
        "“%(role)s” (%(basis)s) was withdrawn by the order %(withdrawn)s",
        role=p["role"], basis=p["basis"], withdrawn=p["withdrawn"],
    ),
    "not-begun": lambda p: _(
        "“%(role)s” (%(basis)s) begins on %(date)s only", role=p["role"], basis=p["basis"], date=p["from"]
    ),
    "over": lambda p: _(
        "The term of “%(role)s” (%(basis)s) was over on %(date)s", role=p["role"], basis=p["basis"], date=p["to"]
    ),
    "deputy-over": lambda p: _(
        "The term as the deputy of %(name)s in “%(role)s” (%(basis)s) was over on %(date)s",
        name=p["for"], role=p["role"], basis=p["basis"], date=p["to"],
    ),
    "elsewhere": lambda p: _(
        "“%(role)s” (%(basis)s) was given for another place: %(place)s",
        role=p["role"], basis=p["basis"], place=p["place"],
    ),
    "scope-unfit": lambda p: _(
        "“%(role)s” (%(basis)s) was given within a scope in which this right does not hold", role=p["role"], basis=p["basis"]
    ),
    "ones-own": lambda p: _(
        "“%(role)s” (%(basis)s) covers the person's own data or teaching only", role=p["role"], basis=p["basis"]
    ),
}  # fmt: skip
"""Words of the reasons against."""
