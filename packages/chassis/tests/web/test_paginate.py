"""One page of a list: its rows, and the true number of all."""

import pytest
from sqlalchemy import event, insert, select

from chassis.pages import paginate

from .conftest import NOTE


@pytest.fixture
def five(session):
    session.execute(insert(NOTE), [{"text": str(number)} for number in range(5)])
    return select(NOTE.c.text).order_by(NOTE.c.id)


@pytest.mark.parametrize(
    ("page", "size", "texts", "counted"),
    [
        (1, 10, "01234", False),
        (1, 5, "01234", True),
        (1, 3, "012", True),
        (2, 3, "34", False),
        (3, 3, "", True),
        (9, 2, "", True),
    ],
)
def test_the_total_is_true_and_counted_only_where_the_end_is_not_seen(
    session, five, page, size, texts, counted
):
    sent = []
    engine = session.get_bind()
    note = lambda *given: sent.append(given[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    try:
        found = paginate(session, five, page=page, size=size)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert ("".join(found.items), found.total) == (texts, 5)
    assert len(sent) == 1 + counted


def test_an_empty_list_has_nothing(session):
    found = paginate(session, select(NOTE.c.text).order_by(NOTE.c.id), page=1)
    assert (list(found.items), found.total) == ([], 0)
