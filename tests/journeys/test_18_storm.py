"""Journey 18: a platoon of twenty-four signs in at eight o'clock; who works already works on, and one of them does it by hand."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from dev.bench.crowd import Crowd, address_of, make_members
from dev.bench.stage import Stage
from dev.testing import House

ROOM, PLATOON = 12, 24
PASSWORD = "reveille at half past six"
HELLO = {"kk": "Шығу", "ru": "Выйти"}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_10_a_platoon_signs_in_at_once_and_nobody_who_is_in_notices(
    house: House, desk: Any, language: str
) -> None:
    *platoon, one = make_members(Stage(house), PLATOON + 1, PASSWORD)
    crowd = Crowd(house.layout.port, house.url.removeprefix("http://"))
    teacher, newcomer = desk("teacher", language), desk("", language)
    page, form = teacher.open("/journal/"), newcomer.open("/auth/login")
    form.set_default_timeout(90_000)  # one's turn comes, on a slow machine too
    form.locator("#f-login").fill(one.login)
    form.locator("#f-password").fill(one.password)
    room = {"kk": 300, "ru": 320}[language]
    with ThreadPoolExecutor(1) as outside:
        storm = outside.submit(crowd.storm, platoon, lambda place: address_of(room + place // ROOM))
        newcomer.post(form, "main form button")
        for path in ("/portal/", "/library/", "/journal/"):
            teacher.go(page, path)
        entries = storm.result()
    assert urlsplit(form.url).path == "/portal/"
    assert HELLO[language] in (form.locator("form[action='/auth/logout']").first.text_content() or "")
    assert [entry.statuses for entry in entries] == [[303]] * PLATOON
    assert len({entry.sid for entry in entries}) == PLATOON
