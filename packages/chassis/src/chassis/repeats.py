"""Requests that were answered before are answered below Flask, after the database was asked all the same.

The way of a page costs ten times what its questions cost. Here only they are asked again: who is this (`chassis.identity`), what
may the person (`chassis.permissions`), does the database say what it said. In doubt, and when anything goes wrong, the request
takes the usual way, which finds the right words.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from chassis import clock, csrf
from chassis.db import AtHand
from chassis.kept import Answer, digest
from chassis.problems import Problem
from chassis.snapshots import Snapshot

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

    from chassis.context import State

PRIVATE = "private, no-store"
# The fields of an answer, and its body.
Repetition: TypeAlias = tuple[list[tuple[str, str]], bytes]


class Repeats:
    """The application, with what it has answered before in front of it."""

    def __init__(self, state: "State", app: "WSGIApplication") -> None:
        self._state, self._app = state, app

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request, as WSGI asks (PEP 3333)."""
        found = self.repeat(environ) if environ["REQUEST_METHOD"] == "GET" else None
        if found is None:
            return self._app(environ, start_response)
        fields, body = found
        start_response("200 OK", fields)
        return [body]

    def repeat(self, environ: Mapping[str, Any]) -> Repetition | None:
        """Give what was answered to such a GET before, if it would be answered so again.

        Args:
            environ: of WSGI; its path, query and fields.
        """
        began = clock.monotonic()
        answer = self._state.shelf.find(environ)
        if answer is None:
            return None
        try:
            sid = self._still_asks(answer, environ)
            if sid is None or not answered_alike(self._state.at_hand, self._state.snapshots.now(), answer):
                self._state.shelf.drop(environ, answer)
                return None
        except (Problem, SQLAlchemyError, psycopg.Error):
            return None
        return self._give(answer, environ, sid, began)

    def repeat_together(self, environs: Sequence[Mapping[str, Any] | None]) -> list[Repetition | None]:
        """Give, to each of several requests, what was answered before, as far as no transaction has ended since.

        The database is asked once for all, and nothing but that: who needs more of it asks by `repeat`.

        Args:
            environs: as for `repeat`; none for what is no plain GET.
        """
        began = clock.monotonic()
        answers = [self._state.shelf.find(environ) if environ else None for environ in environs]
        try:
            snapshot = self._state.snapshots.now() if any(answers) else None
        except (SQLAlchemyError, psycopg.Error):
            snapshot = None
        return [
            self._repeat_standing(answer, environ, snapshot, began) if answer and environ else None
            for answer, environ in zip(answers, environs, strict=True)
        ]

    def _repeat_standing(
        self, answer: Answer, environ: Mapping[str, Any], snapshot: Snapshot | None, began: float
    ) -> Repetition | None:
        if snapshot is None or answer.stood != snapshot:
            return None
        try:
            sid = self._still_asks(answer, environ)
        except (Problem, SQLAlchemyError, psycopg.Error):
            return None
        return None if sid is None else self._give(answer, environ, sid, began)

    def _give(self, answer: Answer, environ: Mapping[str, Any], sid: str, began: float) -> Repetition:
        key = csrf.key(self._state.settings.secret_key, sid)
        body = self._state.shelf.join(answer.pieces, lambda: csrf.make(key), lambda: str(uuid4()))
        fields = [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(body))),
            ("X-Request-Id", request_number(environ.get("HTTP_X_REQUEST_ID", ""))),
            ("Cache-Control", PRIVATE),
        ]
        answer.observe(clock.monotonic() - began)
        return fields, body

    def _still_asks(self, answer: Answer, environ: Mapping[str, Any]) -> str | None:
        """Give the session of whoever asks, if this may be answered as before to this person now.

        Raises:
            Problem: the sign-in does not hold any more, or cannot be checked.
        """
        if answer.day != clock.today() or (answer.until and answer.until <= clock.now()):
            return None
        headers = {
            "Authorization": environ.get("HTTP_AUTHORIZATION", ""),
            "X-Auth-Grace": environ.get("HTTP_X_AUTH_GRACE", ""),
        }
        who = self._state.verifier.identify(headers, safe=True)
        held = self._state.access.grants(who.person_id)
        alike = held is answer.rights or held == answer.rights
        return who.sid if alike and all(still() for still in answer.things) else None


def answered_alike(at_hand: AtHand, snapshot: Snapshot | None, answer: Answer) -> bool:
    """Tell whether the database says what it said before.

    In the snapshot in which its questions were asked last it would say the same: so they are asked only if some transaction has
    ended since. The snapshot was taken before they are, so they see nothing older.

    Args:
        at_hand: connections.
        snapshot: of now.
        answer: that was given.

    Raises:
        SQLAlchemyError: no connection is to be had.
        psycopg.Error: the database does not answer.
    """
    if snapshot is None:
        return False
    if answer.stood == snapshot:
        return True
    with at_hand.connection() as line:
        alike = all(digest(ground.statement.ask(*line)) == ground.told for ground in answer.grounds)
    if alike and answer.by_rows:
        answer.stood = snapshot
    return alike


def request_number(given: str) -> str:
    """Give the id of a request: the one the gateway gave it, else a new one."""
    good = given.isascii() and given.replace("-", "").isalnum() and len(given) <= 64
    return given if good else uuid4().hex
