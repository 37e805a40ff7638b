"""Check roots: signatures, the chain from one to the next, what others kept, and that a stream's heads stand where the roots hold them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chassis.verify import Check, Json, key_id
from ejournal.integrity.rules import climb, head_leaf, root_link, root_statement

SIGNED = ("number", "at", "previous", "root", "streams", "key_id", "public_key", "signature")
SLACK = timedelta(minutes=2)
"""An act may still be on its way when a root is signed; none takes so long."""
MOST_SIGNATURES = 200
"""More signatures than these are checked from the latest down; those before are vouched for by the chain."""


def moment(text: str) -> datetime:
    """Read a moment."""
    return datetime.fromisoformat(text)


def root_faults(
    roots: Sequence[Json], proven: Iterable[int], *, keys: Iterable[str], check: Check
) -> list[str]:
    """Check the roots of an export.

    Args:
        roots: in their order.
        proven: the roots all paths of the export lead to; a wrong signature of one of them was changed itself.
        keys: ids of the keys from the protocols of the ceremonies; empty when none was given.
        check: what verifies a signature.
    """
    known, sound, faults = set(keys), set(proven), []
    for before, root in zip([None, *roots], roots, strict=False):
        name = f"root {root['number']}"
        if key_id(bytes.fromhex(root["public_key"])) != root["key_id"]:
            faults.append(f"{name} was changed: its key is not the one it names")
        elif known and root["key_id"] not in known:
            faults.append(f"{name} was signed with key {root['key_id']}, which no protocol names")
        if before and root["number"] == before["number"] + 1 and root["previous"] != root_link(before):
            faults.append(f"{name} does not follow root {before['number']}: one of them was changed")
    for root in roots[-MOST_SIGNATURES:]:
        signature, key = bytes.fromhex(root["signature"]), bytes.fromhex(root["public_key"])
        if not check(key, root_statement(root), signature):
            what = "the signature" if root["number"] in sound else "the root or its signature"
            faults.append(f"root {root['number']} of {root['at']}: {what} was changed")
    return faults


def kept_faults(roots: Sequence[Json], kept: Iterable[Json], made_at: str) -> list[str]:
    """Hold the roots of an export against those other services kept.

    Args:
        roots: of the export, in their order.
        kept: documents of witnesses.
        made_at: when the export was made; what was signed later cannot stand in it.
    """
    own = {root["number"]: root for root in roots}
    last = max(own, default=0)
    faults = []
    for document in kept:
        name, gone = document["service"], []
        for root in document["roots"]:
            present = own.get(root["number"])
            if present and any(present[field] != root[field] for field in SIGNED):
                faults.append(
                    f"root {root['number']} is not the one {name} received at {root['received_at']}"
                )
            if root["number"] > last and moment(root["at"]) < moment(made_at) - SLACK:
                gone.append(root)
        if gone:
            faults.append(
                f"roots {gone[0]['number']} to {gone[-1]['number']}, kept by {name}, were removed: "
                f"the journal is in the state before {gone[0]['at']}"
            )
        faults += _doubles(name, document["roots"])
    return faults


def _doubles(name: str, roots: Sequence[Json]) -> Iterator[str]:
    seen: dict[int, str] = {}
    for root in roots:
        if seen.setdefault(root["number"], root["root"]) != root["root"]:
            yield f"{name} received two different roots under number {root['number']}"


def leads_to(proof: Json, journal: str, root: Json | None) -> bool:
    """Tell whether a path leads from a head of a journal to a root."""
    if root is None or proof["size"] != root["streams"]:
        return False
    head = head_leaf(journal, proof["n"], bytes.fromhex(proof["digest"]))
    way = [bytes.fromhex(step) for step in proof["path"]]
    reached = climb(head, proof["position"], proof["size"], way)
    return reached is not None and reached.hex() == root["root"]


def proof_faults(
    journal: str,
    proofs: Sequence[Json],
    roots: Mapping[int, Json],
    digests: Mapping[int, str],
    dated: Callable[[int], Any],
) -> list[str]:
    """Hold a stream against the heads that roots hold.

    Args:
        journal: its id.
        proofs: in the order of their roots.
        roots: by number.
        digests: of the stream's entries as they stand, by number.
        dated: gives the moment an entry names.
    """
    last, sound, faults = max(digests, default=0), 0, []
    for proof in proofs:
        root = roots.get(proof["root"])
        if root is None:
            faults.append(f"root {proof['root']} was removed")
            continue
        name = f"root {root['number']} of {root['at']}"
        if not leads_to(proof, journal, root):
            faults.append(f"{name} was changed, or the path to it: it does not hold entry {proof['n']}")
        elif proof["n"] > last:
            faults.append(
                f"entries {last + 1} to {proof['n']} were removed: {name} holds entry {proof['n']}, "
                "the journal was restored from an older state"
            )
        elif digests.get(proof["n"]) != proof["digest"]:
            faults.append(
                f"entry {proof['n']} is not the one {name} holds: something after entry {sound} "
                "was changed, added or removed"
            )
        else:
            sound = proof["n"]
        faults += _late(proof, root, digests, dated)
    return list(dict.fromkeys(faults))


def _late(proof: Json, root: Json, digests: Mapping[int, str], dated: Callable[[int], Any]) -> Iterator[str]:
    """Name entries that pretend to be older than a root which does not hold them."""
    limit = moment(root["at"]) - SLACK
    for number in digests:
        at = dated(number) if number > proof["n"] else None
        if at is not None and moment(at) < limit:
            yield f"entry {number} was added later: it says {at}, but the root signed after that does not hold it"
