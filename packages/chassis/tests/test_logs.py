import json
import logging

import pytest
import structlog

from chassis import health, logs, metrics
from chassis.db import make_engine


@pytest.fixture
def lines(capsys):
    root = logging.getLogger()
    handlers, level = root.handlers, root.level

    def read() -> list[dict]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    yield read
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_a_line_is_json_with_service_and_request(lines):
    logs.configure("portal", "INFO")
    with logs.bound(request_id="r-7"):
        logs.get("portal.home").info("served", status=200)
        assert logs.request_id() == "r-7"
    logging.getLogger("other").warning("from %s", "the library")
    logs.get("x").debug("not this")
    ours, theirs = lines()
    assert (ours["event"], ours["service"], ours["request_id"], ours["status"]) == (
        "served",
        "portal",
        "r-7",
        200,
    )
    assert (ours["level"], ours["logger"]) == ("info", "portal.home")
    assert ours["timestamp"].endswith("Z")
    assert (theirs["event"], theirs["service"], theirs["level"]) == ("from the library", "portal", "warning")
    assert logs.request_id() is None


def test_names_marks_and_secrets_are_held_back(lines):
    logs.configure("portal", "INFO")
    logs.get("x").info("saved", mark=87, family_name="Ахметов", token="eyJ", cell="c1")
    logging.getLogger("y").info("saved", extra={"password": "hunter2"})
    told = [{key: line[key] for key in line.keys() - {"timestamp"}} for line in lines()]
    text = json.dumps(told, ensure_ascii=False)
    assert "c1" in text
    assert not [word for word in ("87", "Ахметов", "eyJ", "hunter2") if word in text]


def test_details_of_postgresql_are_cut_from_errors(lines):
    logs.configure("portal", "INFO")
    try:
        raise ValueError(
            "new row violates check\nDETAIL:  Failing row contains (87, Ахметов).\n[SQL: insert]"
        )
    except ValueError:
        logs.get("x").exception("failed")
    (line,) = lines()
    assert "violates check" in line["exception"]
    assert "Ахметов" not in line["exception"]


def test_metrics_are_in_prometheus_form():
    metrics.observe_request("accounts.list", 201, 0.02)
    body, status, headers = metrics.view()
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain")
    assert b'shanyraq_request_seconds_count{endpoint="accounts.list",status="2xx"} 1.0' in body


def test_health_asks_only_the_own_database(engine):
    assert health.live() == ({"status": "ok"}, 200)
    assert health.ready(engine) == ({"status": "ok"}, 200)


def test_a_database_that_is_down_is_not_ready():
    down = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert health.ready(down) == ({"status": "unavailable", "missing": ["database"]}, 503)
    down.dispose()
