"""What can be refused, in words for people and in a stable code for programs (RFC 9457).

    Problem
      Invalid            422   fields are wrong; `errors` names them
      Unauthenticated    401   nobody is signed in, or the token is void
      Forbidden          403   the person may not do this here
        StepUpNeeded     403   the sign-in is too old for this act
      NotFound           404
      Conflict           409   somebody was faster, or the state does not allow it
      TooLarge           413
      Unavailable        503   something the answer needs is away; nothing was saved

Capabilities inherit: `class CellConflict(Conflict): code = "ejournal.cell-conflict"; title = _l("…")`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from chassis.i18n import LazyText
from chassis.i18n import lazy_gettext as _l

TYPE_PREFIX = "urn:shanyraq:problem:"


@dataclass(frozen=True)
class FieldError:
    """One fault of the input: a JSON pointer to the field and what is wrong with it."""

    pointer: str
    text: str


class Problem(Exception):
    """A refusal with its words; the chassis turns it into a problem document or a page.

    Args:
        detail: one or two sentences for the person, in the person's language.
        extra: members added to the document, such as both values of a conflict; JSON-able.
    """

    code: ClassVar[str] = "chassis.error"
    status: ClassVar[int] = 500
    title: ClassVar[LazyText | str] = _l("Something went wrong")
    headers: Mapping[str, str] = {}

    def __init__(self, detail: Any = "", *, extra: Mapping[str, Any] | None = None) -> None:
        self.detail = detail
        self.extra = dict(extra or {})
        super().__init__(self.code)

    def document(self, *, instance: str = "") -> dict[str, Any]:
        """Give the members of the problem document."""
        members: dict[str, Any] = {
            "type": TYPE_PREFIX + self.code,
            "title": str(self.title),
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            members["detail"] = str(self.detail)
        if instance:
            members["instance"] = f"urn:request:{instance}"
        return members | self.extra


class Invalid(Problem):
    """The input has faults; each is named by its field."""

    code = "chassis.invalid"
    status = 422
    title = _l("Please check what you entered")

    def __init__(
        self, detail: Any = "", *, errors: Iterable[FieldError] = (), extra: Mapping[str, Any] | None = None
    ) -> None:
        self.errors = list(errors)
        listed = [{"pointer": error.pointer, "detail": str(error.text)} for error in self.errors]
        super().__init__(detail, extra={**(extra or {}), **({"errors": listed} if listed else {})})


class Unauthenticated(Problem):
    """Nobody is signed in, or the token is void."""

    code = "chassis.unauthenticated"
    status = 401
    title = _l("Please sign in")
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}


class Forbidden(Problem):
    """The person may not do this here."""

    code = "chassis.forbidden"
    status = 403
    title = _l("You may not open this")


class StepUpNeeded(Forbidden):
    """The sign-in is too old for this act."""

    code = "chassis.step-up-needed"
    title = _l("Please confirm with your password that it is you")


class NotFound(Problem):
    """There is nothing at this address, or nothing this person may see."""

    code = "chassis.not-found"
    status = 404
    title = _l("There is nothing at this address")


class Conflict(Problem):
    """Somebody was faster, or the state does not allow it."""

    code = "chassis.conflict"
    status = 409
    title = _l("Somebody changed this at the same time")


class TooLarge(Problem):
    """The body is larger than this route takes."""

    code = "chassis.too-large"
    status = 413
    title = _l("This is too large")


class Unavailable(Problem):
    """Something the answer needs is away; nothing was saved."""

    code = "chassis.unavailable"
    status = 503
    title = _l("This part of the system is not available at the moment")
    headers: Mapping[str, str] = {"Retry-After": "10"}
