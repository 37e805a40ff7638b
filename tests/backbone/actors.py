"""The processes of the crash suite; each ends by SIGKILL, and with its parent. Run as ``actors.py <role>``.

writer     acts from several threads, each noted in a fsynced journal once its transaction has committed
numberer   the real worker of the writing service: numberer and pusher
server     the real web application of the writing service: its feed; beside it a token endpoint as auth has one
feed       the real worker of a service that follows the feed over HTTP
rabbit     the real worker of a service that is pushed to by RabbitMQ
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from chassis.db import make_engine, new_id, unit_of_work
from chassis.events import STAGING, Event
from chassis.ingest import Ingest, Outcome
from chassis.outbox import record
from chassis.service import Capability, Service
from chassis.settings import Settings
from chassis.worker import Worker

FEED = "acts/done"
TYPE = "acts.act.done.v1"
FOLDER = Path(os.environ["STATE_DIR"])
WRITERS = int(os.environ.get("WRITERS", "4"))
SUBJECTS = int(os.environ.get("SUBJECTS", "10"))
PAUSE = float(os.environ.get("PAUSE", "0"))


def on_act(session: Session, event: Event) -> None:
    """Add a row for every event; nothing in the table would hinder a second one."""
    row = {
        "sequence": event.sequence,
        "subject": event.subject,
        "version": event.subject_version,
        "act": event.data["act"],
    }
    session.execute(
        text(
            "INSERT INTO effect (sequence, subject, version, act) VALUES (:sequence, :subject, :version, :act)"
        ),
        row,
    )


ACTS = Service(name="acts", prefix="/acts", title="Acts", feeds=(FEED,), folder=FOLDER)


def reader(name: str) -> Service:
    """Declare a service that reads the acts."""
    (FOLDER / "consumes.toml").write_text(f'[feeds."{FEED}"]\n"{TYPE}" = ["act"]\n')
    capability = Capability("acts", handlers={TYPE: on_act})
    return Service(
        name=name,
        prefix=f"/{name}",
        title=name,
        capabilities=(capability,),
        consumes="consumes.toml",
        folder=FOLDER,
    )


class Writer:
    """Raises the version of a subject and records the act; a row lock orders the acts of one subject."""

    def __init__(self, settings: Settings, *, early: bool) -> None:
        self.engine = make_engine(settings.database_url, pool_size=WRITERS)
        self.early = early
        self.failed = threading.Event()
        self.journal = (FOLDER / "journal").open("a")
        self.lock = threading.Lock()

    def run(self) -> None:
        for number in range(WRITERS):
            threading.Thread(target=self._work, args=(number,), daemon=True).start()
        self.failed.wait()
        os._exit(1)

    def _work(self, number: int) -> None:
        try:
            while not self.failed.wait(PAUSE):
                number = (number * 7 + 3) % 1009
                self._acknowledge(self._act(f"subject-{number % SUBJECTS}"))
        finally:
            self.failed.set()

    def _act(self, subject: str) -> str:
        act = str(new_id())
        with unit_of_work(self.engine) as session:
            place = self._stage_early(session, subject, act) if self.early else None
            raised = text("UPDATE subject SET version = version + 1 WHERE name = :name RETURNING version")
            version = session.scalar(raised, {"name": subject})
            if place is None:
                record(session, TYPE, feed=FEED, subject=subject, subject_version=version, data={"act": act})
            else:
                session.execute(
                    update(STAGING).where(STAGING.c.position == place).values(subject_version=version)
                )
        return act

    def _stage_early(self, session: Session, subject: str, act: str) -> int:
        """Do what a mapped outbox would do: insert the row before the lock of the subject is taken."""
        row = {"id": new_id(), "feed": FEED, "type": TYPE, "subject": subject, "data": {"act": act}}
        early = insert(STAGING).values(row | {"time": text("now()")}).returning(STAGING.c.position)
        return session.scalars(early).one()

    def _acknowledge(self, act: str) -> None:
        with self.lock:
            self.journal.write(f"{act}\n")
            self.journal.flush()
            os.fsync(self.journal.fileno())


class Counting(Ingest):
    """The real ingest, telling what it did."""

    def __call__(self, feed, log, events) -> Outcome:
        outcome = super().__call__(feed, log, events)
        with (FOLDER / "outcomes").open("a") as file:
            way = threading.current_thread().name.partition(" ")[0]
            file.write(f"{way} {outcome.applied} {outcome.dropped} {outcome.gaps} {outcome.parked}\n")
        return outcome


def work(service: Service) -> None:
    """Run the worker of a service."""
    worker = Worker(service, load(service))
    worker.ingest = Counting(worker.engine, service.handlers, worker.source)
    worker.run()


def serve() -> None:
    """Serve the feed of the writing service."""
    from flask import request
    from werkzeug.serving import make_server

    from chassis.factory import build
    from chassis.testing import tokens

    os.environ["JWKS_URL"] = tokens.write_jwks(FOLDER / "jwks.json")
    settings = load(ACTS)
    app = build(ACTS, settings)

    def token() -> dict[str, object]:
        scopes = tuple(request.form["scope"].split())
        issued = tokens.program_token(f"{settings.public_url}/auth", request.form["audience"], scopes)
        return {"access_token": issued, "token_type": "Bearer", "expires_in": 300}

    app.add_url_rule("/auth/token", "token", token, methods=["POST"])
    make_server(settings.host, settings.port, app, threaded=True).serve_forever()


def load(service: Service) -> Settings:
    """Read the settings."""
    return Settings.load(service.name, os.environ)


def end_with_parent() -> None:
    """End at once when the test that started us is gone: its end of our standard input closes."""
    sys.stdin.read()
    os._exit(0)


def main(role: str) -> None:
    """Play one role."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    if role in {"writer", "early-writer"}:
        Writer(load(ACTS), early=role == "early-writer").run()
    elif role == "server":
        serve()
    else:
        work(ACTS if role == "numberer" else reader(role))


if __name__ == "__main__":
    main(sys.argv[1])
