"""Programs in the browser: entered by an order, given a secret shown once, blocked, removed; each an audit row."""

import json
import re
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import select

from auth.programs.model import Credential, Program
from chassis import audit, clock
from chassis.db import unit_of_work

ORDER = {"order_number": "77-к", "order_date": "20.11.2026"}
FORM = {
    "client_id": "staff-register", "title": "Кадры АИС", "purpose": "Қызметкерлердің есебі", "unit_code": "UGP",
    "scopes": ["feed:auth/people", "do:auth.person.read"], **ORDER,
}  # fmt: skip


@pytest.fixture
def form(values):
    return FORM | {"owner_number": values["owner_number"], "expires_on": f"{values['expires_on']:%d.%m.%Y}"}


def acts(engine, subject="program:staff-register") -> list[str]:
    with unit_of_work(engine) as session:
        query = select(audit.ROW.c.act).where(audit.ROW.c.subject == subject).order_by(audit.ROW.c.number)
        return [act.removeprefix("auth.program.") for act in session.scalars(query)]


def test_clause_9_a_program_is_entered_by_an_order_and_gets_a_secret_shown_once(
    administrator, form, ask, engine
):
    made = administrator.submit("/auth/programs/new", form)
    assert made.status_code == 303, made.get_data(as_text=True)
    place = made.location
    shown = administrator.submit(f"{place}/secrets/new", {"days": "90"})
    secret = secret_on(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    page = administrator.get(place).get_data(as_text=True)
    assert secret not in page
    assert "Кадры АИС" in page
    assert secret not in str(audit_rows(engine)), "nor in the audit"
    assert secret not in stored_answers(engine), "nor among the answers kept for repetition"
    assert ask(auth=("staff-register", secret), audience="auth").status_code == 200
    assert "10.0.0.1" in administrator.get(place).get_data(as_text=True)
    assert acts(engine) == ["created", "secret-made"]


def secret_on(page) -> str:
    return re.search(r'<code class="break secret"[^>]*>([^<]+)</code>', page.get_data(as_text=True))[1]


def audit_rows(engine):
    with unit_of_work(engine) as session:
        return [dict(row) for row in session.execute(select(audit.ROW)).mappings()]


def stored_answers(engine) -> str:
    from chassis.idempotency import KEYS

    with unit_of_work(engine) as session:
        return str(session.execute(select(KEYS.c.body)).all())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"client_id": "Кадры"}, "client_id"),
        ({"client_id": "portal"}, "client_id"),
        ({"title": ""}, "title"),
        ({"owner_number": "NOBODY"}, "owner_number"),
        ({"unit_code": "XX"}, "unit_code"),
        ({"expires_on": "01.01.2020"}, "expires_on"),
        ({"expires_on": "31.02.2027"}, "expires_on"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["permissions.register"]}, "scopes"),
        ({"order_number": ""}, "order_number"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_entered(administrator, form, engine, change, field):
    answer = administrator.submit("/auth/programs/new", form | change)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.get_data(as_text=True)
    with unit_of_work(engine) as session:
        assert session.scalars(select(Program)).all() == []


def test_a_key_is_registered_and_a_private_one_refused(administrator, program_made, engine):
    place = f"/auth/programs/{program_made.id}"
    key = ECKey.generate_key("P-256")
    for document in (
        json.dumps(key.as_dict(private=True)),
        "{}",
        "[]",
        "no json",
        '{"keys": []}',
        '{"keys": [1]}',
    ):
        assert (
            administrator.submit(f"{place}/keys/new", {"document": document, "days": "365"}).status_code
            == 422
        )
    good = json.dumps({"keys": [key.as_dict(private=False)]})
    assert administrator.submit(f"{place}/keys/new", {"document": good, "days": "365"}).status_code == 303
    assert key.thumbprint() in administrator.get(place).get_data(as_text=True)
    assert acts(engine) == ["created", "secret-made", "key-registered"]


def test_blocking_unblocking_ending_and_removing_are_done_by_order(administrator, program_made, ask, engine):
    place = f"/auth/programs/{program_made.id}"
    asked = {"auth": (program_made.client_id, program_made.secret), "audience": "auth"}
    assert administrator.submit(f"{place}/block", ORDER).status_code == 422, "a reason is needed"
    assert administrator.submit(f"{place}/block", ORDER | {"reason": "Тексеру"}).status_code == 303
    assert administrator.submit(f"{place}/block", ORDER | {"reason": "Тексеру"}).status_code == 422
    assert ask(**asked).status_code == 400
    assert "Тексеру" in administrator.get(place).get_data(as_text=True)
    assert administrator.submit(f"{place}/unblock", ORDER).status_code == 303
    assert ask(**asked).status_code == 200
    with unit_of_work(engine) as session:
        row = session.scalar(select(Credential.id))
    assert administrator.submit(place, {}, action=f"{place}/credentials/{row}/end").status_code == 303
    assert ask(**asked).status_code == 401
    assert administrator.submit(f"{place}/remove", ORDER).status_code == 303
    assert administrator.get(place).status_code == 404
    assert acts(engine) == ["created", "secret-made", "blocked", "unblocked", "credential-ended", "removed"]


def test_a_change_says_what_it_was_and_voids_tokens(administrator, program_made, form, engine, feed_events):
    place = f"/auth/programs/{program_made.id}"
    change = {key: value for key, value in form.items() if key != "client_id"}
    narrowed = change | {"scopes": ["feed:auth/people"]}
    assert administrator.submit(f"{place}/edit", narrowed).status_code == 303
    assert feed_events("auth/access")[-1].data["key"] == "sub:program:staff-register"
    row = audit_rows(engine)[-1]
    assert row["before"]["scopes"] == ["do:auth.person.read", "feed:auth/people"]
    assert (row["after"]["scopes"], row["basis"]) == (["feed:auth/people"], "№ 77-к, 20.11.2026")
    stale = administrator.submit(f"{place}/edit", change | {"version": "1"})
    assert stale.status_code == 409


def test_only_who_may_manages_programs_and_with_a_fresh_sign_in(client, program_made):
    reader = client(permissions={"auth.program.read": [("institution", None)]})
    place = f"/auth/programs/{program_made.id}"
    assert reader.get(place).status_code == reader.get("/auth/programs").status_code == 200
    assert "/secrets/new" not in reader.get(place).get_data(as_text=True)
    assert reader.get(f"{place}/secrets/new").status_code == 403
    stale = client(
        permissions={"auth.program.write": [("institution", None)]},
        auth_time=clock.now() - timedelta(minutes=11),
    )
    assert stale.get(f"{place}/secrets/new").location.startswith("/auth/login?step_up=1")
    listed = reader.get("/auth/api/v1/programs").json["items"]
    assert [program["client_id"] for program in listed] == ["staff-register"]
    assert not {"digest", "secret", "jwk"} & set(listed[0])
