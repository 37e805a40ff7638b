"""What is sent and counted in loads of writes."""

from uuid import UUID

import pytest

from dev.bench.load import Void
from dev.bench.sql import transaction
from dev.bench.stage import Desk
from dev.bench.writes import Cell, _whole, repeatable

pytestmark = pytest.mark.unit
DESK = Desk(UUID(int=1), UUID(int=2), "token")


def cell(person: int, column: str, version: int) -> Cell:
    return Cell(DESK, UUID(int=person), column, version)


def test_only_whole_columns_of_one_version_are_sent() -> None:
    even = [cell(n, "a", 3) for n in range(25)]
    uneven = [cell(n, "b", n % 2) for n in range(25)]
    short = [cell(n, "c", 0) for n in range(24)]
    assert _whole([*even, *uneven, *short]) == [even]


def test_transaction_keeps_each_statement_on_one_line() -> None:
    assert transaction(["SELECT 1\n  FROM a", "SELECT 'x'::text;"]) == (
        "BEGIN;\nSELECT 1 FROM a;\nSELECT 'x'::text;\nCOMMIT;\n"
    )


def test_key_version_and_number_of_a_recorded_mark_are_chosen_anew() -> None:
    journal = "'00000000-0000-0000-0000-000000000001'::uuid"
    sent = [
        "INSERT INTO k VALUES ('abc'::VARCHAR)",
        """SELECT cast('[{"value":"80","version":8}]' AS jsonb), '{"p2":null}'""",
        f"UPDATE journal SET stream_number = 56, x = 1; INSERT INTO stream_entry VALUES ({journal}, 56, 'cells')",
        "UPDATE k WHERE key = 'abc'",
    ]
    lines = repeatable(sent, "abc", [cell(5, "00000000-0000-0000-0000-000000000009", 7)]).splitlines()
    assert lines[0] == r"\set key random(1, 9223372036854775806)"
    assert lines[2] == "INSERT INTO k VALUES ((:key)::text::VARCHAR);"
    assert lines[3].startswith(
        """SELECT cast(replace('[{"value":"80","version":8}]', '"version":8}', '"version":' || (SELECT"""
    )
    assert lines[3].endswith(""")::text || '}') AS jsonb), '{"p2": null}';""")
    assert lines[4] == (
        "UPDATE journal SET stream_number = stream_number + 1, x = 1; "
        f"INSERT INTO stream_entry VALUES ({journal}, (SELECT stream_number + 1 FROM journal WHERE id = {journal}), 'cells');"
    )
    assert lines[5] == "UPDATE k WHERE key = (:key)::text;"


def test_the_cells_of_a_column_get_their_next_version_together() -> None:
    journal = "'00000000-0000-0000-0000-000000000001'::uuid"
    sent = [
        """SELECT 'abc', cast('[{"value":"80","version":8},{"value":"90","version":8}]' AS jsonb)""",
        f"INSERT INTO stream_entry VALUES ({journal}, 56, 'cells')",
    ]
    cells = [cell(5, "c", 7), cell(6, "c", 7)]
    line = repeatable(sent, "abc", cells).splitlines()[2]
    assert (
        """cast(replace('[{"value":"80","version":8},{"value":"90","version":8}]', '"version":8}',""" in line
    )
    assert line.count("SELECT version + 1") == 1
    with pytest.raises(Void):
        repeatable(sent, "abc", cells[:1])


def test_statements_that_look_different_are_void() -> None:
    with pytest.raises(Void):
        repeatable(["SELECT 1"], "abc", [cell(5, "c", 7)])
