"""A database that does not answer is waited for, then named."""

import pytest

from chassis import migrate

pytestmark = pytest.mark.unit


def test_a_database_that_does_not_answer_is_named_after_the_time_it_was_given() -> None:
    address = "postgresql+psycopg://auth:secret@127.0.0.1:1/auth"
    with pytest.raises(migrate.Unreachable) as caught:
        migrate.wait_for(address, 1)
    assert "the database cannot be reached" in str(caught.value)
    assert "secret" not in str(caught.value)
