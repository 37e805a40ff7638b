"""A service as data: its name, its capabilities, the feeds it writes and the events it reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chassis.i18n import LazyText
from chassis.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from chassis.routes import Route

Handler = Callable[..., None]
"""Takes the session and an `Event`."""


@dataclass(frozen=True)
class Job:
    """Work the worker does again and again, each time in a unit of work of its own.

    Args:
        name: what logs call it.
        every: time between two beginnings.
        run: takes the session and the settings of the service.
    """

    name: str
    every: timedelta
    run: "Callable[[Session, Settings], None]"


@dataclass(frozen=True, eq=False)
class Capability:
    """One thing a service can do: routes of its API and pages, handlers of events, jobs."""

    name: str
    api: "tuple[Route, ...]" = ()
    pages: "tuple[Route, ...]" = ()
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()


@dataclass(frozen=True, eq=False)
class Service:
    """What the chassis needs to build, migrate and run a service.

    Args:
        name: also the import name, unless `folder` is given.
        prefix: where its pages begin; empty for the public site.
        title: what people call it.
        feeds: the feeds it writes.
        consumes: the declaration of what it reads, a file in its folder; empty when it reads nothing.
        permissions: the catalogue of permissions, a file in its folder.
        folder: the package's folder; found by the name when it is not given.
    """

    name: str
    prefix: str
    title: LazyText | str
    capabilities: tuple[Capability, ...] = ()
    feeds: tuple[str, ...] = ()
    consumes: str = ""
    settings: type[Settings] = Settings
    permissions: str = "permissions.yaml"
    folder: Path | None = None

    @cached_property
    def root(self) -> Path:
        """The folder of the service's package."""
        return self.folder or Path(str(import_module(self.name).__file__)).resolve().parent

    @property
    def base(self) -> str:
        """Where API, feeds and everything else beside public pages live: `/website` for the website."""
        return self.prefix or f"/{self.name}"

    @property
    def handlers(self) -> dict[str, tuple[Handler, ...]]:
        """The handlers of each event type: the chassis' own for feed auth/access first, then the capabilities'."""
        from chassis.access_events import HANDLERS

        found: dict[str, tuple[Handler, ...]] = {}
        own = {} if "auth/access" in self.feeds else HANDLERS
        for handlers in (own, *(capability.handlers for capability in self.capabilities)):
            for name, handler in handlers.items():
                found[name] = (*found.get(name, ()), handler)
        return found

    @property
    def operations(self) -> tuple[str, ...]:
        """The permissions a program can be granted: those of the routes that are open to programs."""
        open_ = {str(route.access) for one in self.capabilities for route in one.api if route.programs}
        return tuple(sorted(open_))

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs of the worker: the service's own and the chassis'."""
        from chassis import access_events, audit

        return (
            *access_events.JOBS,
            *audit.JOBS,
            *tuple(job for capability in self.capabilities for job in capability.jobs),
        )


def load(name: str) -> tuple[Service, Callable[[Any], Any]]:
    """Import a service by name; answer its declaration and its `create_app`."""
    module = import_module(f"{name}.app")
    return module.SERVICE, module.create_app
