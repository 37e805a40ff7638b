"""The audit in words: what acts and fields are called, and names instead of ids where they are known."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.access import catalogue
from auth.programs.model import Program
from auth.units.model import Unit
from chassis.i18n import LazyText, localized
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l

ACTS: Mapping[str, LazyText] = {
    "auth.account.blocked": _l("Account blocked"),
    "auth.account.created": _l("Account opened"),
    "auth.account.password-changed": _l("Password changed by its owner"),
    "auth.account.password-changed-at-keycloak": _l("Password changed at the sign-in server"),
    "auth.account.slip-made": _l("Sign-in slip made, old password void"),
    "auth.account.closed": _l("Account closed: its entry is undone"),
    "auth.account.opened-again": _l("Account opened again"),
    "auth.account.code-made": _l("One-time code made"),
    "auth.account.code-used": _l("Password changed by a one-time code"),
    "auth.account.term-set": _l("Last day of the account set"),
    "auth.account.expired": _l("Account ended: its last day is over"),
    "auth.account.deleted": _l("Account deleted for good"),
    "auth.account.unblocked": _l("Account unblocked"),
    "auth.audit.exported": _l("Part of the audit taken away"),
    "auth.catalogue.registered": _l("New rights registered by a service"),
    "auth.emergency.failed": _l("Emergency sign-in refused"),
    "auth.emergency.named": _l("Emergency account named"),
    "auth.emergency.used": _l("Emergency sign-in"),
    "auth.emergency.withdrawn": _l("Emergency account withdrawn"),
    "auth.factor.codes-renewed": _l("Recovery codes made anew"),
    "auth.factor.enrolled": _l("Second factor set up"),
    "auth.factor.recovery-code-used": _l("Recovery code used"),
    "auth.factor.removed": _l("Second factor given up by its owner"),
    "auth.factor.reset": _l("Second factor taken off"),
    "auth.grant.given": _l("Role given"),
    "auth.grant.withdrawn": _l("Role withdrawn"),
    "auth.grant-import.applied": _l("File of roles applied"),
    "auth.grant-import.undone": _l("File of roles undone"),
    "auth.intake.applied": _l("Intake of people entered"),
    "auth.intake.undone": _l("Intake of people undone"),
    "auth.key.rotated": _l("Signing key rotated"),
    "auth.keycloak.push-dropped": _l("Message to the sign-in server dropped"),
    "auth.keycloak.push-retried": _l("Message to the sign-in server sent again"),
    "auth.keycloak.realm-kept": _l("Sign-in server set up anew"),
    "auth.people.exported": _l("List of people taken away"),
    "auth.person.changed": _l("Person's record changed"),
    "auth.person.created": _l("Person entered"),
    "auth.policy.changed": _l("Rules of accounts and sign-ins changed"),
    "auth.program.blocked": _l("Program blocked"),
    "auth.program.changed": _l("Program changed"),
    "auth.program.created": _l("Program entered"),
    "auth.program.credential-ended": _l("Program's secret or key ended"),
    "auth.program.key-registered": _l("Program's key registered"),
    "auth.program.removed": _l("Program removed"),
    "auth.program.secret-made": _l("Program's secret made"),
    "auth.program.unblocked": _l("Program unblocked"),
    "auth.review.closed": _l("Review of roles signed off"),
    "auth.review.decided": _l("Line of a review signed"),
    "auth.review.started": _l("Review of roles begun"),
    "auth.role.changed": _l("Role changed"),
    "auth.role.created": _l("Role created"),
    "auth.role.retired": _l("Role retired"),
    "auth.session.all-ended": _l("Sign-ins ended all at once"),
    "auth.session.ended": _l("Sign-in ended"),
    "auth.session.opened": _l("Signed in"),
    "auth.unit.created": _l("Unit created"),
    "auth.unit.renamed": _l("Unit renamed"),
}
FIELDS: Mapping[str, LazyText] = {
    "address": _l("Address"),
    "basis": _l("Order"),
    "client_id": _l("Name in tokens"),
    "code": _l("Code"),
    "department_code": _l("Department"),
    "expires_at": _l("Holds until"),
    "expires_on": _l("Works until"),
    "family_name": _l("Family name"),
    "file": _l("File"),
    "given_name": _l("Given name"),
    "grant_id": _l("Grant"),
    "group_code": _l("Study group"),
    "kind": _l("Kind"),
    "language": _l("Language"),
    "login": _l("Login"),
    "name": _l("Name"),
    "new": _l("New ones"),
    "number": _l("Personal number"),
    "owner_id": _l("Answers for it"),
    "parent_id": _l("Part of"),
    "patronymic": _l("Patronymic"),
    "people": _l("People"),
    "person_id": _l("Person"),
    "purpose": _l("Purpose"),
    "reason": _l("Reason"),
    "revoked": _l("Withdrawn"),
    "role": _l("Role"),
    "scope_id": _l("Where"),
    "scope_type": _l("Scope"),
    "scopes": _l("What it may"),
    "title": _l("Title"),
    "unit_code": _l("Unit"),
    "valid_from": _l("From"),
    "valid_to": _l("To"),
}


KINDS: Mapping[str, LazyText] = {
    "intake": _l("Intake of people"),
    "service": _l("Service of the system"),
}
"""What a subject is where its id says nothing to people."""


def act_words(act: str) -> str:
    """Say what was done; an act nobody has words for is named as it is stored."""
    return str(ACTS.get(act, act))


def act_choices(acts: Iterable[str]) -> list[tuple[str, str]]:
    """Give the acts for a list to choose from, in the order of their words."""
    return sorted(((act, act_words(act)) for act in acts), key=lambda pair: pair[1])


def field_words(name: str) -> str:
    """Say what a field of a state is called."""
    return str(FIELDS.get(name, name))


class Words:
    """What one page of rows needs to be read: names of people, roles, units and programs."""

    def __init__(self, session: Session, people: Mapping[str, str]) -> None:
        self._people = people
        self._roles = {role.code: localized(role.title) for role in catalogue.list_roles(session)}
        self._units = {str(unit.id): localized(unit.title) for unit in session.scalars(select(Unit))}
        self._programs = {p.client_id: p.title for p in session.scalars(select(Program))}

    def name(self, who: str) -> str:
        """Name an actor or a subject: a person, a unit, a program, a service; what is not known stays as it is."""
        kind, _colon, id_ = who.rpartition(":")
        if kind in ("", "person") and id_ in self._people:
            return self._people[id_]
        if kind == "unit":
            return self._units.get(id_, who)
        if kind == "program":
            return _("program: %(name)s", name=self._programs.get(id_, id_))
        if kind in KINDS:
            return str(KINDS[kind])
        own = {
            "installation": _("the installation"),
            "anonymous": _("nobody signed in"),
            "audit": _("the audit"),
        }
        return own.get(who, who)

    def link(self, who: str) -> str:
        """Give the address of a person a row speaks of; "" for whom there is no page."""
        id_ = who.rpartition(":")[2]
        return f"/auth/people/{id_}" if id_ in self._people else ""

    def value(self, name: str, value: Any) -> str:
        """Write the value of a field for people."""
        if value is None or value == "":
            return "—"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return ", ".join(self.value(name, item) for item in value) or "—"
        if isinstance(value, dict):
            return localized(value) or self.state(value)
        text = str(value)
        known = self._roles if name == "role" else self._units if name == "parent_id" else self._people
        return known.get(text, text)

    def field(self, name: str) -> str:
        """Say what a field is called."""
        return field_words(name)

    def state(self, state: Mapping[str, Any] | None) -> str:
        """Write a whole state on one line."""
        return "; ".join(
            f"{field_words(name)}: {self.value(name, value)}" for name, value in (state or {}).items()
        )
