"""Events that fail their schema, coming and going; a database that tells nothing half."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from tests.bad_input.conftest import SERVICES, speak

from chassis import clock, contracts, cursors
from chassis.contracts import ContractError
from chassis.db import unit_of_work
from chassis.events import Event
from chassis.ingest import Ingest
from chassis.outbox import record

CONTRACTS = contracts.load()
WRITTEN = {name: [key for key in CONTRACTS if key[0] in service.feeds] for name, service in SERVICES.items()}
READ = {
    name: [
        (feed, type_)
        for feed, types in contracts.consumes(service.root / service.consumes).items()
        for type_ in types
    ]
    for name, service in SERVICES.items()
    if service.consumes
}
BACKBONE = {"parked_event", "parked", "cursor", "feed_cursor", "ingested", "inbox"}
LOG = UUID(int=1)


@pytest.mark.parametrize("service", SERVICES, indirect=True)
def test_an_event_that_fails_its_schema_is_not_recorded_and_takes_its_act_along(
    service: Any, engine: Engine, tally: Callable[[], Any]
) -> None:
    before = tally()
    for feed, type_ in WRITTEN[service.name]:
        with pytest.raises(ContractError, match=type_), unit_of_work(engine) as session:
            record(session, type_, feed=feed, subject="x", data={"nonsense": 1})
        with pytest.raises(ContractError, match="has no contract"), unit_of_work(engine) as session:
            record(session, f"{type_}9", feed=feed, subject="x", data={})
    assert tally() == before


@pytest.mark.parametrize("service", READ, indirect=True)
def test_an_event_that_fails_its_schema_is_parked_and_shown_to_the_operator(
    service: Any, engine: Engine, master: Any, tally: Callable[[], Any]
) -> None:
    before, ingest = tally(), Ingest(engine, service.handlers)
    for feed, type_ in READ[service.name]:
        with unit_of_work(engine) as session:
            place = cursors.get(session, feed).last + 1
        event = Event(uuid4(), type_, feed, place, f"bad-{type_}", 1, clock.now(), {"nonsense": 1})
        assert ingest(feed, LOG, [event]).parked == 1, type_
        with unit_of_work(engine) as session:
            assert cursors.get(session, feed).last == place, "the events of others go on"
    after = tally()
    changed = {name.removeprefix("chassis.") for name in before if before[name] != after[name]}
    assert changed <= BACKBONE
    shown = [
        speak(master, language).get(f"{service.base}/operator").get_data(as_text=True)
        for language in ("kk", "ru")
    ]
    for page in shown:
        assert all(f"bad-{type_}" in page for _feed, type_ in READ[service.name])
    assert shown[0] != shown[1]


@pytest.mark.parametrize("service", SERVICES, indirect=True)
def test_a_cursor_from_the_future_is_a_problem_and_is_told_the_head(
    service: Any, program: Callable[..., Any], tally: Callable[[], Any]
) -> None:
    before = tally()
    for feed in service.feeds:
        reader = program(f"feed:{feed}")
        for cursor in ("7", "99999999999999999999", str(uuid4())):
            told = set()
            for language in ("kk", "ru", "en"):
                path = f"{service.base}/feeds/{feed}?lastEventId={cursor}"
                answer = speak(reader, language).get(path)
                assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
                assert answer.headers["Feed-Head"] == "0"
                told.add(answer.get_json(force=True)["title"])
            assert len(told) == 3
    assert tally() == before
