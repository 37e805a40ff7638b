"""Make the export of a year of a whole academy and measure its verification: `python -m dev.drill.year` (1.5 million cells)."""

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis import clock
from chassis.sealing_key import public_bytes
from chassis.verify import key_id, root
from dev import console
from dev.drill.scene import BEGINS, dumped
from ejournal.integrity import onefile, rules, service

LEARNERS, COLUMNS, FILES = 25, 50, 8
CELLS = 1_500_000


def journal() -> dict[str, Any]:
    """Make a journal of a year: each column one save of all learners."""
    id_, head = uuid4(), service.Head()
    people = [str(uuid4()) for _ in range(LEARNERS)]
    entries, cells = [], []
    for column in range(COLUMNS):
        name = str(UUID(bytes=sha256(f"{id_}{column}".encode()).digest()[:16]))
        texts = [
            rules.cell_text(person, name, 1, str(50 + (column + at) % 50)) for at, person in enumerate(people)
        ]
        entry = service.make_entry(head, journal_id=id_, kind="cells.saved", data={}, actor=id_, cells=texts)
        head = service.Head(entry.number, entry.digest)
        seed = (entry.seed or b"").hex()
        told = {"n": entry.number, "bytes": entry.content.decode(), "digest": entry.digest.hex()}
        entries.append(told | {"seed": seed, "opened": texts})
        cells += texts
    return {
        "id": str(id_),
        "entries": entries,
        "cells": cells,
        "sheet": cells,
        "statements": [],
        "proofs": [],
    }


def signed(journals: list[dict[str, Any]]) -> dict[str, Any]:
    """Sign a root over all journals and give each its path."""
    key = Ed25519PrivateKey.generate()
    journals.sort(key=lambda one: str(one["id"]))
    heads = [(one["entries"][-1]["n"], one["entries"][-1]["digest"]) for one in journals]
    leaves = [
        rules.head_leaf(one["id"], number, bytes.fromhex(digest))
        for one, (number, digest) in zip(journals, heads, strict=True)
    ]
    for at, (one, (number, digest)) in enumerate(zip(journals, heads, strict=True)):
        way = [step.hex() for step in rules.path(leaves, at)]
        one["proofs"] = [
            {"root": 1, "n": number, "digest": digest, "position": at, "size": len(leaves), "path": way}
        ]
    public = public_bytes(key)
    told = {
        "number": 1,
        "at": (BEGINS + timedelta(minutes=10)).isoformat(),
        "previous": rules.BEGINNING.hex(),
        "root": root(leaves).hex(),
        "streams": len(leaves),
        "key_id": key_id(public),
        "public_key": public.hex(),
    }
    return told | {"signature": key.sign(rules.root_statement(told)).hex()}


def write(place: Path, cells: int) -> Iterator[Path]:
    """Write the exports of a year, as many files as a folder of them would have."""
    with clock.frozen(BEGINS):
        journals = [journal() for _ in range(max(FILES, cells // (LEARNERS * COLUMNS)))]
    top = signed(journals)
    for number in range(FILES):
        document = {
            "form": "shanyraq-journal-export-1",
            "made_at": top["at"],
            "journals": journals[number::FILES],
            "roots": [top],
            "audit": None,
        }
        path = place / f"year-{number}.json"
        path.write_text(dumped(document), encoding="utf-8")
        yield path


def main() -> int:
    """Measure.

    Returns:
        The verifier's exit code.
    """
    parser = argparse.ArgumentParser(description="Measure the verification of a year.")
    parser.add_argument("--cells", type=int, default=CELLS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shanyraq-year-") as name:
        place = Path(name)
        paths = [path.name for path in write(place, given.cells)]
        (place / "verify_journal.py").write_text(onefile.source(), encoding="utf-8")
        began = clock.monotonic()
        command = [sys.executable, "-I", "verify_journal.py", *paths]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        seconds = clock.monotonic() - began
    sys.stdout.write(done.stdout + done.stderr)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    console.say(f"{given.cells:,} cells verified in {seconds:.2f} s, {cpu:.2f} s of processor time")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
