"""The context of one request: who asks, in what language, within which unit of work, and how to answer."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import uuid4

from flask import Flask, Request, Response, url_for
from markupsafe import Markup
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.urls import iri_to_uri

from chassis import asof, clock, csrf, i18n, logs
from chassis.bell import Bell
from chassis.db import AtHand, close_session, open_session
from chassis.feed import Waiting
from chassis.i18n import gettext as _
from chassis.identity import ANONYMOUS, Identity, Verifier
from chassis.kept import Shelf
from chassis.pages import Form, bind
from chassis.permissions import EVERYWHERE, NOWHERE, Access, Grant, Permission, Scopes, decide
from chassis.plan import Plan
from chassis.preferences import Preferences
from chassis.problems import FieldError, Invalid
from chassis.routes import OPERATION, Route
from chassis.service import Service
from chassis.settings import Settings
from chassis.snapshots import Snapshots

FLASH = "flash"
MAX_FLASH = 400
MAX_FLASHES = 3

_current: ContextVar["Context"] = ContextVar("context")


class Upload(NamedTuple):
    """A file a person sent."""

    filename: str
    bytes: bytes


@dataclass
class State:
    """What a built service holds for all its requests; `app.extensions["chassis"]`."""

    service: Service
    settings: Settings
    engine: Engine
    reader: Engine
    at_hand: AtHand
    snapshots: Snapshots
    access: Access
    verifier: Verifier
    catalogue: i18n.Catalogue
    permissions: Mapping[str, Permission]
    app: Flask
    waiting: Waiting
    plan: Plan
    shelf: Shelf = field(default_factory=Shelf)

    @property
    def bells(self) -> Mapping[str, Bell]:
        """What a web process hears of news by."""
        return {"grants": self.access.bell, "feeds": self.waiting.bell}

    def start(self) -> None:
        """Open what a process opens for itself, after the fork: keys, grants, a warm connection of each pool."""
        self.verifier.keys.refresh()
        self.access.start()
        self.reader.connect().close()
        if lacking := self.plan.lacking(self.engine):
            logs.get(__name__).error("the database is older than this program: run migrate", lacking=lacking)

    def close(self) -> None:
        """End threads and connections."""
        self.waiting.close()
        self.access.close()
        self.dispose()

    def dispose(self) -> None:
        """Close the connections that rest in the pools."""
        self.at_hand.close()
        self.engine.dispose()
        self.reader.dispose()


def current() -> "Context":
    """The context of the request that runs."""
    return _current.get()


class Context:
    """What a view works with; its members are the contract in `docs/chassis.md`."""

    def __init__(
        self, state: State, request: Request, route: Route | None = None, endpoint: str = "none"
    ) -> None:
        self.state = state
        self.request = request
        self.route = route
        self.endpoint = endpoint
        self.identity: Identity = ANONYMOUS
        self.scopes: Scopes = NOWHERE
        self.query: dict[str, Any] = {}
        self.body: Any = {}
        self.prefs = Preferences.read(request.cookies.get("prefs", ""))
        self.flashed: list[tuple[str, str]] = []
        self._session: Session | None = None
        self._shown = False
        self._leaves_places = False

    @property
    def settings(self) -> Settings:
        """The settings of the service."""
        return self.state.settings

    @property
    def access(self) -> str:
        """What the route asks for, in words for logs."""
        return str(self.route.access) if self.route else ""

    @property
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return clock.now()

    @property
    def address(self) -> str:
        """The address the request came from, as the gateway wrote it last."""
        route = self.request.access_route
        return route[-1][:64] if route else "unknown"

    @property
    def language(self) -> str:
        """The language of the answer: `kk`, `ru` or `en`."""
        return i18n.language()

    def speak(self, language: str) -> None:
        """Answer in another language than the person's own, as pages with the language in their address do."""
        i18n.speak(self.state.catalogue[language])

    @property
    def session(self) -> Session:
        """The unit of work of this request, opened when it is first asked for; a route that only reads cannot write."""
        if self._session is None:
            reads = self.route is not None and self.route.reads_only
            self._session = open_session(self.state.reader if reads else self.state.engine)
            self._session.info["actor"] = self.identity.subject
            self._session.info["address"] = self.address
        return self._session

    def end(self, *, keep: bool) -> None:
        """End the unit of work, if there is one."""
        session, self._session = self._session, None
        if session is not None:
            changed = session.info.pop("chassis.access", False)
            close_session(session, keep=keep)
            if changed and keep:
                self.state.access.forget()

    def can(self, code: str) -> Scopes:
        """Give where this person, or a program that was granted it, holds a permission; falsy when nowhere.

        A role may bring together permissions of different reach: of its scope counts what the permission itself declares, so
        a right over the whole academy is not had by who was given the role for a faculty.
        """
        if self.identity.kind == "program" and f"{OPERATION}{code}" in self.identity.scopes:
            return EVERYWHERE
        if self.identity.kind != "person":
            return NOWHERE
        held = decide(self.rights.get(code, ()), code, clock.today())
        declared = self.state.permissions.get(code)
        return held.only(declared.scopes) if declared else held

    @cached_property
    def rights(self) -> Mapping[str, Sequence[Grant]]:
        """What the person holds, in force today or not, by permission; as the process has read it last."""
        return self.state.access.grants(self.identity.person_id)

    def as_of(self, *feeds: str) -> asof.AsOf | None:
        """Tell since when what these feeds of other services brought may have fallen behind, for `ui.as_of`; None while they are heard."""
        return asof.oldest(asof.judge(self._heard.get(feed), now=self.now) for feed in feeds)

    @cached_property
    def _heard(self) -> Mapping[str, datetime | None]:
        return asof.heard(self.session)

    def form(self, schema: type[Any]) -> Form:
        """Read the posted form with a schema."""
        return bind(schema, self.request.form)

    @property
    def page_number(self) -> int:
        """The number of the page of a list, from `?page=`.

        Raises:
            Invalid: it is not a whole number from 1 to 10,000.
        """
        text = self.request.args.get("page", "1")
        if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 10_000:
            return int(text)
        raise Invalid(errors=[FieldError("/page", _("A page is a whole number from 1 to 10,000."))])

    def upload(self, name: str, *, max_bytes: int) -> Upload:
        """Read a file the person sent.

        Raises:
            Invalid: there is none, it is empty or larger than `max_bytes`.
        """
        file = self.request.files.get(name)
        data = b""
        if file:
            with file.stream:
                data = file.stream.read(max_bytes + 1)
        if not file or not data:
            raise Invalid(errors=[FieldError(f"/{name}", _("Choose a file that is not empty."))])
        if len(data) > max_bytes:
            text = _(
                "The file is larger than %(limit)s MB.", limit=i18n.format_number(max_bytes // 1_000_000)
            )
            raise Invalid(errors=[FieldError(f"/{name}", text)])
        return Upload(file.filename or "", data)

    def render(self, template: str, **values: Any) -> Markup:
        """Render a template with the values of every page beside the given ones."""
        page = self.state.app.jinja_env.get_template(template)
        return Markup(page.render({**self.page_values(), **values}).lstrip())  # noqa: S704

    def page_values(self) -> dict[str, Any]:
        """Give what every template knows."""
        return {
            "ctx": self,
            "lang": self.language,
            "prefs": self.prefs,
            "prefix": self.state.service.base,
            "request": self.request,
            "flashes": self.flashes(),
            "can": self.can,
            "now": self.now,
        }

    def redirect(self, endpoint: str, **values: Any) -> Response:
        """Redirect to another page (303)."""
        return self.redirect_to(url_for(endpoint, **values))

    def redirect_to(self, address: str) -> Response:
        """Redirect to an address (303)."""
        return Response(b"", 303, {"Location": iri_to_uri(address), "Content-Type": "text/plain"})

    def flash(self, text: str, kind: str = "ok") -> None:
        """Say something on the next page this person sees; kinds are `ok`, `warn` and `err`."""
        self.flashed = [*self.flashed, (kind, str(text)[:MAX_FLASH])][-MAX_FLASHES:]

    def flashes(self) -> list[tuple[str, str]]:
        """Give what is to be said on this page, once."""
        self._shown = True
        said, self.flashed = self.flashed, []
        return _read_flash(self.request.cookies.get(FLASH, "")) + said

    def set_flash_cookie(self, response: Response) -> None:
        """Carry flashes over to the next page, or clear those that were shown."""
        secure = self.settings.public_url.startswith("https:")
        if self.flashed:
            text = json.dumps(self.flashed, ensure_ascii=False, separators=(",", ":")).encode()
            value = base64.urlsafe_b64encode(text).decode().rstrip("=")
            response.set_cookie(FLASH, value, max_age=60, httponly=True, samesite="Lax", secure=secure)
            self.flashed, self._shown = [], False
        elif self._shown and self.request.cookies.get(FLASH):
            response.delete_cookie(FLASH, httponly=True, samesite="Lax", secure=secure)

    @cached_property
    def _csrf_key(self) -> bytes:
        return csrf.key(self.settings.secret_key, self.identity.sid)

    @property
    def has_flashes(self) -> bool:
        """Whether something is to be said on this page."""
        return bool(self.flashed or self.request.cookies.get(FLASH))

    @contextmanager
    def leaving_places(self) -> Iterator[None]:
        """While an answer is made to be kept, leave places where the tokens of its forms belong."""
        self._leaves_places = True
        try:
            yield
        finally:
            self._leaves_places = False

    def form_key(self) -> str:
        """Make the idempotency key of a form."""
        return self.state.shelf.key_place if self._leaves_places else str(uuid4())

    def csrf_token(self) -> str:
        """Make a token for a form, another one each time, bound to the person's session."""
        if self._leaves_places:
            return self.state.shelf.csrf_place
        return csrf.make(self._csrf_key)

    def is_csrf_token(self, token: str) -> bool:
        """Tell whether a form came from a page of this session."""
        return csrf.holds(self._csrf_key, token)


def _read_flash(cookie: str) -> list[tuple[str, str]]:
    try:
        found = json.loads(base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)))
        return [(str(kind), str(text)) for kind, text in found]
    except (ValueError, TypeError):
        return []
