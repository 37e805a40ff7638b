"""Check a stream: its order, its chain, what opens its commitments, and the cells that stand against the cells it tells."""

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from chassis.verify import Json
from ejournal.integrity.rules import BEGINNING, chained, commitments, together

KEY = 73
"""Length of `learner:column`, two UUIDs."""
STATEMENT = "statement."
FIRST = frozenset({":1:", ":0:"})
NEVER = ":0:"
"""Version and value of a cell that never held a mark."""
State = dict[str, str]
"""The text of a cell by `learner:column`."""


def read_entry(entry: Json) -> dict[str, Any]:
    """Read the bytes of an entry; empty when they are no entry any more."""
    try:
        told = json.loads(entry["bytes"])
    except ValueError:
        return {}
    return told if isinstance(told, dict) and isinstance(told.get("data"), dict) else {}


def order_faults(entries: Sequence[Json], told: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Name entries removed, added or reordered, by the number each was written with and the one it stands under."""
    written = [one.get("n", entry["n"]) for entry, one in zip(entries, told, strict=True)]
    times = Counter(written)
    for number in range(1, max(written, default=0) + 1):
        if number not in times:
            yield f"entry {number} was removed"
    doubled = {number for number, count in times.items() if count > 1}
    for number in sorted(doubled):
        places = [str(entry["n"]) for entry, wrote in zip(entries, written, strict=True) if wrote == number]
        yield f"an entry was added: number {number} was written {len(places)} times (stands as {' and '.join(places)})"
    if doubled or len(times) != max(written, default=0):
        return
    for entry, number in zip(entries, written, strict=True):
        if entry["n"] != number:
            yield f"entries were reordered: the one written as {number} stands as {entry['n']}"


def chain_faults(
    entries: Sequence[Json], told: Sequence[Mapping[str, Any]], journal: str, held: Mapping[int, str]
) -> Iterator[str]:
    """Name entries whose bytes or digest were changed.

    Args:
        entries: in the order they stand.
        told: what each says.
        journal: whose they should be.
        held: digests by number that roots hold.
    """
    previous, number = BEGINNING, 0
    for at, (entry, one) in enumerate(zip(entries, told, strict=True)):
        content, digest = entry["bytes"].encode(), bytes.fromhex(entry["digest"])
        computed = chained(previous, content)
        in_order = one.get("n") == entry["n"] == number + 1
        if one and one.get("journal") != journal:
            yield f"entry {entry['n']} was added: it belongs to another journal"
        if computed != digest and (in_order or not one):
            following = entries[at + 1] if at + 1 < len(entries) else None
            if _is_chain(computed, following) or held.get(entry["n"]) == computed.hex():
                yield f"the digest of entry {entry['n']} was changed"
                digest = computed
            else:
                yield f"entry {entry['n']} was changed: its bytes are not those of its digest"
        previous, number = digest, entry["n"]


def _is_chain(digest: bytes, following: Json | None) -> bool:
    return following is not None and (
        chained(digest, following["bytes"].encode()).hex() == following["digest"]
    )


def replay(entries: Sequence[Json], told: Sequence[Mapping[str, Any]]) -> tuple[State, list[str]]:
    """Tell all cells from the stream, opening its commitments.

    Returns:
        What every cell should be, and what was wrong on the way.
    """
    state: State = {}
    faults: list[str] = []
    for entry, one in zip(entries, told, strict=True):
        data = one.get("data", {})
        if "cells" not in data:
            continue
        if "seed" not in entry:
            faults.append(f"entry {entry['n']}: what opens its cells was removed")
            continue
        opened = entry["opened"]
        if together(commitments(bytes.fromhex(entry["seed"]), opened)) != data["cells"]:
            faults.append(f"entry {entry['n']}: the cells beside it are not those that were sealed")
        elif not one["kind"].startswith(
            STATEMENT
        ):  # marks of a statement stand in its sealed bytes, not in cells
            faults += _apply(state, entry["n"], opened, taken_over=one["kind"] == "journal.taken_over")
    return state, faults


def _apply(state: State, number: int, opened: Sequence[str], *, taken_over: bool) -> list[str]:
    new = {text[:KEY]: text for text in opened}
    untouched = len(new) == len(opened) and state.keys().isdisjoint(new)
    if untouched and {text[KEY : KEY + 3] for text in opened} <= FIRST:
        state |= new  # a column nobody had written in: most of a year
        return []
    faults = []
    for text in opened:
        key = text[:KEY]
        known = state.get(key)
        state[key], stands = text, text[KEY:]
        if known == text or (known is None and stands[:3] in FIRST):
            continue
        before = _version(known[KEY:]) if known else 0
        if not taken_over and _version(stands) != before + 1:
            faults.append(f"entry {number}: {cell_name(key)} does not follow its version {before}")
    return faults


def _version(stands: str) -> int:
    """Read the version out of `:version:value`."""
    return int(stands[1:].partition(":")[0])


def statement_faults(told: Sequence[Mapping[str, Any]], statements: Sequence[Json]) -> Iterator[str]:
    """Hold the sealed bytes of statements against the digests the stream tells of their acceptance."""
    found = {statement["id"]: statement for statement in statements}
    accepted: dict[str, Mapping[str, Any]] = {}
    for one in told:
        if one.get("kind") == "statement.accepted":
            accepted[one["data"]["statement"]] = one
    for id_, one in accepted.items():
        name = f"statement {one['data'].get('number', id_)}"
        if id_ not in found:
            yield f"{name} was removed: entry {one['n']} tells of its acceptance"
        elif sha256(found[id_]["content"].encode()).hexdigest() != one["data"]["digest"]:
            yield f"{name} was changed: its sealed bytes are not those accepted in entry {one['n']}"
    for statement in statements:
        if statement["id"] not in accepted:
            yield f"statement {statement['id']} was added: the stream tells of no acceptance"


def paper_faults(told: Sequence[Mapping[str, Any]], statements: Sequence[Json]) -> Iterator[str]:
    """Hold the papers of statements, as they are kept, against the digests the stream tells of their printing."""
    found = {statement["id"]: statement.get("papers", {}) for statement in statements}
    for one in told:
        if one.get("kind") != "statement.printed":
            continue
        kept, printed = found.get(one["data"]["statement"], {}), one["data"]["papers"]
        for language in sorted({*kept, *printed}):
            name = f"the paper ({language}) of statement {one['data']['number']}"
            content = kept.get(language)
            if language not in printed:
                yield f"{name} was added: entry {one['n']} tells of no such paper"
            elif content is None:
                yield f"{name} was removed: entry {one['n']} tells of its printing"
            elif sha256(base64.b64decode(content)).hexdigest() != printed[language]:
                yield f"{name} was changed: its bytes are not those printed in entry {one['n']}"


def cell_name(key: str) -> str:
    """Name a cell for people."""
    learner, _colon, column = key.partition(":")
    return f"the mark of learner {learner} in column {column}"


def cell_faults(state: State, stands: Sequence[str], where: str) -> Iterator[str]:
    """Hold the cells that stand somewhere against those the stream tells."""
    wanted = [text for text in state.values() if text[KEY:] != NEVER]
    if len(stands) == len(wanted) and set(stands) == set(wanted):
        return
    found = {text[:KEY]: text[KEY + 1 :] for text in stands}
    expected = {text[:KEY]: text[KEY + 1 :] for text in wanted}
    if found == expected:
        return
    for key in sorted(found.keys() | expected.keys()):
        there, told = found.get(key), expected.get(key)
        if there == told:
            continue
        if there is None:
            yield f"{cell_name(key)} was removed from {where}: the stream tells {_value(told)}"
        elif told is None:
            yield f"{cell_name(key)} was added to {where}: {_value(there)} stands there, the stream tells none"
        else:
            yield f"{cell_name(key)} was changed in {where}: {_value(there)} stands there, the stream tells {_value(told)}"


def _value(text: str | None) -> str:
    version, _colon, value = (text or "").partition(":")
    return f"{value or 'an empty cell'} (version {version})"
