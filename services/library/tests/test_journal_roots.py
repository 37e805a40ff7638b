"""The library as a witness: it keeps the roots the journal signs and shows them to everybody. Every service does it with the same code."""

import pytest
from sqlalchemy import text

from chassis import contracts
from chassis.db import unit_of_work
from witness import rules, service

PATH = "/library/api/v1/journal-roots"
ROOT = "ejournal.root.signed.v1"
KEY = "ejournal.key.recorded.v1"


@pytest.fixture
def root() -> dict:
    return next(iter(contracts.load()["ejournal/roots", ROOT].examples().values()))


def test_a_root_is_kept_once_and_shown_to_everybody(deliver, anonymous, root) -> None:
    deliver(ROOT, root)
    deliver(ROOT, root)
    told = anonymous.get(PATH).json
    assert (told["form"], told["service"], len(told["roots"])) == ("shanyraq-journal-roots-1", "library", 1)
    kept = told["roots"][0]
    assert {name: kept[name] for name in rules.FIELDS} == root
    assert kept["received_at"]
    assert rules.is_sound(kept)


def test_another_root_under_a_number_is_kept_beside_the_first(deliver, anonymous, root, engine) -> None:
    deliver(ROOT, root)
    deliver(ROOT, root | {"root": "0" * 64})
    assert [kept["root"] for kept in anonymous.get(PATH).json["roots"]] == [root["root"], "0" * 64]
    with unit_of_work(engine) as session:
        assert sorted(row.sound for row in service.list_latest(session, limit=5)) == [False, True]


@pytest.mark.parametrize(("query", "count"), [("first=1", 1), ("first=2", 0), ("first=1&limit=1", 1)])
def test_a_part_can_be_asked_for(deliver, anonymous, root, query: str, count: int) -> None:
    deliver(ROOT, root)
    assert len(anonymous.get(f"{PATH}?{query}").json["roots"]) == count


@pytest.mark.parametrize("query", ["first=0", "first=x", "limit=0", "limit=10001", "more=1"])
def test_a_wrong_question_is_refused(anonymous, query: str) -> None:
    assert anonymous.get(f"{PATH}?{query}").status_code == 422


def test_the_state_of_a_key_is_kept(deliver, engine) -> None:
    for case in contracts.load()["ejournal/roots", KEY].examples().values():
        deliver(KEY, case)
    with unit_of_work(engine) as session:
        (key,) = service.list_keys(session)
    assert (key.reason, key.ended_at is not None) == ("revoked", True)


def test_kept_roots_are_only_added(deliver, root, engine) -> None:
    deliver(ROOT, root)
    for statement in (
        "UPDATE witness_root SET root = 'x'",
        "DELETE FROM witness_root",
        "TRUNCATE witness_root",
    ):
        with pytest.raises(Exception, match="only added"), unit_of_work(engine) as session:
            session.execute(text(statement))


def test_a_fingerprint_is_written_in_fours(root) -> None:
    told = rules.fingerprint(root["public_key"])
    assert told.replace(" ", "") == root["key_id"]
    assert [len(part) for part in told.split()] == [4, 4, 4, 4]
