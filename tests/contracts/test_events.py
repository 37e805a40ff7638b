"""Declarations held against reality: every event type has a feed, a schema, examples and a reader; every reader survives change."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chassis import contracts
from chassis.service import Service, load

ROOT = Path(__file__).parents[2]
NAMES = ("auth", "portal", "ejournal", "library", "website")
SERVICES: dict[str, Service] = {name: load(name)[0] for name in NAMES}
CONTRACTS = contracts.load()
CONSUMES = {
    name: contracts.consumes(service.root / service.consumes)
    for name, service in SERVICES.items()
    if service.consumes
}
RECORDED = re.compile(r'"((?:auth|portal|ejournal|library|website)\.[a-z_]+\.[a-z_]+\.v\d+)"')

pytestmark = pytest.mark.unit


def reads() -> list[tuple[str, str, str]]:
    return [
        (name, feed, type_)
        for name, feeds in CONSUMES.items()
        for feed, types in feeds.items()
        for type_ in types
    ]


@pytest.mark.parametrize("key", list(CONTRACTS), ids=str)
def test_every_type_belongs_to_a_feed_its_service_writes_and_has_examples(key: tuple[str, str]) -> None:
    feed, type_ = key
    writer = SERVICES[feed.split("/")[0]]
    assert feed in writer.feeds
    assert type_.split(".")[0] == writer.name
    assert CONTRACTS[key].examples()


@pytest.mark.parametrize("key", list(CONTRACTS), ids=str)
def test_every_example_fits_its_schema(key: tuple[str, str]) -> None:
    for example in CONTRACTS[key].examples().values():
        contracts.validate(CONTRACTS[key], example)


@pytest.mark.parametrize("key", list(CONTRACTS), ids=str)
def test_every_type_is_recorded_by_its_service(key: tuple[str, str]) -> None:
    feed, type_ = key
    writer = SERVICES[feed.split("/")[0]]
    source = "".join(path.read_text(encoding="utf-8") for path in writer.root.rglob("*.py"))
    assert type_ in RECORDED.findall(source)


def test_no_service_records_a_type_without_a_contract() -> None:
    known = {type_ for _feed, type_ in CONTRACTS}
    for service in SERVICES.values():
        source = "".join(path.read_text(encoding="utf-8") for path in service.root.rglob("*.py"))
        assert set(RECORDED.findall(source)) <= known


@pytest.mark.parametrize(("name", "feed", "type_"), reads(), ids=str)
def test_every_type_read_has_a_contract_that_names_the_fields(name: str, feed: str, type_: str) -> None:
    schema = CONTRACTS[feed, type_].schema
    assert set(CONSUMES[name][feed][type_]) <= set(schema["properties"])


@pytest.mark.parametrize("name", list(CONSUMES))
def test_handlers_and_declarations_agree(name: str) -> None:
    declared = {type_ for types in CONSUMES[name].values() for type_ in types}
    assert declared == set(SERVICES[name].handlers)


def without_optional(schema: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key in schema.get("required", ())}


@pytest.mark.parametrize("key", list(CONTRACTS), ids=str)
def test_a_schema_lets_a_type_grow(key: tuple[str, str]) -> None:
    contract = CONTRACTS[key]
    for example in contract.examples().values():
        contracts.validate(contract, example | {"a_field_of_tomorrow": 1})
        contracts.validate(contract, without_optional(contract.schema, example))


def test_schemas_are_plain_json_with_a_title() -> None:
    for contract in CONTRACTS.values():
        assert json.loads(contract.path.read_text(encoding="utf-8"))["title"]
