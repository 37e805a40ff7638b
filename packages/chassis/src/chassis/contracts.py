"""The contracts of events: one JSON Schema and at least one example per type, under ``contracts/events/<feed>/``.

``record()`` and ingest hold events against them where ``activate()`` was called: in tests and in development. In production
nothing is validated and the folder need not exist.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4] / "contracts"
SUFFIX = ".schema.json"


class ContractError(ValueError):
    """An event does not fit its contract, or has none."""


@dataclass(frozen=True)
class Contract:
    """The schema of one event type of one feed."""

    feed: str
    type: str
    path: Path

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema (draft 2020-12) of the ``data`` object."""
        value: dict[str, Any] = json.loads(self.path.read_text("utf-8"))
        return value

    def examples(self) -> dict[str, dict[str, Any]]:
        """Give the stored examples by case name."""
        paths = sorted((self.path.parent / "examples").glob(f"{self.type}.*.json"))
        return {path.name[len(self.type) + 1 : -5]: json.loads(path.read_text("utf-8")) for path in paths}


def load(root: Path = ROOT) -> dict[tuple[str, str], Contract]:
    """Load every contract by (feed, type)."""
    events = root / "events"
    return {(c.feed, c.type): c for c in _contracts(events)}


def _contracts(events: Path) -> Iterator[Contract]:
    for path in sorted(events.glob(f"*/*/*{SUFFIX}")):
        feed = path.parent.relative_to(events).as_posix()
        yield Contract(feed, path.name.removesuffix(SUFFIX), path)


@cache
def _validator(path: Path) -> Any:
    import jsonschema  # slow to import, and of no use in production

    kind = jsonschema.Draft202012Validator
    return kind(json.loads(path.read_text("utf-8")), format_checker=kind.FORMAT_CHECKER)


def validate(contract: Contract, data: Mapping[str, Any]) -> None:
    """Raise ``ContractError`` naming every place where ``data`` leave the contract."""
    plain = json.loads(json.dumps(data))
    errors = sorted(
        _validator(contract.path).iter_errors(plain), key=lambda e: list(map(str, e.absolute_path))
    )
    if errors:
        words = "; ".join(f"/{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in errors)
        msg = f"{contract.type} on {contract.feed} does not fit its schema: {words}"
        raise ContractError(msg)


class _Active:
    """Whether this process validates; the one switch, because ``record()`` is called deep inside services."""

    contracts: dict[tuple[str, str], Contract] | None = None


def activate(root: Path | None = ROOT) -> None:
    """Hold every event recorded or ingested by this process against the contracts; ``None`` ends it."""
    _Active.contracts = None if root is None else load(root)


def check(feed: str, type: str, data: Mapping[str, Any]) -> None:
    """Validate one event if this process validates."""
    if _Active.contracts is None:
        return
    contract = _Active.contracts.get((feed, type))
    if contract is None:
        msg = f"{type} on {feed} has no contract: contracts/events/{feed}/{type}{SUFFIX}"
        raise ContractError(msg)
    validate(contract, data)


def consumes(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """Load a ``consumes.toml``: feed -> type -> the fields that the service reads.

    Raises:
        ContractError: the file is not of the form ``[feeds."auth/people"]`` / ``"auth.person.recorded.v1" = ["person_id"]``.
    """
    try:
        feeds = tomllib.loads(path.read_text("utf-8")).get("feeds", {})
        return {
            feed: {type_: tuple(fields) for type_, fields in types.items()} for feed, types in feeds.items()
        }
    except (tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        msg = f"{path}: {error}"
        raise ContractError(msg) from error
