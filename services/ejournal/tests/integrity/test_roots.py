"""Roots and their keys on a real database: signed by the clock, linked, sent, and a stream that went back named."""

import pytest
from sqlalchemy import select, text, update

from chassis.audit import ROW
from chassis.db import new_id, unit_of_work
from chassis.problems import NotFound
from chassis.settings import Settings
from ejournal.integrity import keys, roots, rules
from ejournal.integrity.export import proofs
from ejournal.integrity.model import ROOT_HEAD
from ejournal.integrity.problems import KeyAlreadyEnded, NoSigningKey
from ejournal.integrity.rules_roots import leads_to
from ejournal.journal.model import JOURNAL
from witness import rules as witness

SECRET = "the secret key of this service, long enough"
FEED = "ejournal/roots"


@pytest.fixture
def ceremony(academy):
    academy.tell_all()

    def hold(secret: str = SECRET) -> str:
        with unit_of_work(academy.engine) as session:
            return keys.make_key(
                session,
                actor=new_id(),
                witnesses="Омаров Б., Ким Д.",
                basis="№ 12, 01.09.2026",
                secret_key=secret,
            )

    return hold


def sign(academy, secret: str = SECRET) -> roots.Signed:
    with unit_of_work(academy.engine) as session:
        return roots.sign(session, secret_key=secret)


def test_nothing_is_signed_before_the_first_ceremony(academy, feed_events, settings) -> None:
    academy.tell_all()
    with unit_of_work(academy.engine) as session:
        roots.sign_by_clock(session, settings)
    with pytest.raises(NoSigningKey):
        sign(academy)
    assert feed_events(FEED) == []


def test_a_root_is_signed_linked_and_sent(academy, ceremony, feed_events) -> None:
    key = ceremony()
    assert [sign(academy).number for _ in range(3)] == [1, 2, 3]
    sent = [event.data for event in feed_events(FEED) if event.type == "ejournal.root.signed.v1"]
    assert [root["number"] for root in sent] == [1, 2, 3]
    assert sent[0]["previous"] == rules.BEGINNING.hex()
    assert sent[2]["previous"] == rules.root_link(sent[1])
    assert all(witness.is_sound(root) and root["key_id"] == key for root in sent)
    assert all(witness.statement(root) == rules.root_statement(root) for root in sent)
    assert not witness.is_sound(sent[0] | {"streams": 99})


def test_a_root_holds_every_stream_and_stores_only_heads_that_changed(academy, ceremony) -> None:
    ceremony()
    sign(academy)
    sign(academy)
    with unit_of_work(academy.engine) as session:
        assert len(session.execute(select(ROOT_HEAD)).all()) == 1
        (first, latest) = proofs(session, journal_id=academy.journal)
        signed = roots.list_roots(session, numbers=[1, 2])
    assert [first["root"], latest["root"]] == [1, 2]
    assert leads_to(first, str(academy.journal), signed[0])
    assert leads_to(latest, str(academy.journal), signed[1])
    assert not leads_to(latest | {"n": 2}, str(academy.journal), signed[1])


def test_the_next_ceremony_ends_the_key_before(academy, ceremony, feed_events) -> None:
    first, second = ceremony(), ceremony()
    with unit_of_work(academy.engine) as session:
        latest, old = keys.list_keys(session)
    assert (latest.key_id, latest.ended_at) == (second, None)
    assert (old.key_id, old.reason) == (first, "rotated")
    told = [(e.data["key_id"], e.data["reason"]) for e in feed_events(FEED)]
    assert told == [(first, None), (first, "rotated"), (second, None)]
    sign(academy)
    assert feed_events(FEED)[-1].data["key_id"] == second


def test_a_revoked_key_signs_nothing_and_is_revoked_once(academy, ceremony) -> None:
    key = ceremony()
    with unit_of_work(academy.engine) as session:
        keys.end_key(session, id=key, actor=new_id(), reason="revoked", basis="№ 13")
    with pytest.raises(NoSigningKey):
        sign(academy)
    with pytest.raises(KeyAlreadyEnded), unit_of_work(academy.engine) as session:
        keys.end_key(session, id=key, actor=new_id(), reason="revoked", basis="№ 13")
    with pytest.raises(NotFound), unit_of_work(academy.engine) as session:
        keys.end_key(session, id="0" * 16, actor=new_id(), reason="revoked", basis="№ 13")
    with unit_of_work(academy.engine) as session:
        acts = session.scalars(
            select(ROW.c.act).where(ROW.c.subject == f"root-key:{key}").order_by(ROW.c.number)
        )
        assert list(acts) == ["ejournal.key.made", "ejournal.key.revoked"]


def test_a_key_opens_only_with_the_secret_of_its_ceremony(academy, ceremony) -> None:
    ceremony("another secret key of this service, long")
    with pytest.raises(NoSigningKey):
        sign(academy)


def test_the_job_goes_on_when_the_key_cannot_be_opened(academy, ceremony, settings: Settings) -> None:
    ceremony("another secret key of this service, long")
    with unit_of_work(academy.engine) as session:
        roots.sign_by_clock(session, settings)
        assert roots.find_latest(session) is None


def test_a_stream_that_went_back_is_named(academy, ceremony) -> None:
    ceremony()
    sign(academy)
    with unit_of_work(academy.engine) as session:
        session.execute(update(JOURNAL).values(stream_digest=b"x" * 32))
    assert sign(academy).broken == [academy.journal]
    with unit_of_work(academy.engine) as session:
        row = session.execute(select(ROW).where(ROW.c.act == "ejournal.stream.broken")).one()
    assert (row.subject, row.before["number"]) == (f"journal:{academy.journal}", 1)
    assert sign(academy).broken == []


@pytest.mark.parametrize("table", ["root_key", "root_key_end", "stream_root", "stream_root_head"])
def test_roots_and_keys_are_only_added(academy, ceremony, table: str) -> None:
    ceremony(), ceremony()
    sign(academy)
    for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET {} = {}"):
        column = (
            "root_number" if table == "stream_root_head" else "number" if table == "stream_root" else "basis"
        )
        with pytest.raises(Exception, match="only added"), unit_of_work(academy.engine) as session:
            session.execute(text(statement.format(table, column, column)))
