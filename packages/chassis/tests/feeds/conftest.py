"""A service that writes one feed and follows another, built by the chassis."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from chassis.service import Capability, Service


def on_person(session, event) -> None:
    statement = text("INSERT INTO person (id, name) VALUES (:id, :name)")
    session.execute(statement, {"id": event.data["person_id"], "name": event.data["given_name"]})


@pytest.fixture(scope="session")
def service(tmp_path_factory) -> Service:
    folder = tmp_path_factory.mktemp("portal")
    (folder / "consumes.toml").write_text(
        '[feeds."auth/people"]\n"auth.person.recorded.v1" = ["person_id", "given_name"]\n'
    )
    return Service(
        name="portal",
        prefix="/portal",
        title="Portal",
        capabilities=(Capability("people", handlers={"auth.person.recorded.v1": on_person}),),
        feeds=("portal/teaching",),
        consumes="consumes.toml",
        folder=folder,
    )
