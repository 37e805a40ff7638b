"""Check what was exported of a journal: `python3 verify_journal.py export.json [more.json] [--roots library.json] [--key 0123456789abcdef]`.

Prints one line per fault, in words, and ends with 1; with 0 when all is as it was sealed, with 2 when a file cannot be read. Take the roots
from other services (their address `…/api/v1/journal-roots`) and the keys' ids from the printed protocols of the ceremonies: an export alone
shows that it fits together, they show that nobody made it anew. A receipt of a learner is checked the same way.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from chassis.verify import LATE, Check, Json, canonical, is_signed, key_id, leaf, seal_faults
from ejournal.integrity.rules_receipt import RECEIPT_FORM, mark_of, receipt_faults
from ejournal.integrity.rules_roots import kept_faults, leads_to, moment, proof_faults, root_faults
from ejournal.integrity.rules_stream import (
    cell_faults,
    chain_faults,
    order_faults,
    paper_faults,
    read_entry,
    replay,
    statement_faults,
)

EXPORT_FORM = "shanyraq-journal-export-1"
KEPT_FORM = "shanyraq-journal-roots-1"
AUDITED = ("statement.", "appeal.", "reopening.", "remark.")
"""Acts that leave a row in the audit with every entry of the stream."""


def export_faults(
    document: Json, *, kept: Sequence[Json] = (), keys: Sequence[str] = (), check: Check = is_signed
) -> list[str]:
    """Check an export.

    Args:
        document: as it was exported.
        kept: roots other services kept.
        keys: ids of the keys from the protocols of the ceremonies; empty when none was given.
        check: what verifies a signature.

    Returns:
        One line per fault; empty when all is as it was sealed.
    """
    roots = {root["number"]: root for root in document["roots"]}
    faults = [fault for journal in document["journals"] for fault in journal_faults(journal, roots)]
    proven = _proven(document, roots)
    faults += root_faults(document["roots"], proven, keys=keys, check=check)
    faults += kept_faults(document["roots"], kept, document["made_at"])
    if audit := document.get("audit"):
        told = [read_entry(entry) for journal in document["journals"] for entry in journal["entries"]]
        faults += [*audit_faults(audit, check), *unwitnessed_faults(audit["rows"], told)]
    return list(dict.fromkeys(faults))


def journal_faults(journal: Json, roots: Mapping[int, Json]) -> list[str]:
    """Check one journal: stream, cells, sheet, and the heads that roots hold."""
    entries, told = journal["entries"], [read_entry(entry) for entry in journal["entries"]]
    held = {proof["n"]: proof["digest"] for proof in journal["proofs"]}
    digests = {entry["n"]: entry["digest"] for entry in entries}
    dated = {entry["n"]: one.get("at") for entry, one in zip(entries, told, strict=True)}
    state, opening = replay(entries, told)
    faults = [
        *order_faults(entries, told),
        *chain_faults(entries, told, journal["id"], held),
        *opening,
        *cell_faults(state, journal["cells"], "the table of cells"),
        *cell_faults(state, journal["sheet"], "the sheet"),
        *statement_faults(told, journal["statements"]),
        *paper_faults(told, journal["statements"]),
        *proof_faults(journal["id"], journal["proofs"], roots, digests, dated.get),
    ]
    return [f"journal {journal['id']}: {fault}" for fault in faults]


def _proven(document: Json, roots: Mapping[int, Json]) -> set[int]:
    led = [
        (proof["root"], leads_to(proof, journal["id"], roots.get(proof["root"])))
        for journal in document["journals"]
        for proof in journal["proofs"]
    ]
    return {number for number, well in led if well} - {number for number, well in led if not well}


def audit_faults(audit: Json, check: Check) -> Iterator[str]:
    """Check the rows of the audit that go along, against the seals over them.

    A sealed row is here, or among `others`: rows about something else, which stay where they are.
    """
    key = bytes.fromhex(audit["key"]) if audit["key"] else b""
    batches: dict[int, list[tuple[int, bytes]]] = {}
    hashes = {}
    for row, seal, hash_ in audit["leaves"]:
        batches.setdefault(seal, []).append((row, bytes.fromhex(hash_)))
        hashes[row] = hash_
    for seal in audit["seals"]:
        known = key if key_id(key) == seal["key_id"] else None
        yield from (
            f"audit: {fault}" for fault in seal_faults(seal, batches.get(seal["number"], []), known, check)
        )
    last = max((moment(seal["sealed_at"]) for seal in audit["seals"]), default=None)
    for row in audit["rows"]:
        number = row["number"]
        if number in hashes and leaf(canonical(row)).hex() != hashes[number]:
            yield f"audit row {number} ({row['act']}) was changed"
        if number not in hashes and last and moment(row["at"]) < last - LATE:
            yield f"audit row {number} ({row['act']}) was added: no seal covers it"
    here = {row["number"] for row in audit["rows"]} | set(audit.get("others", hashes))
    for number, seal, _hash in audit["leaves"]:
        if number not in here:
            yield f"audit row {number} was removed: seal {seal} holds its hash"


def unwitnessed_faults(rows: Sequence[Json], told: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Name acts of the stream whose rows are not in the audit, however thoroughly they were taken out of it."""
    expected = Counter(one["kind"] for one in told if one.get("kind", "").startswith(AUDITED))
    found = Counter(row["act"].partition(".")[2] for row in rows)
    for kind, count in expected.items():
        if found[kind] < count:
            yield f"an audit row was removed: the stream tells {kind} {count} times, the audit {found[kind]} times"


# --- the command ------------------------------------------------------------------------------------------------------


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _check_file(path: Path, *, kept: Sequence[Json], keys: Sequence[str]) -> tuple[list[str], str]:
    """Check one file; answer its faults and what it is, in words."""
    document = _read(path)
    form = document.get("form")
    if form == RECEIPT_FORM:
        faults = receipt_faults(document, kept=kept, keys=keys, check=is_signed)
        told = f"receipt of {mark_of(document) or 'an empty mark'}"
        return faults, told if document["root"] else f"{told}, not under a signed root yet"
    if form != EXPORT_FORM:
        raise ValueError(f"{path} is no export of a journal and no receipt")
    faults = export_faults(document, kept=kept, keys=keys)
    entries = sum(len(journal["entries"]) for journal in document["journals"])
    cells = sum(len(journal["cells"]) for journal in document["journals"])
    signed = {root["key_id"] for root in document["roots"]}
    return faults, (
        f"made {document['made_at']}: {len(document['journals'])} journals, {entries} entries, {cells} cells, "
        f"{len(document['roots'])} roots signed with {', '.join(sorted(signed)) or 'no key'}"
    )


def _check_all(
    paths: Sequence[Path], kept: Sequence[Json], keys: Sequence[str]
) -> Iterable[tuple[list[str], str]]:
    """Check files, as many at a time as there are processors."""
    work = partial(_check_file, kept=kept, keys=keys)
    if len(paths) == 1:
        return [work(paths[0])]
    from concurrent.futures import (
        ProcessPoolExecutor,  # the service, which imports the same rules, goes without it
    )

    with ProcessPoolExecutor(min(len(paths), os.cpu_count() or 1)) as pool:
        return list(pool.map(work, paths))


def journal_main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; answer its exit code."""
    parser = argparse.ArgumentParser(
        description="Check exports of journals and receipts: every fault in words, exit code 1."
    )
    parser.add_argument("files", nargs="+", type=Path, help="exports or receipts")
    parser.add_argument("--roots", action="append", type=Path, default=[], help="roots another service kept")
    parser.add_argument("--key", action="append", default=[], help="key id from a protocol of a ceremony")
    given = parser.parse_args(arguments)
    keys = ["".join(key.split()).lower() for key in given.key]
    try:
        kept = [_read(path) for path in given.roots]
        if any(document.get("form") != KEPT_FORM for document in kept):
            raise ValueError("a file given with --roots holds no roots")
        checked = list(_check_all(given.files, kept, keys))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        sys.stderr.write(f"cannot be checked: {error!r}\n")
        return 2
    for path, (faults, told) in zip(given.files, checked, strict=True):
        sys.stdout.write("".join(f"{path}: {fault}\n" for fault in faults))
        sys.stdout.write(f"{path}: {told}: {len(faults)} faults\n")
    return 1 if any(faults for faults, _told in checked) else 0
