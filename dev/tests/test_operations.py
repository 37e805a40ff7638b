"""`docs/operations.md` against the code: every metric, every field of the logs, every code of trouble, and nothing that is no more."""

import ast
import re
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from chassis import board, metrics, operator
from chassis.gauges import GAUGES
from dev.layout import ROOT

pytestmark = pytest.mark.unit

TEXT = (ROOT / "docs" / "operations.md").read_text("utf-8")
ALWAYS = {"event", "level", "logger", "timestamp", "service", "request_id", "exception"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def table(heading: str) -> dict[str, list[str]]:
    """Read the table that begins with a heading: first cell → the others."""
    _, _, rest = TEXT.partition(f"\n| {heading} |")
    rows = [line for line in rest.split("\n\n")[0].splitlines()[2:] if line.startswith("| `")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {first.strip("`"): others for first, *others in cells}


def fields_of_services() -> set[str]:
    """Find every field a service or the chassis hands to its logger."""
    found = set(ALWAYS)
    for path in [*ROOT.glob("packages/*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py")]:
        for call in _log_calls(ast.parse(path.read_text("utf-8"))):
            found |= {keyword.arg for keyword in call.keywords if keyword.arg not in {None, "exc_info"}}
    return found


def _log_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            owner = node.func.value
            name = owner.func if isinstance(owner, ast.Call) else owner
            if (getattr(name, "id", None) or getattr(name, "attr", None)) in {
                "logger",
                "log",
                "get",
                "get_logger",
            }:
                yield node


def fields_of_the_prober() -> set[str]:
    """Find every field of the status prober's lines."""
    tree = ast.parse((ROOT / "gateway/src/gateway/status/prober.py").read_text("utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "_say"]
    assert calls
    return {"event", "service", *(keyword.arg or "" for call in calls for keyword in call.keywords)}


def fields_of_the_gateway() -> set[str]:
    """Read the fields off nginx's own description of a line."""
    text = (ROOT / "gateway/src/gateway/templates/nginx.conf.j2").read_text("utf-8")
    (form,) = re.findall(r"log_format lines .*?;\n", text, re.DOTALL)
    return set(re.findall(r'"(\w+)":', form))


@pytest.mark.parametrize(
    ("place", "written"),
    [("services", fields_of_services), ("status", fields_of_the_prober), ("gateway", fields_of_the_gateway)],
)
def test_every_field_of_the_logs_is_documented_and_no_other(place, written) -> None:
    said = {name for name, (where, *_) in table("field").items() if place in where or where == "all"}
    assert said == written()


def test_every_metric_is_documented_with_its_labels_and_no_other() -> None:
    assert metrics.REQUESTS is not None
    counted = {
        family.name.removeprefix("shanyraq_")
        for family in REGISTRY.collect()
        if family.name.startswith("shanyraq_")
    }
    said = table("metric")
    assert set(said) == set(GAUGES) | counted
    for name, (_, labels) in GAUGES.items():
        assert tuple(filter(None, said[name][0].split(", "))) == labels, name


def test_every_code_of_trouble_is_documented_and_has_words_on_the_operators_page() -> None:
    assert set(table("code")) == set(board.CODES)
    assert set(board.CODES) <= set(operator.TROUBLES)
