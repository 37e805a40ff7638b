"""Which programs the house of containers is run with."""

from pathlib import Path

import pytest

from dev.images import engine

pytestmark = pytest.mark.unit


def test_compose_is_debians_program_where_it_is_there_and_else_dockers_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for program, found in (("docker", ["docker", "compose"]), ("docker-compose", ["docker-compose"])):
        (tmp_path / program).write_text("#!/bin/sh\n")
        (tmp_path / program).chmod(0o755)
        assert engine.compose() == found
