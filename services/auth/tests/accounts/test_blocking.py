"""Blocking by an order: the next click is refused, in this service and at the gateway (clause 10, journey 7)."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from auth.sessions import push
from auth.sessions.model import Push
from chassis.db import unit_of_work

BLOCK = {"reason": "Қызметтік тергеу", "order_number": "12", "order_date": "20.11.2026"}
ORDER = {"order_number": "13", "order_date": "21.11.2026"}


@contextmanager
def gateway(status=204):
    """Be the control address of a gateway and note what it is told."""
    told = []

    class Control(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_words):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Control)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", told
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def control(environment):
    with gateway() as (url, told):
        environment["GATEWAY_CONTROL_URL"] = url
        yield told


def test_clause_10_a_blocked_person_is_refused_at_the_next_click(
    control, administrator, browser, make_person, feed_events, engine
):
    account = make_person()
    browser.sign_in(account.login)
    assert browser.get("/auth/me").status_code == 200
    assert administrator.submit(f"/auth/people/{account.person_id}/block", BLOCK).status_code == 303
    assert browser.get("/auth/me").location.startswith("/auth/login")
    assert browser.get("/auth/internal/renew").status_code == 401
    assert [entry["key"] for entry in control] == [f"sub:{account.person_id}"]
    assert feed_events("auth/people")[-1].data["status"] == "blocked"
    answer = browser.sign_in(account.login)
    assert "заблокирована" in answer.get_data(as_text=True)
    assert administrator.submit(f"/auth/people/{account.person_id}/unblock", ORDER).status_code == 303
    assert browser.sign_in(account.login).status_code == 303
    assert browser.get("/auth/me").status_code == 200


def test_nobody_blocks_themselves_or_twice(client, make_person):
    account = make_person()
    other = make_person()
    rights = {"auth.account.block": [("institution", None)], "auth.person.read": [("institution", None)]}
    mine = client(permissions=rights, person_id=account.person_id)
    assert mine.submit(f"/auth/people/{account.person_id}/block", BLOCK).status_code == 422
    assert mine.submit(f"/auth/people/{other.person_id}/block", BLOCK).status_code == 303
    assert mine.submit(f"/auth/people/{other.person_id}/block", BLOCK).status_code == 422
    assert mine.submit(f"/auth/people/{other.person_id}/unblock", ORDER).status_code == 303
    assert mine.submit(f"/auth/people/{other.person_id}/unblock", ORDER).status_code == 422


def test_the_api_blocks_too(client, make_person):
    account = make_person()
    rights = {"auth.account.block": [("institution", None)]}
    body = {"reason": "тергеу", "order_number": "12", "order_date": "2026-11-20"}
    place = f"/auth/api/v1/people/{account.person_id}/block"
    assert client(permissions=rights).post(place, json=body).status_code == 204
    assert client(permissions=rights).post(place, json=body).status_code == 422
    assert client().post(place, json=body).status_code == 403


@pytest.mark.parametrize(("status", "tries"), [(204, 0), (500, 1)])
def test_the_worker_repeats_a_revocation_until_and_after_it_is_taken(
    engine, session, settings, status, tries
):
    from dataclasses import replace

    from auth.sessions import service as sessions
    from chassis import clock

    with gateway(status) as (url, told):
        at = int(clock.now().timestamp())
        sessions.revoke(session, key="sid:x", at=at)
        session.flush()
        push.repeat(session, replace(settings, gateway_control_url=url))
        row = session.query(Push).one()
        assert told == [{"key": "sid:x", "at": at}]
        assert row.tries == tries
        assert row.next_at > clock.now()


def test_a_slip_voids_the_old_password_and_every_sign_in(administrator, browser, make_person, password):
    account = make_person()
    browser.sign_in(account.login)
    answer = administrator.submit(f"/auth/people/{account.person_id}/slip", {"language": "ru"})
    assert answer.content_type == "application/pdf"
    assert answer.get_data().startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.get("/auth/me").status_code == 303
    assert browser.sign_in(account.login, password).status_code == 200


def test_first_passwords_are_kept_nowhere(administrator, engine, make_person):
    from sqlalchemy import text

    account = make_person()
    administrator.submit(f"/auth/people/{account.person_id}/slip", {"language": "kk"})
    with unit_of_work(engine) as session:
        kept = session.execute(text("select body from chassis.idempotency_key")).scalars().all()
    assert not any(body and bytes(body).startswith(b"%PDF") for body in kept)
