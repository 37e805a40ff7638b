"""Building a service's web application out of its tables; every step is one short function, nothing happens at import."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, send_from_directory
from jinja2 import ChoiceLoader, FileSystemBytecodeCache, FileSystemLoader
from sqlalchemy import event
from werkzeug.local import LocalProxy

from chassis import builtin, i18n
from chassis.context import State, current
from chassis.db import AtHand, make_engine
from chassis.dispatch import MAX_FORM, catch_all, view_of
from chassis.feed import Waiting
from chassis.identity import JwksSource, Verifier
from chassis.kept import note_question
from chassis.permissions import FEED, Access, catalogue
from chassis.plan import Plan
from chassis.repeats import Repeats
from chassis.routes import Route
from chassis.service import Service
from chassis.settings import Settings
from chassis.snapshots import Snapshots

HERE = Path(__file__).parent


class UndeclaredAccess(ValueError):
    """A route asks for a permission its service does not declare."""


def build(service: Service, settings: Settings) -> Flask:
    """Build a service's web application.

    Opens no connection and starts no thread: `state.start()` does, after a fork, and the first request would.

    Raises:
        UndeclaredAccess: a route without a declared permission.
        chassis.permissions.CatalogueError: permissions.yaml has faults.
    """
    app = Flask(service.name, static_folder=None, template_folder=None)
    state = make_state(app, service, settings)
    configure_flask(app)
    configure_words(app, state)
    configure_templates(app, state)
    configure_routes(app, state)
    configure_static(app, service)
    catch_all(state, app)
    app.wsgi_app = Repeats(state, app.wsgi_app)  # type: ignore[method-assign]
    return app


def make_state(app: Flask, service: Service, settings: Settings) -> State:
    """Put together what the application holds for all its requests."""
    state = State(
        service=service,
        catalogue=i18n.read_catalogue(*translation_folders(service)),
        permissions=catalogue(service.name, service.root, service.permissions),
        app=app,
        **furniture(service, settings),
    )
    app.extensions["chassis"] = state
    return state


def furniture(service: Service, settings: Settings) -> dict[str, Any]:
    """Give the parts of a state that follow from the settings, and so from the database."""
    engine = make_engine(
        settings.database_url, application_name=f"{service.name} web", pool_size=settings.pool_size
    )
    reader = make_engine(
        settings.database_url,
        application_name=f"{service.name} web reads",
        pool_size=settings.pool_size,
        reads_only=True,
    )
    at_hand = AtHand(reader)
    event.listen(reader, "after_cursor_execute", note_question)
    access = Access(engine, follows=FEED not in service.feeds)
    cache = settings.state_dir / f"jwks-{service.name}.json"
    verifier = Verifier(
        issuer=f"{settings.public_url}/auth",
        service=service.name,
        keys=JwksSource(settings.jwks_url, cache),
        revoked=access.revoked,
        grace=settings.auth_grace,
    )
    return {
        "settings": settings,
        "engine": engine,
        "reader": reader,
        "at_hand": at_hand,
        "snapshots": Snapshots(at_hand),
        "access": access,
        "verifier": verifier,
        "waiting": Waiting(engine),
        "plan": Plan.of(service.root),
    }


def translation_folders(service: Service) -> tuple[Path, ...]:
    """List where words come from; the service's own win."""
    import design

    shared = Path(str(design.__file__)).parent
    return HERE / "translations", shared / "translations", service.root / "translations"


def configure_flask(app: Flask) -> None:
    """Bound what a request may send and how JSON looks."""
    app.config.update(MAX_CONTENT_LENGTH=MAX_FORM, MAX_FORM_MEMORY_SIZE=MAX_FORM, MAX_FORM_PARTS=5000)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False


def configure_words(app: Flask, state: State) -> None:
    """Give templates the words and formats of the reader's language."""
    i18n.install(state.catalogue)
    app.jinja_env.globals.update(_=i18n.gettext, gettext=i18n.gettext, ngettext=i18n.ngettext)
    app.jinja_env.filters.update(
        localized=i18n.localized,
        date=i18n.format_date,
        datetime=i18n.format_datetime,
        number=i18n.format_number,
        decimal=i18n.format_decimal_text,
    )


def configure_templates(app: Flask, state: State) -> None:
    """Let templates be found in the capabilities' folders and in the design, and know what every page needs."""
    from design import kit

    root = state.service.root
    folders = [root / "templates", *sorted(root.glob("*/templates")), HERE / "templates"]
    folders.append(kit.TEMPLATES)
    app.jinja_loader = ChoiceLoader([FileSystemLoader([str(folder) for folder in folders])])
    app.jinja_env.auto_reload = False
    if folder := state.settings.template_cache:
        Path(folder).mkdir(parents=True, exist_ok=True)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(folder)
    app.jinja_env.globals.update(
        asset=asset_finder(state.service),
        **kit.GLOBALS,
        lang=LocalProxy(i18n.language),
        prefs=LocalProxy(lambda: current().prefs),
        can=lambda code: current().can(code),
        csrf_token=lambda: current().csrf_token(),
        idempotency_key=lambda: current().form_key(),
    )


def configure_routes(app: Flask, state: State) -> None:
    """Add every route: pages, API and the chassis' own.

    Raises:
        UndeclaredAccess: a route asks for a permission its service does not declare, or lets programs into what is for people.
    """
    taken: set[str] = set()
    for endpoint, path, route in list_routes(state):
        if isinstance(route.access, str) and route.access not in state.permissions:
            raise UndeclaredAccess(
                f"{route.method} {path}: {route.access} is not in {state.service.permissions}"
            )
        if route.programs and not _is_for_programs(state, str(route.access)):
            raise UndeclaredAccess(
                f"{route.method} {path}: {route.access} needs a person, or is not of the whole academy"
            )
        name = endpoint if endpoint not in taken else f"{endpoint}:{route.method}:{route.path}"
        taken.add(name)
        app.add_url_rule(path, name, view_of(state, route, endpoint), methods=[route.method])


def _is_for_programs(state: State, code: str) -> bool:
    permission = state.permissions[code]
    return "institution" in permission.scopes and not permission.needs_step_up


def list_routes(state: State) -> list[tuple[str, str, Route]]:
    """List every route of a service: endpoint, full path, route."""
    service = state.service
    found = []
    for capability in service.capabilities:
        for route in capability.pages:
            name = f"{capability.name}.{route.view.__name__}"
            found.append((name, service.prefix + route.path or "/", route))
        for route in capability.api:
            name = f"{capability.name}_api.{route.view.__name__}"
            found.append((name, f"{service.base}/api/v1{route.path}", route))
    own = [(endpoint, service.base + route.path, route) for endpoint, route in builtin.routes(state)]
    return found + own


def configure_static(app: Flask, service: Service) -> None:
    """Serve the files of the design and of the service, for work without a gateway."""
    from design import assets

    folders = {"design": assets.BUILD, service.name: service.root / "static"}

    def static_file(package: str, name: str) -> Response:
        if package not in folders:
            abort(404)
        response = send_from_directory(folders[package], name, max_age=3600)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    app.add_url_rule("/static/<package>/<path:name>", "static", static_file)


def asset_finder(service: Service) -> Any:
    """Make `asset("portal/x.js")`: the address of a file, changed whenever its bytes change."""
    from design.assets import design_asset

    @lru_cache(256)
    def own_asset(name: str) -> str:
        file = service.root / "static" / name
        if not file.is_file():
            return ""
        return f"/static/{service.name}/{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:10]}"

    def asset(path: str) -> str:
        package, _slash, name = path.partition("/")
        return own_asset(name) if package == service.name else design_asset(path)

    return asset
