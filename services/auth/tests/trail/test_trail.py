"""The audit for people: searched, read in words, taken away, checked."""

import io
import json
import re
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auth.trail import service
from chassis import audit, clock, verify
from chassis.db import unit_of_work

KEY = Ed25519PrivateKey.generate()
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def environment(environment):
    return environment | {"AUDIT_KEY": PEM}


@pytest.fixture
def auditor(client):
    return client(permissions={"auth.audit.read": [("institution", None)]})


@pytest.fixture
def add(engine):
    def adding(at="2026-11-20T05:00:00+00:00", address="10.0.0.9", **values):
        with clock.frozen(datetime.fromisoformat(at)), unit_of_work(engine) as session:
            session.info["address"] = address
            row = {"act": "auth.person.changed", "subject": "person:x", "actor": "installation", **values}
            audit.audit(session, **row)
            return session.scalar(select(audit.ROW.c.number).order_by(audit.ROW.c.number.desc()).limit(1))

    return adding


def seal(engine) -> None:
    with unit_of_work(engine) as session:
        audit.seal(session, KEY)


def numbers(client, **query) -> list[int]:
    answer = client.get("/auth/api/v1/audit", query_string=query)
    assert answer.status_code == 200, answer.json
    return [row["number"] for row in answer.json["items"]]


def test_clause_9_rows_are_found_by_who_what_when_where_and_why(auditor, add, make_person):
    admin, cadet = make_person(family_name="Сейітқали"), make_person(family_name="Жұмабаев")
    made = add(
        actor=admin.person_id, subject=f"person:{cadet.person_id}", act="auth.account.blocked",
        basis="№ 91-к, 23.11.2026", after={"reason": "Қызметтік тексеру"},
    )  # fmt: skip
    later = add(
        "2026-11-21T19:30:00+00:00", act="auth.program.blocked", subject="program:abc", actor=admin.person_id
    )
    assert numbers(auditor, person="жұмабаев", act="auth.account.blocked") == [made]
    assert numbers(auditor, actor="Сейітқали") == [later, made]
    assert numbers(auditor, actor="installation", act="auth.account") == []
    assert numbers(auditor, act="auth.program") == [later]
    assert numbers(auditor, subject="program:abc") == [later]
    assert numbers(auditor, order="91-к") == [made]
    assert numbers(auditor, order="91") == []
    assert numbers(auditor, text="тексеру қызмет") == [made]
    assert numbers(auditor, text="10.0.0.9", act="auth.program") == [later]
    assert numbers(auditor, since="2026-11-22", until="2026-11-22") == [later], (
        "half past midnight in the academy"
    )
    assert numbers(auditor, until="2026-11-20", act="auth.account.blocked") == [made]
    assert numbers(auditor, person="Ешкім") == []
    for odd in ("%", "_", "'", "\\", "!!", "a" * 100, "' | 'x"):
        assert numbers(auditor, text=odd, act="auth.program") in ([], [later])
        assert numbers(auditor, order=odd) == numbers(auditor, subject=odd) == []


def test_pages_go_on_where_they_ended(auditor, add):
    made = [add() for _ in range(5)]
    first = auditor.get("/auth/api/v1/audit?size=2").json
    assert [row["number"] for row in first["items"]] == made[:2:-1]
    second = auditor.get(f"/auth/api/v1/audit?size=2&before={first['next']}").json
    assert [row["number"] for row in second["items"]] == made[2:0:-1]
    last = auditor.get(f"/auth/api/v1/audit?size=2&before={second['next']}").json
    assert ([row["number"] for row in last["items"]], last["next"]) == ([made[0]], None)


@pytest.mark.parametrize(
    "query", ["since=2026-13-01", "before=0", "before=x", "size=1000", "person=" + "x" * 101, "nothing=1"]
)
def test_a_bad_filter_is_named(auditor, query):
    assert auditor.get(f"/auth/api/v1/audit?{query}").status_code == 422


def test_the_page_speaks_in_words_and_names(auditor, add, make_person, engine):
    admin, cadet = make_person(family_name="Сейітқали"), make_person(family_name="Жұмабаев")
    made = add(
        actor=admin.person_id, subject=f"person:{cadet.person_id}", basis="№ 91-к, 23.11.2026",
        before={"family_name": "Жумабаев", "kind": "learner"}, after={"family_name": "Жұмабаев", "kind": "learner"},
    )  # fmt: skip
    listed = auditor.get("/auth/audit?person=Жұмабаев&act=auth.person.changed").get_data(as_text=True)
    for words in (
        "Сейітқали Арман",
        "Жұмабаев Арман",
        "Адамның деректері өзгертілді",
        "№ 91-к",
        "10.0.0.9",
        "20.11.2026 10:00",
    ):
        assert words in listed, words
    page = auditor.get(f"/auth/audit/{made}").get_data(as_text=True)
    assert "<del>Жумабаев</del>" in page
    assert "<ins>Жұмабаев</ins>" in page
    assert "<del>learner</del>" not in page, "what stayed is not marked"
    assert auditor.get(f"/auth/audit/{made + 1000}").status_code == 404
    seal(engine)
    assert 'href="/auth/audit/seals/1"' in auditor.get(f"/auth/audit/{made}").get_data(as_text=True)
    assert auditor.get("/auth/audit/seals/1").status_code == 200
    assert auditor.get("/auth/audit/seals/9").status_code == 404


def test_a_wrong_date_is_marked_and_nothing_shown(auditor, add):
    add()
    answer = auditor.get("/auth/audit?since=31.02.2026")
    assert answer.status_code == 422
    assert 'href="#f-since"' in answer.get_data(as_text=True)


def test_what_is_taken_away_as_a_table_holds_no_formula_and_is_written_down(auditor, add):
    add(after={"reason": "=HYPERLINK(1)"}, subject="=cmd|x", actor="@evil", basis="+1", address="-2")
    csv = auditor.get("/auth/audit/rows.csv?act=auth.person.changed")
    lines = csv.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    for cell in ("'=cmd|x", "'@evil", "'+1", "'-2"):
        assert f'"{cell}"' in lines[1]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(auditor.get("/auth/audit/rows.xlsx").get_data()))
    assert len(sheet.get_sheet_by_index(0).to_python()) >= 3
    kept = auditor.get("/auth/api/v1/audit?act=auth.audit.exported").json["items"]
    assert [row["after"] for row in kept] == [{"kind": "xlsx"}, {"kind": "csv", "act": "auth.person.changed"}]
    assert auditor.get("/auth/audit/rows.pdf").status_code == 404


def test_clause_9_an_inspector_checks_what_was_taken_away(auditor, add, engine):
    for _ in range(3):
        add()
    seal(engine)
    page = auditor.get("/auth/audit/seals").get_data(as_text=True)
    link = re.search(r'href="(/auth/audit/sealed\.json[^"]*)"', page)[1].replace("&amp;", "&")
    document = json.loads(auditor.get(link).get_data(as_text=True))
    keys = verify.read_keys(auditor.get("/auth/audit/public.pem").get_data(as_text=True))
    assert verify.key_id(keys[0]) in page
    assert verify.verify(verify.join([document]), keys) == []
    document["rows"][1]["actor"] = "nobody"
    assert verify.verify(verify.join([document]), keys) == [
        f"row {document['rows'][1]['number']} was changed"
    ]
    assert auditor.get("/auth/audit/verify.py").get_data().startswith(b'"""Check an export of the audit')
    assert auditor.get("/auth/audit/sealed.json?first=0").status_code == 422


def test_a_row_says_where_a_real_request_came_from(administrator, make_person, engine):
    person = make_person().person_id
    form = {"reason": "Тексеру", "order_number": "9", "order_date": "25.11.2026"}
    page = administrator.get(f"/auth/people/{person}/block").get_data(as_text=True)
    hidden = dict(re.findall(r'name="(_csrf|_key)" value="([^"]+)"', page))
    answer = administrator.post(
        f"/auth/people/{person}/block", data={**form, **hidden}, environ_base={"REMOTE_ADDR": "10.7.7.7"}
    )
    assert answer.status_code == 303
    row = administrator.get("/auth/api/v1/audit?act=auth.account.blocked").json["items"][0]
    assert (row["address"], row["basis"], row["actor"]) == (
        "10.7.7.7",
        "№ 9, 25.11.2026",
        str(administrator.person_id),
    )


def test_the_audit_is_for_those_who_may_read_it_and_a_program_that_was_granted_it(client, program):
    nobody = client()
    for path in ("", "/1", "/seals", "/rows.csv", "/sealed.json", "/public.pem"):
        assert nobody.get(f"/auth/audit{path}").status_code == 403
    assert program("do:auth.audit.read").get("/auth/api/v1/audit").status_code == 200
    assert program("do:auth.person.read").get("/auth/api/v1/audit").status_code == 403


def test_the_search_uses_its_index(engine, add):
    """The words of the query are those of the index; otherwise every search would read every row."""
    add(after={"reason": "Тексеру"})
    with engine.connect() as connection:
        connection.execute(text("set enable_seqscan = off"))
        session = Session(connection)
        rows, _following = service.search(session, service.Asked(text="тексеру"), size=100_000)
        scans = text("select pg_stat_get_xact_numscans('chassis.ix_audit_row_words'::regclass)")
        assert connection.scalar(scans) == 1
    assert len(rows) == 1
