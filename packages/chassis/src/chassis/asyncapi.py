"""The AsyncAPI documents of the services, made from the event contracts: `python -m chassis.asyncapi [--check]`.

One document per service that writes a feed: its feeds as channels (the HTTP feed and the routing prefix on the exchange) with
their messages, schemas and examples. They lie in `contracts/asyncapi/` and are never edited by hand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from chassis import contracts
from chassis.contracts import ROOT, Contract
from chassis.events import BATCH_TYPE, EVENT_TYPE, TYPE_PREFIX
from chassis.feed import path

EXCHANGE = "shanyraq.events"


def documents(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """Make the documents by service."""
    by_service: dict[str, list[Contract]] = {}
    for contract in contracts.load(root).values():
        by_service.setdefault(contract.feed.partition("/")[0], []).append(contract)
    return {service: document(service, found) for service, found in sorted(by_service.items())}


def document(service: str, found: list[Contract]) -> dict[str, Any]:
    """Make the document of one service."""
    feeds = sorted({contract.feed for contract in found})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Shanyraq: events of {service}",
            "version": "1",
            "license": {"name": "Apache-2.0"},
            "description": (
                f"Each feed is read at its address in {BATCH_TYPE} (http-feeds.org) with the scope `feed:<feed>`, or followed on the "
                f"topic exchange `{EXCHANGE}`. Inside a version there are only optional additions."
            ),
        },
        "defaultContentType": EVENT_TYPE,
        "channels": {_name(feed): _channel(feed, [c for c in found if c.feed == feed]) for feed in feeds},
        "operations": {
            f"send-{_name(feed)}": {"action": "send", "channel": {"$ref": f"#/channels/{_name(feed)}"}}
            for feed in feeds
        },
        "components": {
            "messages": {contract.type: _message(contract) for contract in found},
            "schemas": {contract.type: _schema(contract) for contract in found},
        },
    }


def _name(feed: str) -> str:
    return feed.replace("/", "-")


def _channel(feed: str, found: list[Contract]) -> dict[str, Any]:
    routing = feed.replace("/", ".")
    return {
        "address": path(feed),
        "title": feed,
        "description": f"Routing keys on the exchange: `{routing}.<type>`; bind `{routing}.#`, never single types.",
        "messages": {c.type: {"$ref": f"#/components/messages/{c.type}"} for c in found},
    }


def _message(contract: Contract) -> dict[str, Any]:
    schema = contract.schema
    return {
        "name": TYPE_PREFIX + contract.type,
        "title": schema["title"],
        "summary": schema["description"],
        "contentType": EVENT_TYPE,
        "payload": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "subject", "sequence", "time"],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": {"type": "string", "format": "uuid"},
                "source": {"const": contract.feed},
                "type": {"const": TYPE_PREFIX + contract.type},
                "subject": {"type": "string"},
                "subjectversion": {"type": "integer"},
                "sequence": {"type": "string", "pattern": "^[0-9]{20}$"},
                "time": {"type": "string", "format": "date-time"},
                "datacontenttype": {"const": "application/json"},
                "data": {"$ref": f"#/components/schemas/{contract.type}"},
            },
        },
        "examples": [{"name": case, "payload": {"data": data}} for case, data in contract.examples().items()],
    }


def _schema(contract: Contract) -> dict[str, Any]:
    return {key: value for key, value in contract.schema.items() if not key.startswith("$")}


def dump(value: dict[str, Any]) -> str:
    """Write a document the way it lies in the repository."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def drift(root: Path = ROOT) -> list[Path]:
    """List the files that are not what the contracts say: changed, missing, or of no service."""
    wanted = {
        root / "asyncapi" / f"{service}.json": dump(value) for service, value in documents(root).items()
    }
    present = {file: file.read_text("utf-8") for file in (root / "asyncapi").glob("*.json")}
    return sorted(file for file in wanted.keys() | present.keys() if wanted.get(file) != present.get(file))


def write(root: Path = ROOT) -> None:
    """Write every document, and remove those of no service."""
    folder = root / "asyncapi"
    folder.mkdir(exist_ok=True)
    for stale in drift(root):
        stale.unlink(missing_ok=True)
    for service, value in documents(root).items():
        (folder / f"{service}.json").write_text(dump(value), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Write the documents; with `--check` only name those that have drifted."""
    if arguments != ["--check"]:
        write()
    elif drifted := drift():
        sys.exit("\n".join(["run `python -m chassis.asyncapi`; these have drifted:", *map(str, drifted)]))


if __name__ == "__main__":
    main(sys.argv[1:])
