"""Read and change the academy's rules.

PolicyRefused (422)     a number outside its bounds, a role nobody knows; each at its field
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.policy import rules
from auth.policy.model import PolicyRow
from auth.policy.rules import Policy
from chassis.audit import audit
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, FieldError, Invalid

ONLY = 1
IN_FORCE = select(*(getattr(PolicyRow, name) for name in rules.NAMES), PolicyRow.version).where(
    PolicyRow.id == ONLY
)


class PolicyRefused(Invalid):
    """The rules cannot be as asked."""

    code = "auth.policy-refused"
    title = _l("The rules were not saved")


def get(session: Session) -> Policy:
    """Answer the rules in force; the defaults until the academy has set its own."""
    return get_versioned(session)[0]


def get_versioned(session: Session) -> tuple[Policy, int]:
    """Answer the rules and the version a change of them is made on; 0 for the defaults."""
    row = session.execute(IN_FORCE).one_or_none()
    if row is None:
        return rules.DEFAULT, 0
    *values, version = row
    named = dict(zip(rules.NAMES, values, strict=True))
    return Policy(**{**named, "second_factor_roles": tuple(named["second_factor_roles"])}), version


def change(
    session: Session, *, policy: Policy, version: int, known_roles: Collection[str], actor: UUID | str
) -> Policy:
    """Set the rules; they hold from the next request on.

    Raises:
        PolicyRefused: names every number out of bounds and every unknown role.
        Conflict: somebody changed them since `version` was read.
    """
    errors = [FieldError(f"/{name}", _words(name, code)) for name, code in rules.faults(policy, known_roles)]
    if errors:
        raise PolicyRefused(errors=errors)
    before, current = get_versioned(session)
    if version != current:
        raise Conflict(extra={"expected_version": version, "current_version": current})
    row = session.get(PolicyRow, ONLY)
    if row is None:
        row = PolicyRow(id=ONLY)
        session.add(row)
    after = rules.as_json(policy)
    for name, value in after.items():
        setattr(row, name, value)
    session.flush()
    audit(
        session,
        act="auth.policy.changed",
        subject="policy",
        actor=actor,
        before=rules.as_json(before),
        after=after,
    )
    return policy


def _words(name: str, code: str) -> str:
    if code == "unknown-role":
        return _("There is no such role")
    if code == "unknown-rule":
        return _("Choose one of the rules")
    least, most = rules.BOUNDS[rules.BY_ROLE.get(name.partition("/")[0], name)]
    return _("From %(least)s to %(most)s", least=least, most=most)
