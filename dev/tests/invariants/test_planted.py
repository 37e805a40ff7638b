"""A breach of each invariant, planted in scratch databases behind the back of every guard, is found and named."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from dev.invariants import chains, projections, ratings, revoked, versions, writes
from dev.invariants.claims import Claim
from dev.invariants.report import table


def first_cell(scratch: Any) -> tuple[str, str, int, str]:
    with scratch.engines["ejournal"].connect() as connection:
        query = "SELECT column_id::text, person_id::text, version, value FROM cell ORDER BY version DESC, column_id, person_id"
        return tuple(connection.execute(text(query)).first())


ANSWER = "INSERT INTO chassis.idempotency_key VALUES ('p', :key, '', 200, '[]', :body, now())"


def test_i1_an_answered_mark_that_does_not_stand_is_lost(scratch) -> None:
    column, person, version, value = first_cell(scratch)
    right = {"k": f"{person}:{column}", "state": "ok", "version": version, "v": value}
    with scratch.planted() as (view, plant):
        plant("ejournal", ANSWER, key="1", body=json.dumps({"cells": [right]}).encode())
        assert writes.check(view)[0].breaches == []
        plant("ejournal", ANSWER, key="2", body=json.dumps({"cells": [right | {"v": "1"}]}).encode())
        plant("ejournal", ANSWER, key="3", body=json.dumps({"cells": [right | {"version": 9}]}).encode())
        [other, none] = writes.check(view)[0].breaches
    assert f"{value} stands there" in other
    assert "nothing stands there" in none


def test_i1_a_loan_that_was_answered_and_never_told_is_named(scratch) -> None:
    with scratch.planted("library") as (view, plant):
        loan = (
            view.sessions["library"]
            .execute(text("SELECT id::text, copy_id::text, reader_id::text FROM loan"))
            .one()
        )
        told = {
            "id": loan[0],
            "copy_id": loan[1],
            "reader_id": loan[2],
            "issued_at": "x",
            "returned_at": None,
        }
        plant("library", ANSWER, key="1", body=json.dumps(told).encode())
        assert writes.check(view)[0].breaches == []
        plant("library", "DELETE FROM chassis.event_log WHERE type = 'library.book.issued.v1'")
        plant("library", ANSWER, key="2", body=json.dumps(told | {"id": str(uuid4())}).encode())
        found = "\n".join(writes.check(view)[0].breaches)
    assert "was told 0 times" in found
    assert "was answered and does not stand" in found


def test_i1_and_i2_what_clients_were_answered_is_counted_and_blamed(scratch) -> None:
    column, person, version, value = first_cell(scratch)
    before = scratch_value(scratch, column, person, version - 1)
    right = [
        Claim("cell", (column, person, version - 1, before), answered=False),
        Claim("cell", (column, person, version, value), answered=True),
        Claim("person", ("N-0", 0), answered=True),
    ]
    wrong = [
        Claim("cell", (column, person, version - 1, before), answered=True),
        Claim("person", ("N-0", 0), answered=True, during="a flood"),
        Claim("person", ("N-0", 0), answered=True, during="a flood"),
        Claim("person", ("N-1", 1), answered=True),
    ]
    with scratch.planted(claims=right) as (view, _plant):
        assert [one.breaches for one in writes.check(view)] == [[], []]
    with scratch.planted(claims=wrong) as (view, _plant):
        lost, doubled = writes.check(view)
    assert "2 were answered, 1 stand" in lost.breaches[0]
    assert lost.blame["a flood"] == 2  # the person, and the event that tells of them
    assert f"version {version} ({value})" in doubled.breaches[0]
    assert "nobody asked for it" in doubled.breaches[0]


def scratch_value(scratch: Any, column: str, person: str, version: int) -> str:
    query = text("SELECT new_value FROM cell_change WHERE column_id = :c AND person_id = :p AND version = :v")
    with scratch.engines["ejournal"].connect() as connection:
        return connection.scalar(query, {"c": column, "p": person, "v": version})


I3 = {
    "a hole in a log": (
        "library",
        "DELETE FROM chassis.event_log WHERE sequence = 1",
        "1 events from 2 to 2",
    ),
    "a cursor that stands still": (
        "portal",
        "UPDATE chassis.cursor SET last = last - 1 WHERE feed = 'auth/people'",
        "portal follows auth/people: at 2 of 3",
    ),
    "an event that was applied and is gone": (
        "portal",
        "DELETE FROM person WHERE number = 'N-1'",
        "portal.person: follows from events and does not stand",
    ),
    "a row that no event told": (
        "library",
        "UPDATE reader SET name = 'Басқа' WHERE number = 'N-1'",
        "library.reader: stands there and follows from no event",
    ),
    "a grant nobody gave": (
        "portal",
        (
            "INSERT INTO chassis.access_grant (id, person_id, role, scope_type) "
            "VALUES (gen_random_uuid(), gen_random_uuid(), 'chief', 'institution')"
        ),
        "portal.access_grant: stands there and follows from no event",
    ),
    "a parked event": (
        "library",
        "INSERT INTO chassis.parked_event SELECT 'auth/people', 2, gen_random_uuid(), 't', 's', 1, now(), '{}', 'broken', 1, now(), now()",
        "event 2 is parked: broken",
    ),
}


@pytest.mark.parametrize("what", list(I3))
def test_i3_what_does_not_follow_from_events_is_named(scratch, what) -> None:
    service, statement, words = I3[what]
    followed = ("auth", "portal", "library")
    with scratch.planted() as (view, plant):
        looked = type(view)(
            {name: view.sessions[name] for name in followed}, heads=view.heads, logs=view.sessions
        )
        plant(service, statement)
        found = projections.check(looked)
    assert any(words in breach for breach in found.breaches), found.breaches


def test_i3_holds_where_nothing_was_planted(scratch) -> None:
    with scratch.planted() as (view, _plant):
        found = projections.check(
            type(view)(
                {name: view.sessions[name] for name in ("auth", "portal", "library")},
                heads=view.heads,
                logs=view.sessions,
            )
        )
    assert found.breaches == []
    assert found.counted["applied again"] > 10
    assert found.counted["rows compared"] > 10


I4 = {
    "a version is gone": (
        "ejournal",
        "DELETE FROM cell_change WHERE version = 1 AND (column_id, person_id) IN (SELECT column_id, person_id FROM cell WHERE version = 2)",
        "version 2 stands as the change number 1",
    ),
    "a cell without a history": ("ejournal", "UPDATE cell SET version = 7 WHERE version = 2", "stands at version 7, its history ends at 2"),
    "a value behind the history": ("ejournal", "UPDATE cell SET value = '99' WHERE version = 2", "its history ends at 2"),
    "a history that does not join": (
        "ejournal",
        "UPDATE cell_change SET old_value = '1' WHERE version = 2",
        "does not begin where the one before ended",
    ),
    "an entry is gone": ("ejournal", "DELETE FROM stream_entry WHERE number = 2", "its stream ends at"),
    "a root is gone": ("ejournal", "DELETE FROM stream_root WHERE number = 2", "roots: 4 stand there, the last is number 5"),
    "a number is gone": ("ejournal", "INSERT INTO number_series VALUES ('practice', 2030, 3)", "the last number given is 3, there are 0"),
    "a version told twice": (
        "auth",
        ("UPDATE chassis.event_log SET subject = (SELECT subject FROM chassis.event_log WHERE feed = 'auth/people' AND sequence = 1) "
        "WHERE feed = 'auth/people' AND sequence = 2"),
        "version 1 after 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", list(I4))
def test_i4_a_gap_is_named(scratch, what) -> None:
    service, statement, words = I4[what]
    with scratch.planted() as (view, plant):
        assert versions.check(view).breaches == []
        plant(service, statement)
        found = versions.check(view).breaches
    assert any(words in breach for breach in found), found


def test_i5_two_loans_of_one_copy_at_a_time_are_named_even_when_both_are_over(scratch) -> None:
    statement = (
        "INSERT INTO loan (id, copy_id, reader_id, issued_at, issued_by, due_on, returned_at, returned_by) "
        "SELECT gen_random_uuid(), copy_id, reader_id, issued_at + interval '30 seconds', issued_by, due_on, "
        "returned_at + interval '1 day', returned_by FROM loan"
    )
    with scratch.planted() as (view, plant):
        assert versions.check_loans(view).breaches == []
        plant("library", statement)
        [breach] = versions.check_loans(view).breaches
    assert "is open" in breach


@pytest.mark.parametrize("name", ["results", "shown_results"])
def test_i7_a_rating_that_is_not_computed_from_the_marks_is_named(scratch, name) -> None:
    with scratch.planted() as (view, plant):
        assert ratings.check(view).breaches == []
        statement = {
            "results": """UPDATE sheet_row SET results = results || '{"p1": "100"}'""",
            "shown_results": """UPDATE sheet_row SET shown_results = shown_results || '{"p1": "100"}'""",
        }
        plant("ejournal", statement[name])
        found = ratings.check(view).breaches
    assert any(f"{name.replace('_', ' ')} differ in p1" in breach for breach in found), found


I8 = {
    "an audit row": (
        "UPDATE chassis.audit_row SET act = 'x' WHERE number = 2",
        "audit of ejournal: row 2 was changed",
    ),
    "a mark": ("UPDATE cell SET value = '100' WHERE version = 2", "was changed in the table of cells"),
    "an entry": (
        "UPDATE stream_entry SET bytes = '{}' WHERE number = 2",
        "its bytes are not those of its digest",
    ),
    "the last root": ("DELETE FROM stream_root WHERE number = 5", "roots 5 to 5, kept by"),
}


@pytest.mark.parametrize("what", list(I8))
def test_i8_a_broken_chain_is_named(scratch, what) -> None:
    statement, words = I8[what]
    with scratch.planted() as (view, plant):
        assert chains.check(view).breaches == []
        plant("ejournal", statement)
        found = chains.check(view).breaches
    assert any(words in breach for breach in found), found


@pytest.mark.parametrize(("seconds", "named"), [(5, False), (20, True)])
def test_i9_an_act_after_the_end_of_a_sign_in_is_named(scratch, seconds, named) -> None:
    with scratch.planted() as (view, plant):
        person, ended = view.sessions["auth"].execute(text("SELECT person_id, ended_at FROM sign_in")).one()
        statement = "INSERT INTO chassis.audit_row (at, actor, act, subject, request_id) VALUES (:at, :actor, 'library.book.issued', 's', 'r')"
        plant("library", statement, at=ended + timedelta(seconds=seconds), actor=str(person))
        found = revoked.check(view).breaches
    assert bool(found) is named, found


def test_i9_who_signed_in_again_may_go_on(scratch) -> None:
    again = (
        "INSERT INTO sign_in (id, secret_digest, person_id, created_at, seen_at, auth_time, address, device, amr, must_enrol) "
        "SELECT gen_random_uuid(), 'x', person_id, ended_at + interval '1 hour', now(), now(), '', '', 'pwd', false FROM sign_in"
    )
    act = "INSERT INTO chassis.idempotency_key VALUES (:owner, 'k', '', 200, '[]', '', :at)"
    with scratch.planted() as (view, plant):
        person, ended = view.sessions["auth"].execute(text("SELECT person_id, ended_at FROM sign_in")).one()
        plant("auth", again)
        plant("portal", act, owner=str(person), at=ended + timedelta(hours=2))
        assert revoked.check(view).breaches == []
        plant("library", act, owner=str(person), at=ended + timedelta(minutes=30))
        [breach] = revoked.check(view).breaches
    assert "lies in no sign-in that lived then" in breach


def test_the_table_counts_and_shows_what_is_broken(scratch) -> None:
    claims = [Claim("person", (f"X-{n}", 0), answered=True) for n in range(9)]
    with scratch.planted("auth", claims=claims) as (view, _plant):
        said = table(writes.check(view))
    assert "BROKEN (18)" in said
    assert "I1: person X-0: 1 were answered, 0 stand" in said
    assert "I1: … and 13 more" in said
    assert said.endswith("2 invariants, 1 broken")
