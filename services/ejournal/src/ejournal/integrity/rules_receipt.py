"""Check a learner's receipt: that a mark was published, and that a signed root holds the publication."""

from collections.abc import Sequence
from typing import Any

from chassis.verify import Check, Json
from ejournal.integrity.rules import chained, commitment, together
from ejournal.integrity.rules_roots import kept_faults, leads_to, root_faults
from ejournal.integrity.rules_stream import read_entry

RECEIPT_FORM = "shanyraq-journal-receipt-1"


def receipt_faults(receipt: Json, *, kept: Sequence[Json], keys: Sequence[str], check: Check) -> list[str]:
    """Check a receipt.

    Args:
        receipt: the document a learner was given.
        kept: documents of witnesses.
        keys: ids of the keys from the protocols of the ceremonies; empty when none was given.
        check: what verifies a signature.
    """
    told, faults = read_entry(receipt["entry"]), []
    cell, found = receipt["cell"], [bytes.fromhex(one) for one in receipt["commitments"]]
    mine = commitment(bytes.fromhex(cell["salt"]), cell["text"])
    if not 0 <= cell["position"] < len(found) or found[cell["position"]] != mine:
        faults.append("the mark or its salt was changed")
    if together(found) != told.get("data", {}).get("cells"):
        faults.append("the publication does not hold this mark")
    if receipt["root"] is not None:
        faults += _root_faults(receipt, told, kept, keys, check)
    return faults


def _root_faults(
    receipt: Json, told: dict[str, Any], kept: Sequence[Json], keys: Sequence[str], check: Check
) -> list[str]:
    root, proof, digest = receipt["root"], receipt["proof"], bytes.fromhex(receipt["entry"]["previous"])
    for content in (receipt["entry"]["bytes"], *receipt["later"]):
        digest = chained(digest, content.encode())
    faults = []
    if digest.hex() != proof["digest"]:
        faults.append("the publication was changed: its hash does not lead to the head of the stream")
    reached = leads_to(proof, told.get("journal", ""), root)
    if not reached:
        faults.append(f"root {root['number']} does not hold the publication")
    proven = [root["number"]] if reached else []
    faults += root_faults([root], proven, keys=keys, check=check)
    return faults + kept_faults([root], kept, root["at"])


def mark_of(receipt: Json) -> str:
    """Give the mark a receipt is about; empty for an empty cell."""
    return str(receipt["cell"]["text"]).rpartition(":")[2]
