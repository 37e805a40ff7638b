"""Own and foreign: where a permission has a scope, what lies outside it is refused and does not show in lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from chassis.db import unit_of_work
from dev.demo import PASSWORD
from dev.testing import House

SHUT = {403, 404}
OWN = """
    select j.id::text, r.person_id::text, j.columns from journal j
    join journal_teacher t on t.journal_id = j.id join sheet_row r on r.journal_id = j.id
    where t.person_id = %s::uuid order by j.id, r.position limit 1
"""
FOREIGN = """
    select j.id::text, r.person_id::text, j.columns from journal j join sheet_row r on r.journal_id = j.id
    where not exists (select from journal_teacher t where t.journal_id = j.id and t.person_id = %s::uuid)
    order by j.id, r.position limit 1
"""


@contextmanager
def signed_in(house: House, login: str) -> Iterator[httpx.Client]:
    """A person's session through the gateway, without a browser."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=house.url, timeout=30, headers=headers) as client:
        answer = client.post("/auth/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text[:300]
        yield client


def person(house: House, login: str) -> str:
    [(found,)] = house.sql("auth", "select person_id::text from account where login = %s", login)
    return str(found)


def asks(client: httpx.Client, journal: tuple[str, str, list[dict[str, Any]]]) -> dict[str, int]:
    """Ask everything that can be asked of one journal; what would write carries a version that cannot fit."""
    number, learner, columns = journal
    published = next((column["id"] for column in columns if column["published"]), columns[0]["id"])
    api, page = f"/journal/api/v1/journals/{number}", f"/journal/journals/{number}"
    cell = {"k": f"{learner}:{columns[0]['id']}", "v": "55", "b": 999_999}
    key = {"Idempotency-Key": str(uuid4())}
    return {
        "read": client.get(api).status_code,
        "page": client.get(page).status_code,
        "column": client.get(f"{page}/columns/{published}").status_code,
        "history": client.get(f"{api}/cells/{learner}/{published}/changes").status_code,
        "write": client.patch(f"{api}/cells", json=[cell], headers=key).status_code,
        "publish": client.post(f"{api}/columns/{published}/publish", json={}, headers={"Idempotency-Key": str(uuid4())}).status_code,
    }  # fmt: skip


def test_a_teacher_reads_and_writes_own_journals_alone(house: House) -> None:
    teacher = person(house, "teacher")
    [own], [foreign] = house.sql("ejournal", OWN, teacher), house.sql("ejournal", FOREIGN, teacher)
    before = house.sql(
        "ejournal",
        "select count(*), coalesce(max(version), 0) from cell where journal_id = %s::uuid",
        foreign[0],
    )
    with signed_in(house, "teacher") as client:
        assert not {name: code for name, code in asks(client, own).items() if code in SHUT}
        assert {name: code for name, code in asks(client, foreign).items() if code not in SHUT} == {}
        listed = client.get("/journal/api/v1/journals").text
        assert own[0] in listed
        assert foreign[0] not in listed
    after = house.sql(
        "ejournal",
        "select count(*), coalesce(max(version), 0) from cell where journal_id = %s::uuid",
        foreign[0],
    )
    assert after == before


def test_a_learner_reads_own_marks_alone(house: House) -> None:
    cadet = person(house, "cadet")
    mine = "select journal_id::text from sheet_row where person_id = %s::uuid limit 1"
    other = "select journal_id::text from sheet_row group by 1 having bool_and(person_id <> %s::uuid) limit 1"
    [(own,)], [(foreign,)] = house.sql("ejournal", mine, cadet), house.sql("ejournal", other, cadet)
    with signed_in(house, "cadet") as client:
        for path in ("/journal/my/", "/journal/api/v1/my/"):
            assert client.get(path + own).status_code == 200
            assert client.get(path + foreign).status_code in SHUT
        # A learner has no journals, neither the own group's nor another's.
        for journal in (own, foreign):
            assert client.get(f"/journal/journals/{journal}").status_code == 403
            assert client.get(f"/journal/api/v1/journals/{journal}").status_code == 403


def test_a_quality_officer_reads_everything_and_writes_nothing(house: House) -> None:
    [journal] = house.sql("ejournal", FOREIGN, person(house, "teacher"))
    with signed_in(house, "quality") as client:
        codes = asks(client, journal)
    assert codes["read"] == codes["page"] == 200
    assert codes["write"] == codes["publish"] == codes["column"] == 403


@pytest.mark.parametrize("service", ["portal"], indirect=True)
def test_a_curator_sees_the_own_group_alone(engine: Any, client: Any) -> None:
    from portal.groups.service import create_group

    with unit_of_work(engine) as session:
        own, foreign = (
            create_group(session=session, data={"code": code, "title": {"kk": code, "ru": code}, "faculty_code": "F", "programme": None, "year_of_study": 1, "language": "kk"}).id
            for code in ("ҚҚ-26-1", "КР-26-1")
        )  # fmt: skip
    curator = client({"portal.group.read": [("group", "ҚҚ-26-1")]})
    for path in ("/portal/groups", "/portal/api/v1/groups"):
        assert curator.get(f"{path}/{own}").status_code == 200
        assert curator.get(f"{path}/{foreign}").status_code in SHUT
        listed = curator.get(path).get_data(as_text=True)
        assert str(own) in listed
        assert str(foreign) not in listed


@pytest.mark.parametrize("service", ["website"], indirect=True)
def test_an_editor_of_one_section_touches_no_other(engine: Any, client: Any) -> None:
    editor = client(
        {
            "website.item.write": [("website_section", "news")],
            "website.item.publish": [("website_section", "news")],
        }
    )
    master = client({"website.item.write": [("institution", None)]})
    assert editor.get("/website/edit/new?section=news").status_code == 200
    assert editor.get("/website/edit/new?section=about").status_code in SHUT
    form = {
        "section": "about",
        "title-kk": "Жаңа",
        "title-ru": "Новое",
        "b-0-kind": "paragraph",
        "b-0-kk": "Жаңа",
        "b-0-ru": "Новое",
    }
    made = master.submit("/website/edit/new?section=about", form)
    assert made.status_code == 303, made.get_data(as_text=True)[:500]
    with unit_of_work(engine) as session:
        [item] = session.scalars(text("select id::text from item where section = 'about'")).all()
    assert editor.get(f"/website/edit/{item}").status_code in SHUT
    assert master.get(f"/website/edit/{item}").status_code == 200
    assert item not in editor.get("/website/edit/").get_data(as_text=True)
