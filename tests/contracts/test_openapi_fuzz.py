"""Every operation of every service is asked with generated values, in process: nothing a caller sends is our own failure."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core import NOT_SET

from chassis import permissions
from chassis.service import Service, load
from chassis.testing.web import Client

NAMES = ("auth", "portal", "ejournal", "library", "website")
EXAMPLES = 5


@pytest.fixture(scope="session", params=NAMES)
def service(request: pytest.FixtureRequest) -> Service:
    """Answer one service after the other."""
    return load(request.param)[0]


@pytest.fixture
def environment(environment: dict[str, str], service: Service) -> dict[str, str]:
    """Give auth its programs as well."""
    return environment | ({"CLIENTS": f"portal={'0' * 64}"} if service.name == "auth" else {})


def ask(client: Client, case: Any) -> Any:
    """Send a generated case as it is, with the person's token."""
    options: dict[str, Any] = {"query_string": case.query or {}}
    if case.body is not NOT_SET:
        kind = "json" if (case.media_type or "").endswith("json") else "data"
        options[kind] = case.body
    return client.open(case.formatted_path, method=case.method, **options)


def fuzz(client: Client, operation: Any, failures: list[str], statuses: set[int]) -> None:
    """Ask one operation a few times."""

    @seed(21)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        answer = ask(client, case)
        statuses.add(answer.status_code)
        if answer.status_code >= 500:
            failures.append(
                f"{case.method} {case.formatted_path} {case.query} {case.body!r}: {answer.status_code}"
            )

    run()


def test_nothing_a_caller_sends_is_our_own_failure(service: Service, client: Callable[..., Client]) -> None:
    declared = permissions.catalogue(service.name, service.root, service.permissions)
    master = client({code: [("institution", None)] for code in declared})
    document = master.get(f"{service.base}/openapi.json").get_json(force=True)
    schema = schemathesis.openapi.from_dict(document)
    failures: list[str] = []
    statuses: set[int] = set()
    for found in schema.get_all_operations():
        fuzz(master, found.ok(), failures, statuses)
    assert statuses - {401, 403, 404}, "the questions got through the door"
    assert failures == []
