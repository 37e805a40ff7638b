"""The verifier against cryptography's Ed25519, the vectors of RFC 8032, and tampering hypothesis thinks of."""

import ast
import copy
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis import sealing_key, verify

pytestmark = pytest.mark.unit

# RFC 8032, 7.1: public key, message and signature of TEST 1, 2 and 3.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = sealing_key.public_bytes(KEY)
AT = datetime(2026, 9, 1, 4, tzinfo=UTC)


def by_cryptography(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032(key, message, signature):
    given_ = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert verify.is_signed(*given_)
    assert by_cryptography(*given_)
    assert not verify.is_signed(given_[0], given_[1] + b"x", given_[2])


@settings(max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_cryptography_signs_is_signed(seed, message):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    assert verify.is_signed(sealing_key.public_bytes(key), message, key.sign(message))


@settings(max_examples=80)
@given(st.binary(max_size=60), st.integers(0, 63), st.integers(1, 255), st.sampled_from(["key", "signature"]))
def test_a_flipped_byte_is_judged_as_cryptography_judges_it(message, at, flip, where):
    key, signature = bytearray(PUBLIC), bytearray(KEY.sign(message))
    part = key if where == "key" else signature
    part[at % len(part)] ^= flip
    answer = verify.is_signed(bytes(key), message, bytes(signature))
    assert answer == by_cryptography(bytes(key), message, bytes(signature)) is False


@pytest.mark.parametrize(
    ("key", "signature"),
    [
        (PUBLIC[:31], KEY.sign(b"m")),
        (PUBLIC, KEY.sign(b"m")[:63]),
        (b"\xff" * 32, KEY.sign(b"m")),
        (PUBLIC, KEY.sign(b"m")[:32] + (verify.ORDER + 5).to_bytes(32, "little")),
    ],
)
def test_what_is_no_key_or_no_signature_is_refused(key, signature):
    assert not verify.is_signed(key, b"m", signature)


def test_a_signature_cannot_be_bent():
    """S + L is the same point, and refused (RFC 8032, 8.4)."""
    good = KEY.sign(b"m")
    bent = int.from_bytes(good[32:], "little") + verify.ORDER
    assert not verify.is_signed(PUBLIC, b"m", good[:32] + bent.to_bytes(32, "little"))


def test_a_public_key_is_read_from_pem_and_nothing_else_is():
    assert verify.read_keys("first\n" + sealing_key.public_pem(KEY) * 2) == [PUBLIC, PUBLIC]
    for text in ("", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"):
        with pytest.raises(ValueError, match="no Ed25519"):
            verify.read_keys(text)


def test_the_verifier_stands_on_the_standard_library_alone():
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


@given(st.lists(st.binary(), max_size=20), st.data())
def test_any_change_of_the_leaves_changes_the_root(contents, data):
    leaves = [verify.leaf(content) for content in contents]
    before = verify.root(leaves)
    index = data.draw(st.integers(0, len(leaves)))
    assert verify.root([*leaves[:index], verify.leaf(b"new"), *leaves[index:]]) != before


def test_a_node_is_not_a_leaf():
    a, b = verify.leaf(b"a"), verify.leaf(b"b")
    assert verify.root([a, b]) != verify.leaf(a + b)
    assert verify.root([]) == verify.EMPTY


def sealed(batches: list[int]) -> dict:
    """Make an export the way `audit.seal` does: a batch every two hours."""
    document: dict = {"form": verify.FORM, "service": "auth", "rows": [], "leaves": [], "seals": []}
    previous = verify.EMPTY
    for number, size in enumerate(batches, 1):
        leaves = []
        for _ in range(size):
            at = len(document["rows"]) + 1
            row = {
                "number": at,
                "actor": f"a{at}",
                "act": "x",
                "before": None,
                "after": {"n": at},
                "address": None,
            }
            document["rows"].append(row)
            leaves.append((at, verify.leaf(verify.canonical(row))))
        moment = (AT + timedelta(hours=2 * number)).isoformat()
        root = verify.batch_root(previous, leaves)
        seal = {"number": number, "sealed_at": moment, "previous": previous.hex(), "root": root.hex()}
        seal |= {"key_id": verify.key_id(PUBLIC), "signature": KEY.sign(verify.statement(seal)).hex()}
        document["seals"].append(seal)
        document["leaves"] += [[at, number, hash_.hex()] for at, hash_ in leaves]
        previous = root
    return document


def named(document: dict) -> str:
    with_ours = verify.verify(document, [PUBLIC])
    assert with_ours == verify.verify(document, [PUBLIC], check=by_cryptography)
    return "\n".join(with_ours)


BATCHES = st.lists(st.integers(1, 5), min_size=2, max_size=4)


@settings(max_examples=25)
@given(BATCHES)
def test_what_nobody_touched_has_no_fault(batches):
    assert named(sealed(batches)) == ""


@settings(max_examples=60)
@given(BATCHES, st.data())
def test_every_tampering_is_named(batches, data):
    document = sealed(batches)
    before = copy.deepcopy(document)
    row = data.draw(st.sampled_from(document["rows"]))
    seal = data.draw(st.sampled_from(document["seals"]))
    leaf = next(leaf for leaf in document["leaves"] if leaf[0] == row["number"])
    act = data.draw(st.sampled_from(sorted(TAMPERINGS)))
    expected = TAMPERINGS[act](document, row, seal, leaf)
    assert document != before
    assert expected in named(document)


def change_row(document, row, seal, leaf):
    row["after"] = {"n": -1}
    return f"row {row['number']} was changed"


def say_where(document, row, seal, leaf):
    row["address"] = "10.0.0.1"
    return f"row {row['number']} was changed"


def remove_row(document, row, seal, leaf):
    document["rows"].remove(row)
    return f"row {row['number']} was removed"


def remove_row_and_hash(document, row, seal, leaf):
    document["rows"].remove(row)
    document["leaves"].remove(leaf)
    return f"seal {leaf[1]} does not cover the hashes stored for it"


def rewrite_row_and_hash(document, row, seal, leaf):
    row["actor"] = "somebody else"
    leaf[2] = verify.leaf(verify.canonical(row)).hex()
    return f"seal {leaf[1]} does not cover the hashes stored for it"


def add_row(document, row, seal, leaf):
    document["rows"].insert(0, {**row, "number": 0})
    return "row 0 was added"


def double_row(document, row, seal, leaf):
    document["rows"].insert(document["rows"].index(row), dict(row))
    return f"row {row['number']} was added: it stands here twice"


def swap_numbers(document, row, seal, leaf):
    other = document["rows"][row["number"] % len(document["rows"])]
    row["number"], other["number"] = other["number"], row["number"]
    document["rows"].sort(key=lambda one: one["number"])
    return f"row {row['number']} was changed"


def move_row(document, row, seal, leaf):
    document["rows"].remove(row)
    document["rows"].insert(0 if row["number"] > 1 else len(document["rows"]), row)
    return "was reordered"


def remove_seal(document, row, seal, leaf):
    document["seals"].remove(seal)
    return f"seal {seal['number']} was removed"


def change_seal(document, row, seal, leaf):
    seal["sealed_at"] = (AT - timedelta(days=1)).isoformat()
    return f"seal {seal['number']} was changed"


def forge_seal(document, row, seal, leaf):
    other = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    seal["signature"] = other.sign(verify.statement(seal)).hex()
    return f"seal {seal['number']} was changed"


TAMPERINGS = {
    function.__name__: function
    for function in (
        change_row, say_where, remove_row, remove_row_and_hash, rewrite_row_and_hash, add_row, double_row,
        swap_numbers, move_row, remove_seal, change_seal, forge_seal,
    )
}  # fmt: skip


def test_exports_of_two_services_are_not_joined():
    with pytest.raises(ValueError, match="different services"):
        verify.join([sealed([1]), {**sealed([1]), "service": "library"}])
    with pytest.raises(ValueError, match="no export"):
        verify.join([{"rows": []}])
