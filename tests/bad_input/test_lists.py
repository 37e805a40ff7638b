"""A page of −1 and its relatives, asked of every list; a body of 30 MB, sent to every service."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from tests.bad_input.conftest import SERVICES, speak, words

from chassis.openapi import document

NO_PAGES = ("-1", "0", "abc", "1.5", "10001", "9" * 40)
PAGES = [
    ("auth", "/auth/people"),
    ("ejournal", "/journal/"),
    ("library", "/library/"),
    ("website", "/kk/news"),
]


def paged_operations() -> Iterator[tuple[str, str]]:
    """Find every operation that takes a page."""
    for name, service in SERVICES.items():
        for path, operations in document(service)["paths"].items():
            asked = [one.get("name") for one in operations.get("get", {}).get("parameters", [])]
            if "page" in asked and "{" not in path:
                yield name, path


LISTS: dict[str, list[str]] = {}
for _name, _path in [*paged_operations(), *PAGES]:
    LISTS.setdefault(_name, []).append(_path)


@pytest.mark.parametrize("service", LISTS, indirect=True)
def test_a_page_that_is_no_page_is_refused_in_words(service: Any, master: Any) -> None:
    for path in LISTS[service.name]:
        for number in NO_PAGES:
            told = set()
            for language in ("kk", "ru"):
                address = path.replace("/kk/", f"/{language}/")
                answer = speak(master, language).get(f"{address}?page={number}")
                assert answer.status_code == 422, (address, number)
                told.add(words(answer))
                if "/api/" in path:
                    assert answer.get_json(force=True)["errors"][0]["pointer"] == "/page"
            assert len(told) == 2, (path, number)


def first_write(service: Any) -> tuple[str, str]:
    """Find an operation that takes a body, with ids in its address."""
    return next(
        (method.upper(), re.sub(r"\{\w+\}", str(uuid4()), path))
        for path, operations in document(service)["paths"].items()
        for method in ("post", "patch", "put")
        if "requestBody" in operations.get(method, {})
    )


@pytest.mark.parametrize("service", SERVICES, indirect=True)
def test_a_body_of_30_megabytes_is_refused_before_it_is_read(
    service: Any, master: Any, tally: Callable[[], Any]
) -> None:
    method, path = first_write(service)
    before = tally()
    for language, expected in (("kk", "тым үлкен"), ("ru", "слишком велики")):
        answer = speak(master, language).open(
            path, method=method, data=b"x" * (30 << 20), content_type="application/json"
        )
        assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
        assert expected in words(answer)
    assert tally() == before
