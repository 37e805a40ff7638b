"""One's own sign-ins and their history; what the unit sees and ends (clauses 8 and 10)."""

import pytest
from sqlalchemy import select, text

from auth.access import service as access
from auth.policy import service as policy
from auth.policy.rules import Policy
from auth.sessions import jobs, places
from auth.sessions.model import Attempt, SignIn
from chassis import clock
from chassis.db import unit_of_work

ORDER = {"order_number": "12-к", "order_date": "01.09.2026"}
BY_API = {"order_number": "12-к", "order_date": "2026-09-01"}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def words(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def another(app, browser):
    """Open more browsers."""
    return lambda: type(browser)(app)


@pytest.fixture
def environment(environment):
    return environment | {"NETWORKS": "127.0.0.0/8=Main building,127.0.0.1/32=Room 12"}


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.1.2.3", "Main building"),
        ("10.1.9.9", "Library"),
        ("10.2.0.1", "10.2.0.1"),
        ("2001:db8::1", "Hostel"),
        ("::1", "::1"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_place_is_the_narrowest_network(address, place):
    networks = {"10.1.0.0/16": "Main building", "10.1.9.0/24": "Library", "2001:db8::/32": "Hostel"}
    assert places.place_of(address, networks) == place


@pytest.mark.parametrize("cidr", ["10.1.0.0/33", "10.1.0.1/16", "building", ""])
def test_a_bad_network_is_refused_at_the_start(cidr):
    assert "bad network" in places.are_networks({cidr: "x"})


def test_one_sees_device_place_and_which_is_this_one(browser, another, make_person):
    account = make_person()
    other = another()
    other.post(
        "/auth/login",
        data={"login": account.login, "password": "long winter nights"},
        headers={"User-Agent": FIREFOX},
    )
    browser.sign_in(account.login)
    page = words(browser.get("/auth/me/sessions"))
    assert "Firefox, Windows" in page
    assert page.count("Room 12") == 2
    assert page.count('class="tag ok"') == 1


def test_one_ends_one_and_all_others(browser, another, make_person):
    account = make_person()
    others = [another() for _n in range(3)]
    for one in others:
        one.sign_in(account.login)
    browser.sign_in(account.login)
    first = others[0].claims()["sid"]
    assert browser.submit("/auth/me/sessions", {}, action=f"/auth/me/sessions/{first}/end").status_code == 303
    assert [one.get("/auth/internal/renew").status_code for one in others] == [401, 204, 204]
    assert others[0].get("/auth/me").status_code == 303
    assert browser.submit("/auth/me/sessions", {}, action="/auth/me/sessions/end-others").status_code == 303
    assert [one.get("/auth/internal/renew").status_code for one in others] == [401, 401, 401]
    assert browser.get("/auth/me").status_code == 200


def test_nobody_ends_the_sign_in_of_somebody_else_this_way(browser, another, make_person):
    stranger = another()
    stranger.sign_in(make_person().login)
    browser.sign_in(make_person().login)
    page = browser.get("/auth/me/sessions")
    assert page.status_code == 200
    action = f"/auth/me/sessions/{browser.claims()['sid']}/end"
    form = browser.submit(
        "/auth/me/sessions", {}, action=action.replace(browser.claims()["sid"], browser.claims()["sid"])
    )
    assert form.location == "/auth/login"
    assert stranger.get("/auth/internal/renew").status_code == 204


def test_the_history_has_every_try_and_is_kept_for_ninety_days(browser, make_person, app, engine, password):
    account = make_person()
    with clock.frozen(clock.now()) as at:
        browser.sign_in(account.login, "wrong wrong wrong")
        browser.sign_in("nobody.n", "wrong wrong wrong")
        at.advance(days=91)
        browser.sign_in(account.login, password)
        page = words(browser.get("/auth/me/sign-ins"))
        assert page.count("<tr") == 3
        with unit_of_work(engine) as session:
            rows = session.scalars(select(Attempt).order_by(Attempt.at)).all()
            assert [(row.outcome, row.person_id is None) for row in rows] == [
                ("wrong", False),
                ("wrong", True),
                ("signed-in", False),
            ]
            jobs.forget_sign_ins(session, app.extensions["chassis"].settings)
        with unit_of_work(engine) as session:
            assert session.scalars(select(Attempt.outcome)).all() == ["signed-in"]


def test_the_unit_reads_the_history_within_its_scope(administrator, client, browser, make_person, units_made):
    account = make_person(department_code="UGP")
    browser.sign_in(account.login, "wrong wrong wrong")
    path = f"/auth/people/{account.person_id}/sign-ins"
    assert "tag err" in words(administrator.get(path))
    listed = administrator.get(f"/auth/api/v1/people/{account.person_id}/sign-ins").json
    assert (listed["total"], listed["items"][0]["outcome"]) == (1, "wrong")
    own = client(permissions={"auth.account.sign_ins": [("faculty", "F1")]})
    assert own.get(path).status_code == 200
    foreign = client(permissions={"auth.account.sign_ins": [("faculty", "F9")]})
    assert foreign.get(path).status_code == 404
    assert foreign.get(f"/auth/api/v1{path.removeprefix('/auth')}").status_code == 404


def test_clause_8_all_sign_ins_of_a_person_are_ended_by_an_order(
    administrator, browser, make_person, session
):
    account = make_person()
    browser.sign_in(account.login)
    path = f"/auth/people/{account.person_id}/sign-ins/end"
    assert administrator.submit(path, {"order_number": "", "order_date": ""}).status_code == 422
    assert browser.get("/auth/internal/renew").status_code == 204
    assert administrator.submit(path, ORDER).status_code == 303
    assert browser.get("/auth/me").status_code == 303
    assert browser.get("/auth/internal/renew").status_code == 401
    assert browser.sign_in(account.login).status_code == 303
    row = session.execute(text("select * from chassis.audit_row where act = 'auth.session.all-ended'")).one()
    assert (row.basis, row.after) == ("№ 12-к, 01.09.2026", {"sign_ins": 1})


def test_clause_8_the_sign_ins_of_a_unit_end_and_everybody_else_goes_on(
    administrator, another, make_person, units_made
):
    inside, outside = another(), another()
    inside.sign_in(make_person(department_code="UGP").login)
    outside.sign_in(make_person().login)
    answer = administrator.post(
        "/auth/api/v1/sign-ins/end", json={**BY_API, "whose": "unit", "unit_code": "F1"}
    )
    assert answer.json == {"ended": 1}
    assert inside.get("/auth/me").status_code == 303
    assert inside.get("/auth/internal/renew").status_code == 401
    assert outside.get("/auth/me").status_code == 200


def test_clause_8_the_sign_ins_of_everybody_end_by_one_revocation(
    browser, another, make_person, give_role, engine, feed_events
):
    chief = make_person()
    give_role(chief, "account_administrator")
    with unit_of_work(engine) as session:
        session.execute(
            text(
                "insert into chassis.role_permission values ('account_administrator', 'auth.account.end_sessions')"
            )
        )
    others = [another() for _n in range(3)]
    for one in others:
        one.sign_in(make_person().login)
    browser.sign_in(chief.login)
    before = len(feed_events("auth/access"))
    assert browser.submit("/auth/sign-ins/end", {**ORDER, "whose": "everybody"}).status_code == 303
    keys = [event.data.get("key") for event in feed_events("auth/access")][before:]
    assert keys == ["all:people"]
    assert [one.get("/auth/me").status_code for one in others] == [303] * 3
    assert [one.get("/auth/internal/renew").status_code for one in others] == [401] * 3
    # The one who acts has a void token and a living sign-in: renewed, and on.
    assert browser.get("/auth/me").status_code == 303
    assert browser.get("/auth/internal/renew").status_code == 204
    assert browser.get("/auth/me").status_code == 200
    assert others[0].sign_in(make_person().login).status_code == 303
    assert others[0].get("/auth/me").status_code == 200


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"whose": "everybody"}, "/whose"),
        ({"whose": "unit", "unit_code": "F9"}, "/unit_code"),
        ({"whose": "unit"}, "/unit_code"),
        ({"whose": "king"}, "/whose"),
    ],
)
def test_a_units_clerk_ends_the_sign_ins_of_the_own_unit_alone(client, units_made, engine, asked, pointer):
    clerk = client(permissions={"auth.account.end_sessions": [("faculty", "F1")]})
    answer = clerk.post("/auth/api/v1/sign-ins/end", json={**BY_API, **asked})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_clause_8_the_strictest_limit_among_the_roles_ends_a_sign_in(browser, make_person, give_role, engine):
    account = make_person()
    for role in ("dean", "teacher"):
        give_role(account, role)
    with unit_of_work(engine) as session:
        rules = Policy(idle_minutes_by_role={"dean": 10}, session_hours_by_role={"teacher": 2})
        policy.change(session, policy=rules, version=0, known_roles=("dean", "teacher"), actor="test")
        assert access.roles_today(session, person_id=account.person_id) == ["dean", "teacher"]
    with clock.frozen(clock.now()) as at:
        browser.sign_in(account.login)
        at.advance(minutes=9, seconds=59)
        assert browser.get("/auth/internal/renew").status_code == 204
        at.advance(minutes=10)
        assert browser.get("/auth/internal/renew").status_code == 401
        browser.sign_in(account.login)
        for _step in range(13):
            at.advance(minutes=9)
            assert browser.get("/auth/internal/renew").status_code == 204
        at.advance(minutes=4)
        assert browser.get("/auth/internal/renew").status_code == 401


def test_a_password_reset_drops_a_half_open_sign_in(browser, make_person, engine):
    from auth.sessions import half, service

    account = make_person()
    with unit_of_work(engine) as session:
        secret = half.open_(session, person_id=account.person_id, device="")
        session.flush()
        service.end_all(session, person_id=account.person_id, reason="test")
    with unit_of_work(engine) as session:
        assert half.find(session, secret=secret, device="") is None
        assert session.scalars(select(SignIn)).all() == []
