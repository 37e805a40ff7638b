"""Generated documents are the code's own: OpenAPI of every service, AsyncAPI of every feed."""

import pytest

from chassis import asyncapi, openapi
from chassis.service import load
from dev.openapi import FOLDER, SERVICES

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", SERVICES)
def test_openapi_has_not_drifted(name: str) -> None:
    service, _create = load(name)
    assert not openapi.drifted(service, FOLDER), "run `make openapi`"


def test_asyncapi_has_not_drifted() -> None:
    assert asyncapi.drift() == [], "run `make openapi`"
