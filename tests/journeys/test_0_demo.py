"""The demo academy as it stands when the house is ready."""

from dev.testing import House

LOADED = {"auth": "person", "portal": "lesson", "ejournal": "sheet_row", "library": "record"}


def test_every_database_has_statistics_of_what_was_loaded(house: House) -> None:
    """Or plans chosen in the first minute stay with the connections that chose them."""
    query = "select n_live_tup > 0, last_analyze is not null from pg_stat_user_tables where relname = %s"
    found = {name: house.sql(name, query, table) for name, table in LOADED.items()}
    assert all(rows == [(True, True)] for rows in found.values()), found
