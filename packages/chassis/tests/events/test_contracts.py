"""Every contract has believable examples, and no example leaves its contract."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chassis import contracts
from chassis.contracts import ROOT, ContractError

CONTRACTS = contracts.load()
DOC = (ROOT.parent / "docs" / "chassis.md").read_text("utf-8")
PROMISED = set(re.findall(r"^\| ([a-z]+/[a-z]+) \| `([^`]+)` \|", DOC, re.MULTILINE))


def test_the_contracts_are_those_of_the_document():
    assert set(CONTRACTS) == PROMISED


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.type)
def test_every_example_fits(contract):
    examples = contract.examples()
    assert examples
    for data in examples.values():
        contracts.validate(contract, data)
        contracts.validate(contract, data | {"added_in_a_later_release": 1})


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.type)
def test_every_required_field_is_required(contract):
    for data in contract.examples().values():
        for field in contract.schema["required"]:
            with pytest.raises(ContractError, match=f"'{field}' is a required property"):
                contracts.validate(contract, {key: value for key, value in data.items() if key != field})


def test_no_file_stands_beside_the_contracts():
    known = {contract.path for contract in CONTRACTS.values()}
    for contract in CONTRACTS.values():
        known |= {
            contract.path.parent / "examples" / f"{contract.type}.{case}.json" for case in contract.examples()
        }
    assert set((ROOT / "events").rglob("*.json")) == known


def test_consumes_names_feeds_types_and_fields(tmp_path: Path):
    path = tmp_path / "consumes.toml"
    path.write_text('[feeds."auth/people"]\n"auth.person.recorded.v1" = ["person_id", "status"]\n')
    assert contracts.consumes(path) == {"auth/people": {"auth.person.recorded.v1": ("person_id", "status")}}
    path.write_text("feeds = 3")
    with pytest.raises(ContractError):
        contracts.consumes(path)
