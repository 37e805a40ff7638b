"""What is no mark, over the API and in the plain form of a column, in both languages; nothing is written."""

from collections.abc import Callable
from typing import Any

import pytest
from services.ejournal.tests.academy import WRITER, Academy
from tests.bad_input.conftest import speak

pytestmark = pytest.mark.parametrize("service", ["ejournal"], indirect=True)

OUTSIDE = ("0-ден 100-ге дейін", "от 0 до 100")
NO_MARK = ("баға емес", "не оценка")
TYPED = {"101": OUTSIDE, "-1": OUTSIDE, "abc": NO_MARK, "1000000000": OUTSIDE, "٨٥": NO_MARK, "８５": NO_MARK}


@pytest.fixture
def academy(deliver: Callable[..., None], engine: Any) -> Academy:
    """Give an academy with one journal."""
    return Academy(deliver, engine).tell_all()


def test_clause_12_what_is_no_mark_is_refused_in_words_and_nothing_is_written(
    academy: Academy, client: Callable[..., Any], tally: Callable[[], Any]
) -> None:
    teacher = client(WRITER, academy.teacher)
    column = f"/journal/journals/{academy.journal}/columns/{academy.columns[0]}"
    before = tally()
    for typed, told_by in TYPED.items():
        for language, expected in zip(("kk", "ru"), told_by, strict=True):
            speak(teacher, language)
            told = academy.fill(teacher, {(0, 0): typed})
            assert (told.status_code, told.mimetype) == (422, "application/problem+json")
            assert expected in told.get_json(force=True)["cells"][0]["detail"]
            form = teacher.submit(column, {f"v:{academy.learners[0]}": typed}, action=column)
            page = form.get_data(as_text=True)
            assert form.status_code == 422
            assert expected in page
            assert f'value="{typed}"' in page
            assert 'aria-invalid="true"' in page
    assert tally() == before


def test_a_form_of_a_column_sent_twice_is_saved_once_and_its_key_serves_no_other_marks(
    academy: Academy, client: Callable[..., Any], tally: Callable[[], Any]
) -> None:
    from chassis.testing.forms import find_form

    teacher = client(WRITER, academy.teacher)
    column = f"/journal/journals/{academy.journal}/columns/{academy.columns[0]}"
    form = find_form(teacher.get(column).get_data(as_text=True), [], column).values
    field = f"v:{academy.learners[0]}"
    assert teacher.post(column, data=form | {field: "85"}).status_code == 303
    once = tally()
    assert teacher.post(column, data=form | {field: "85"}).status_code == 303
    for language, expected in (("kk", "Бұл кілт бұрын"), ("ru", "Этот ключ уже использован")):
        refused = speak(teacher, language).post(column, data=form | {field: "86"})
        assert refused.status_code == 422
        assert expected in refused.get_data(as_text=True)
    assert tally() == once
