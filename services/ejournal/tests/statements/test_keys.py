"""Signing keys: made once, encrypted, revoked for good; nothing is signed with a revoked key, not even past the service."""

import pytest
from services.ejournal.tests.statements.conftest import EXAMINER, KEYS, REGISTRAR, stale
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.db import new_id, unit_of_work
from chassis.problems import Unavailable
from chassis.vault import Unreadable
from ejournal.statements.signers import NationalEds, OwnKey

LOST = {"reason": "Телефон утерян"}


def revoke(person, key: str):
    return person.post(f"{KEYS}/{key}/revoke", json=LOST)


def own(person) -> str:
    return person.get(KEYS).get_json()["items"][0]["id"]


def codes(answer) -> set[str]:
    return {one["code"] for one in answer.get_json()["reasons"]}


@pytest.mark.unit
def test_a_key_signs_opens_for_its_officer_alone_and_tells_a_changed_bit() -> None:
    person, key = new_id(), OwnKey.make()
    locked = key.lock(person_id=person, secret_key="s" * 32)
    signature = OwnKey.unlock(locked, person_id=person, secret_key="s" * 32).sign(b"content")
    assert OwnKey.is_good(key.public, b"content", signature)
    assert not OwnKey.is_good(key.public, b"contenu", signature)
    assert not OwnKey.is_good(b"short", b"content", signature)
    for who, secret in ((new_id(), "s" * 32), (person, "t" * 32)):
        with pytest.raises(Unreadable):
            OwnKey.unlock(locked, person_id=who, secret_key=secret)


@pytest.mark.unit
def test_the_place_of_the_national_signature_is_kept() -> None:
    with pytest.raises(Unavailable):
        NationalEds().sign(b"content")
    assert not NationalEds.is_good(b"", b"content", b"")


def test_one_key_at_a_time_and_its_private_half_stays(office, client) -> None:
    assert office.teacher.post(KEYS, json={}).status_code == 409
    shown = office.teacher.get(KEYS).get_data(as_text=True)
    assert "private" not in shown
    assert client(REGISTRAR).get(KEYS).get_json()["items"] == []
    late = client(REGISTRAR, auth_time=stale())
    assert late.post(KEYS, json={}).status_code == 403


def test_a_signature_by_a_revoked_key_is_refused(office) -> None:
    statement = office.issue().get_json()
    former = own(office.teacher)
    assert revoke(office.teacher, former).status_code == 204
    assert revoke(office.teacher, former).status_code == 409
    assert codes(office.act(office.teacher, "submit", statement["id"])) == {"key-revoked"}
    assert office.teacher.post(KEYS, json={}).status_code == 201
    named = office.act(office.teacher, "submit", statement["id"], key_id=former)
    assert codes(named) == {"key-revoked"}
    assert office.act(office.teacher, "submit", statement["id"]).status_code == 200


def test_what_a_key_revoked_meanwhile_signed_is_not_sealed(office) -> None:
    statement = office.issue().get_json()
    office.act(office.teacher, "submit", statement["id"])
    revoke(office.teacher, own(office.teacher))
    assert codes(office.act(office.registrar, "accept", statement["id"])) == {"examiner-key-revoked"}


def test_nobody_revokes_a_foreign_key_but_who_may(office, client) -> None:
    key = own(office.teacher)
    assert revoke(office.registrar, key).status_code == 404
    quality = client({"ejournal.key.revoke": [("institution", None)]})
    answer = quality.post(f"/journal/api/v1/officers/keys/{key}/revoke", json=LOST)
    assert answer.status_code == 204


def test_the_database_takes_no_signature_of_a_revoked_key(office) -> None:
    sealed = office.sealed_rating()
    key = own(office.teacher)
    revoke(office.teacher, key)
    copied = (
        "insert into statement_signature select :id, statement_id, 99, role, person_id, name, key_id, scheme, signed_at, content, "
        "signature from statement_signature where statement_id = :statement and role = 'examiner'"
    )
    with pytest.raises(DBAPIError, match="key in use"), unit_of_work(office.academy.engine) as session:
        session.execute(text(copied), {"id": new_id(), "statement": sealed["id"]})
    with pytest.raises(DBAPIError, match="revoked once"), unit_of_work(office.academy.engine) as session:
        session.execute(
            text("update officer_key set revoked_at = null, revoked_by = null, reason = null where id = :id"),
            {"id": key},
        )


def test_signatures_of_a_sealed_statement_are_checked_by_what_stands_in_it(office) -> None:
    sealed = office.get(office.sealed_rating()["id"])
    for one in sealed["signatures"]:
        public, signature = bytes.fromhex(one["key"]), bytes.fromhex(one["signature"])
        assert OwnKey.is_good(public, one["content"].encode(), signature)
        assert not OwnKey.is_good(public, one["content"].replace("78", "79").encode(), signature)


def test_pages_make_and_revoke_a_key(academy, client) -> None:
    teacher = client(EXAMINER, academy.teacher)
    assert "Қол қою кілті" in teacher.get("/journal/keys").get_data(as_text=True)
    assert teacher.submit("/journal/keys/new", {}, action="/journal/keys/new").status_code == 303
    key = own(teacher)
    path = f"/journal/keys/{key}/revoke"
    assert teacher.submit(path, {}, action=path).status_code == 422
    assert teacher.submit(path, LOST, action=path).status_code == 303
    page = teacher.get("/journal/keys").get_data(as_text=True)
    assert LOST["reason"] in page
    quality = client({"ejournal.key.revoke": [("institution", None)]})
    listed = quality.get("/journal/officers/keys").get_data(as_text=True)
    assert LOST["reason"] in listed
    assert f"/journal/officers/keys/{key}/revoke" not in listed
