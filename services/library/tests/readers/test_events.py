"""clause_17_6: the card index is fed from accounts; the card number stays."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select

from chassis.contracts import load
from chassis.db import unit_of_work
from library.readers.model import Reader
from library.readers.service import ReaderNotFound, enrol, get_by_card_or_raise, list_readers

EXAMPLES = load()["auth/people", "auth.person.recorded.v1"].examples()


@pytest.mark.parametrize("case", EXAMPLES)
def test_every_example_makes_a_reader(deliver: Callable[..., Any], engine: Engine, case: str) -> None:
    data = EXAMPLES[case]
    deliver("auth.person.recorded.v1", data | {"a_field_of_tomorrow": 1})
    with unit_of_work(engine) as session:
        reader = session.scalars(select(Reader)).one()
        assert (str(reader.person_id), reader.status) == (data["person_id"], data["status"])
        card = reader.card
    deliver("auth.person.recorded.v1", data | {"family_name": "Жаңатегі", "status": "blocked"})
    with unit_of_work(engine) as session:
        again = session.scalars(select(Reader)).one()
        assert (again.card, again.status) == (card, "blocked")
        assert again.name.startswith("Жаңатегі")
        assert list_readers(session, query="жанат")[0].person_id == again.person_id
        assert get_by_card_or_raise(session, card=f" {card} ").person_id == again.person_id
        with pytest.raises(ReaderNotFound):
            get_by_card_or_raise(session, card="0")


def test_of_a_person_told_of_twice_the_last_word_counts(engine: Engine) -> None:
    data = EXAMPLES["learner"]
    with unit_of_work(engine) as session:
        enrol(session, people=[data, data | {"status": "left"}])
        assert session.scalars(select(Reader.status)).all() == ["left"]
