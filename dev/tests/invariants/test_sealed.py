"""I6: a sealed statement is what was signed; what was changed in or under it since is named."""

from __future__ import annotations

from typing import Any

import pytest
from services.ejournal.tests.academy import Academy
from services.ejournal.tests.statements.conftest import office  # noqa: F401
from sqlalchemy import text
from sqlalchemy.orm import Session

from dev.invariants import sealed
from dev.invariants.view import View
from ejournal.app import SERVICE

PLANTED = {
    "a mark of it": ("UPDATE statement_row SET mark = '95' WHERE position = 1", "what stands there is not what the examiner signed"),
    "its sealed bytes": ("UPDATE statement SET content = content || ' '::bytea", "is not what the registrar signed"),
    "its digest": ("UPDATE statement SET digest = repeat('0', 64)", "its digest is not that of its sealed bytes"),
    "no registrar": ("DELETE FROM statement_signature WHERE role = 'registrar'", "0 registrars and 1 examiners signed"),
    "no examiner": ("DELETE FROM statement_signature WHERE role = 'examiner'", "1 registrars and 0 examiners signed"),
    "a mark under it": (
        ("INSERT INTO cell_change (column_id, person_id, journal_id, version, new_value, changed_by, changed_at) SELECT column_id, person_id, "
        "journal_id, 9, '100', changed_by, now() + interval '1 minute' FROM cell LIMIT 1"),
        "after it, version 9 of learner",
    ),
    "an attempt": ("UPDATE attempt SET exam = '99' WHERE exam IS NOT NULL", "is not its row"),
    "superseded by nobody": ("UPDATE statement SET state = 'superseded', superseded_at = now()", "superseded without a rectification"),
}  # fmt: skip


@pytest.fixture(scope="session")
def service() -> Any:
    return SERVICE


@pytest.fixture
def academy(deliver, engine) -> Academy:
    return Academy(deliver, engine)


def test_i6_whatever_is_changed_in_a_sealed_statement_is_named(office, engine) -> None:  # noqa: F811
    office.sealed_examination("80", "70")
    with Session(engine) as session:
        found = sealed.check(View({"ejournal": session}))
        assert (found.counted["sealed statements"], found.breaches) == (2, [])
    missed = {}
    for what, (statement, words) in PLANTED.items():
        with Session(engine) as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            assert session.execute(text(statement)).rowcount
            breaches = sealed.check(View({"ejournal": session})).breaches
            if not any(words in breach for breach in breaches):
                missed[what] = breaches
    assert missed == {}
