"""Routes as one readable table per capability; each says who may pass.

`access` is a permission code, `SIGNED_IN`, `PUBLIC` or `Program("scope")`; there is no default.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
METHODS = UNSAFE | {"GET"}
OPERATION = "do:"
"""Begins the scope of a program that was granted a permission: `do:auth.person.read`."""


@dataclass(frozen=True)
class Open:
    """Access that asks for no permission."""

    name: str

    def __repr__(self) -> str:
        return self.name.upper()


@dataclass(frozen=True)
class Program:
    """Access for machine tokens that carry a scope."""

    scope: str


PUBLIC = Open("public")
SIGNED_IN = Open("signed-in")

Access = str | Open | Program
View = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method on one path, with its view and its lock."""

    method: str
    path: str
    view: View
    access: Access
    is_api: bool
    step_up: bool = False
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    answer: type[Schema] | None = None
    status: int = 200
    guarded: bool = True
    programs: bool = False
    leaves_trace: bool = False

    def __post_init__(self) -> None:
        """Refuse a route nobody can reach, or everybody by mistake.

        Raises:
            ValueError: an unknown method, a path without its slash, no access, or what a program cannot be let into.
        """
        if self.method not in METHODS or not (self.path.startswith("/") or self.path == ""):
            raise ValueError(f"{self.method} {self.path}: not a route")
        if not self.access or not isinstance(self.access, Access):
            raise ValueError(
                f"{self.method} {self.path}: say who may pass: a permission, SIGNED_IN, PUBLIC or Program"
            )

        if self.programs and (not self.is_api or not isinstance(self.access, str) or self.step_up):
            raise ValueError(
                f"{self.method} {self.path}: programs come to operations with a permission and no step-up"
            )

    @property
    def unsafe(self) -> bool:
        """Whether it may change something."""
        return self.method in UNSAFE

    @property
    def reads_only(self) -> bool:
        """Whether it changes nothing at all, not even a trail."""
        return not (self.unsafe or self.leaves_trace)


def api(
    method: str,
    path: str,
    view: View,
    *,
    access: Access,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    answer: type[Schema] | None = None,
    status: int = 200,
    step_up: bool = False,
    programs: bool = False,
    leaves_trace: bool = False,
) -> Route:
    """Declare an operation of the API under `<prefix>/api/v1`; its words are the view's docstring.

    Args:
        method: GET, POST, PUT, PATCH or DELETE; all but GET demand an `Idempotency-Key`.
        path: as in Flask: `/accounts/<uuid:id>`.
        view: takes the context, then the values of the path.
        access: who may pass.
        query: schema of the query string.
        body: schema of the JSON body.
        answer: schema that dumps what the view returns; without one the view returns what JSON knows, or None for 204.
        status: the status of a good answer.
        step_up: the person must have signed in within the last ten minutes.
        programs: a program that was granted the permission (scope `do:<permission>`) may come too; the view then writes
            `ctx.identity.subject` as the actor, never `person_id`.
        leaves_trace: a GET that writes all the same: into the audit that something was handed out, or a sign-in.
    """
    return Route(
        method=method, path=path, view=view, access=access, is_api=True, query=query, body=body, answer=answer,
        status=status, step_up=step_up, programs=programs, leaves_trace=leaves_trace,
    )  # fmt: skip


def page(
    method: str,
    path: str,
    view: View,
    *,
    access: Access,
    step_up: bool = False,
    guarded: bool = True,
    leaves_trace: bool = False,
) -> Route:
    """Declare a page under the service's prefix.

    Args:
        method: GET or POST.
        path: as in Flask; empty for the prefix itself.
        view: takes the context, then the values of the path.
        access: who may pass.
        step_up: the person must have signed in within the last ten minutes.
        guarded: a form posts `_csrf` and `_key`; false only for a form that stands on pages kept in public caches.
        leaves_trace: as for `api`.
    """
    return Route(
        method=method, path=path, view=view, access=access, is_api=False, step_up=step_up, guarded=guarded,
        leaves_trace=leaves_trace,
    )  # fmt: skip
