"""What an upgrade of the house of containers refuses before it touches anything."""

from pathlib import Path

import pytest

from dev.compose import rolling
from dev.compose.project import Project
from dev.images.engine import Engine
from dev.layout import Layout, Refusal

pytestmark = pytest.mark.unit


def test_a_service_nobody_knows_is_named(tmp_path: Path) -> None:
    project = Project(Layout(8080, tmp_path), Engine(tmp_path / "docker"), look=False)
    with pytest.raises(Refusal, match="SERVICE=canteen: no such service"):
        rolling.upgrade(project, "canteen")
