"""Streams on a real database: one entry for each act, never changed, never removed, and no mark to be read in it."""

import json
from uuid import uuid4

import pytest
from services.ejournal.tests.academy import WRITER, cell
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from chassis.db import unit_of_work
from ejournal.integrity import rules, service
from ejournal.integrity.model import STREAM_ENTRY
from ejournal.journal.model import JOURNAL


def entries(academy):
    with unit_of_work(academy.engine) as session:
        query = select(STREAM_ENTRY).where(STREAM_ENTRY.c.journal_id == academy.journal)
        return session.execute(query.order_by(STREAM_ENTRY.c.number)).all()


def kinds(academy):
    return [entry.kind for entry in entries(academy)]


@pytest.fixture
def filled(academy, client):
    academy.tell_all()
    teacher = client(WRITER, person_id=academy.teacher)
    assert academy.fill(teacher, {(0, 0): "90", (1, 0): "85", (2, 0): "70"}).status_code == 200
    return teacher


def test_a_stream_begins_with_the_opening_of_its_journal(academy) -> None:
    academy.tell_all()
    (first,) = entries(academy)
    assert (first.number, first.kind, first.actor) == (1, "journal.opened", None)
    told = json.loads(first.bytes)
    assert told["journal"] == str(academy.journal)
    assert told["data"]["group_id"] == str(academy.group)
    assert first.digest == rules.chained(rules.BEGINNING, first.bytes)


def test_one_save_is_one_entry_that_names_who_and_tells_no_mark(academy, filled) -> None:
    assert kinds(academy) == ["journal.opened", "cells.saved"]
    entry = entries(academy)[1]
    told = json.loads(entry.bytes)
    assert told["actor"] == str(academy.teacher)
    assert set(told["data"]) == {"cells", "count"}
    assert told["data"]["count"] == 3
    texts = entry.opened.split("\n")
    assert sorted(text.rpartition(":")[2] for text in texts) == ["70", "85", "90"]
    assert told["data"]["cells"] == rules.together(rules.commitments(entry.seed, texts))


def test_the_chain_holds_and_the_journal_knows_its_head(academy, filled) -> None:
    filled.patch(academy.cells_path, json=[cell(academy.key(0, 0), "95", 1)])
    found, previous = entries(academy), rules.BEGINNING
    for entry in found:
        previous = rules.chained(previous, entry.bytes)
        assert entry.digest == previous
    head = academy.find_journals()[0]
    assert (head.stream_number, head.stream_digest) == (3, previous)


def test_a_save_that_changes_nothing_leaves_no_entry(academy, filled) -> None:
    assert filled.patch(academy.cells_path, json=[cell(academy.key(0, 0), "90", 1)]).status_code == 200
    assert filled.patch(academy.cells_path, json=[cell(academy.key(0, 0), "91", 0)]).status_code == 409
    assert filled.patch(academy.cells_path, json=[cell(academy.key(0, 0), "ninety", 1)]).status_code == 422
    assert kinds(academy) == ["journal.opened", "cells.saved"]


def test_a_publication_commits_to_the_mark_of_every_learner(academy, filled) -> None:
    path = f"/journal/api/v1/journals/{academy.journal}/columns/{academy.columns[0]}/publish"
    assert filled.post(path).status_code == 200
    entry = entries(academy)[-1]
    assert (entry.kind, json.loads(entry.bytes)["data"]["publication"]) == ("column.published", 1)
    assert entry.opened.split("\n") == [
        f"{academy.key(n, 0)}:1:{mark}" for n, mark in enumerate(("90", "85", "70"))
    ]
    assert filled.post(path).status_code == 200
    filled.patch(academy.cells_path, json=[cell(academy.key(0, 0), "95", 1)])
    assert kinds(academy) == [
        "journal.opened",
        "cells.saved",
        "column.published",
        "cells.saved",
        "column.published",
    ]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE stream_entry SET kind = 'x.y'", "DELETE FROM stream_entry", "TRUNCATE stream_entry"],
)
def test_entries_are_never_changed_or_removed(academy, filled, statement: str) -> None:
    with pytest.raises(DatabaseError), unit_of_work(academy.engine) as session:
        session.execute(text(statement))
    assert kinds(academy) == ["journal.opened", "cells.saved"]


def test_the_role_of_the_service_holds_no_right_but_to_add_and_read(academy, filled) -> None:
    query = text(
        "SELECT privilege_type FROM information_schema.role_table_grants "
        "WHERE table_name = 'stream_entry' AND grantee = current_user"
    )
    with unit_of_work(academy.engine) as session:
        assert {"INSERT", "SELECT"} <= (found := set(session.scalars(query)))
    assert not found & {"UPDATE", "DELETE", "TRUNCATE"}


def test_two_writers_never_take_the_same_number(academy, filled) -> None:
    head = service.Head(1, entries(academy)[0].digest)
    stale = service.make_entry(head, journal_id=academy.journal, kind="cells.saved", data={}, actor=uuid4())
    with pytest.raises(DatabaseError), unit_of_work(academy.engine) as session:
        session.execute(service.APPEND, stale.parameters)


def test_a_journal_filled_before_there_were_streams_is_taken_over_as_it_stands(academy, filled) -> None:
    with unit_of_work(academy.engine) as session:
        session.execute(text("ALTER TABLE stream_entry DISABLE TRIGGER ALL"))
        session.execute(text("GRANT DELETE ON stream_entry TO current_user"))
        session.execute(text("DELETE FROM stream_entry"))
        session.execute(JOURNAL.update().values(stream_number=0, stream_digest=None))
    filled.patch(academy.cells_path, json=[cell(academy.key(0, 0), "95", 1)])
    taken, saved = entries(academy)
    assert (taken.kind, taken.actor, saved.kind) == ("journal.taken_over", None, "cells.saved")
    assert f"{academy.key(1, 0)}:1:85" in taken.opened.split("\n")
    assert saved.opened == f"{academy.key(0, 0)}:2:95"
    assert saved.digest == rules.chained(taken.digest, saved.bytes)
