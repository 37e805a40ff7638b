"""Every act is a row: no route that may change something without its line in acts.toml, no act without words."""

import re
import tomllib
from pathlib import Path

import pytest

from auth.app import SERVICE
from auth.trail.words import ACTS

pytestmark = pytest.mark.unit
DECLARED = tomllib.loads((Path(__file__).parents[1] / "acts.toml").read_text(encoding="utf-8"))
FIXED = re.compile(r'act="(auth\.[a-z.-]+)"')
COMPOSED = re.compile(r'act=f"(auth\.[a-z]+\.)\{')


def unsafe_routes() -> set[str]:
    found = set()
    for capability in SERVICE.capabilities:
        found |= {f"{route.method} /auth{route.path}" for route in capability.pages if route.unsafe}
        found |= {f"{route.method} /auth/api/v1{route.path}" for route in capability.api if route.unsafe}
    return found


def test_clause_9_every_route_that_may_change_something_names_its_act():
    """A new route fails here until its act is declared; `conftest.py` then holds its successes against it."""
    declared = [route for part in DECLARED.values() for route in part]
    assert len(declared) == len(set(declared))
    assert set(declared) == unsafe_routes()


def test_every_declared_act_has_words():
    acts = {act for part in ("always", "when_something_was_done") for act in DECLARED[part].values()}
    assert acts <= set(ACTS)


def test_every_act_the_code_writes_has_words():
    texts = [path.read_text(encoding="utf-8") for path in sorted(SERVICE.root.rglob("*.py"))]
    fixed = {act for text in texts for act in FIXED.findall(text)}
    assert fixed <= set(ACTS)
    assert len(fixed) > 20
    for prefix in {prefix for text in texts for prefix in COMPOSED.findall(text)}:
        assert any(act.startswith(prefix) for act in ACTS), prefix
