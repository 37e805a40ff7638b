"""`python -m chassis <service> web|worker|serve|migrate|openapi|seal`: how a service is run."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chassis import contracts, logs, service
from chassis.settings import SettingsError

CONTRACTS = Path("contracts/openapi")


class Command:
    """One call: the service by its name, and its settings from the environment."""

    def __init__(self, name: str, folder: Path, wait: int = 0) -> None:
        self.service, self.create_app = service.load(name)
        self.folder = folder
        self.wait = wait

    @property
    def settings(self) -> Any:
        """The settings, read when a command needs them."""
        found = self.service.settings.load(self.service.name, os.environ)
        logs.configure(self.service.name, found.log_level)
        if found.validate_events:
            contracts.activate()
        return found

    def web(self, *, with_worker: bool = False) -> None:
        """Serve pages and API."""
        from chassis.serve import serve

        settings = self.settings
        serve(self.create_app(settings), self.service, settings, with_worker=with_worker)

    def serve(self) -> None:
        """Serve pages and API, and run the worker beside them."""
        self.web(with_worker=True)

    def worker(self) -> None:
        """Run the numberer, consumers and jobs."""
        from chassis import i18n
        from chassis.factory import translation_folders
        from chassis.serve import run_worker

        settings = self.settings
        i18n.install(i18n.read_catalogue(*translation_folders(self.service)))
        run_worker(self.service, settings)

    def migrate(self) -> None:
        """Bring the database to the present version."""
        from chassis.migrate import MigrationError, migrate, wait_for

        settings = self.settings
        try:
            wait_for(settings.database_url, self.wait)
            done = migrate(settings.database_url, migrations=self.service.root.parents[1] / "migrations")
        except MigrationError as error:
            sys.exit(str(error))
        sys.stdout.write("".join(f"{step}\n" for step in done) or "nothing to do\n")

    def openapi(self) -> None:
        """Write the OpenAPI document into the contracts."""
        from chassis.openapi import export

        sys.stdout.write(f"{export(self.service, self.folder)}\n")

    def seal(self) -> None:
        """Seal the audit rows that are not sealed yet."""
        from chassis.audit import seal
        from chassis.db import make_engine, unit_of_work
        from chassis.sealing_key import private_key

        settings = self.settings
        engine = make_engine(settings.database_url)
        with unit_of_work(engine) as session:
            count = seal(session, private_key(settings.audit_key))
        engine.dispose()
        sys.stdout.write(f"{count} rows sealed\n")


def main(arguments: list[str] | None = None) -> None:
    """Run a command; wrong settings end it with every fault named."""
    commands = ("web", "worker", "serve", "migrate", "openapi", "seal")
    parser = argparse.ArgumentParser(prog="python -m chassis", description=__doc__)
    parser.add_argument("service")
    parser.add_argument("command", choices=commands)
    parser.add_argument("--folder", type=Path, default=CONTRACTS, help="of the OpenAPI documents")
    parser.add_argument(
        "--wait", type=int, default=0, help="seconds in which the database may still come up (migrate)"
    )
    given = parser.parse_args(arguments)
    try:
        run: Callable[[], None] = getattr(Command(given.service, given.folder, given.wait), given.command)
        run()
    except (SettingsError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
