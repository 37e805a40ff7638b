"""What goes over the wire: cells that are taken as they are, and those only the fields may judge, are told apart rightly."""

from typing import Any

import pytest
from marshmallow import RAISE, Schema, ValidationError

from ejournal.journal.rules import MOST_CELLS
from ejournal.journal.schemas import CellsIn, SavedOut

pytestmark = pytest.mark.unit
SOUND = {"k": "a:b", "v": "90", "b": 0}


def outcome(load: Any, data: Any) -> Any:
    try:
        return load(data)
    except ValidationError as refused:
        return refused.messages


@pytest.mark.parametrize(
    "data",
    [
        [SOUND], [SOUND, {**SOUND, "k": "c"}], [{**SOUND, "b": 2**31 - 2}], [{**SOUND, "k": "k" * 100}], [{**SOUND, "v": ""}],
        [], {}, SOUND, None, "x", [None], [[]], [{}], [SOUND, SOUND], [{**SOUND, "more": 1}], [{"k": "a", "v": "1"}],
        [{**SOUND, "k": ""}], [{**SOUND, "k": "k" * 101}], [{**SOUND, "k": 1}], [{**SOUND, "k": None}], [{**SOUND, "v": 90}],
        [{**SOUND, "v": None}], [{**SOUND, "b": -1}], [{**SOUND, "b": 2**31 - 1}], [{**SOUND, "b": 1.0}], [{**SOUND, "b": 1.5}],
        [{**SOUND, "b": True}], [{**SOUND, "b": "1"}], [{**SOUND, "b": None}],
        [{**SOUND, "k": str(n)} for n in range(MOST_CELLS + 1)],
    ],
)  # fmt: skip
def test_cells_are_read_as_their_fields_would_read_them(data: Any) -> None:
    schema = CellsIn(unknown=RAISE)
    assert outcome(schema.load, data) == outcome(lambda given: Schema.load(schema, given), data)


def test_an_answer_is_written_as_its_fields_would_write_it() -> None:
    cell = {
        "k": "a:b", "state": "conflict", "v": None, "shown": "", "version": 3, "asked": "9", "detail": "why", "by": "who",
        "at": "2026-11-26T10:00:00+00:00",
    }  # fmt: skip
    ready = {"cells": [cell, {**cell, "v": "90"}], "results": {"a": {"mean": "7,5", "low": True}}}
    assert SavedOut().dump(ready) == Schema.dump(SavedOut(), ready) == ready
