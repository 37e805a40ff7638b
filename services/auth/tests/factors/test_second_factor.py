"""The second factor as a person meets it: set up, sign in, lose the phone, have it reset (clause 10)."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, text

from auth.accounts import service as accounts
from auth.factors import service as factors
from auth.factors import vault
from auth.factors.model import Factor, RecoveryCode
from auth.policy import service as policy
from auth.policy.rules import Policy
from auth.sessions.model import Attempt, SignIn
from chassis import clock
from chassis.db import unit_of_work
from chassis.factory import build
from chassis.problems import Invalid

HERE = "/auth/second-factor"
ORDER = {"order_number": "12-к", "order_date": "01.09.2026"}


@pytest.fixture
def at():
    with clock.frozen(clock.now()) as frozen:
        yield frozen


def words(answer) -> str:
    return answer.get_data(as_text=True)


def code_of(secret: str, offset: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=offset))


def set_up(browser) -> tuple[str, list[str]]:
    """Set a second factor up; answer its secret and the recovery codes."""
    assert browser.post(HERE).status_code == 303
    page = words(browser.get(HERE))
    secret = re.search(r'factor-key" lang="en">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert 'src="data:image/svg+xml' in page
    shown = browser.post(f"{HERE}/confirm", data={"code": code_of(secret)})
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert 'class="btn" href="/' in words(shown)
    return secret, re.findall(r"<li><code>([^<]+)</code>", words(shown))


@pytest.fixture
def owner(browser, make_person, at):
    """A person with a second factor, signed out: account, secret, recovery codes."""
    account = make_person()
    browser.sign_in(account.login)
    secret, codes = set_up(browser)
    browser.post("/auth/logout")
    at.advance(minutes=1)
    return account, secret, codes


def require(engine, *roles: str) -> None:
    with unit_of_work(engine) as session:
        policy.change(
            session, policy=Policy(second_factor_roles=roles), version=0, known_roles=roles, actor="test"
        )


def test_clause_10_with_a_second_factor_the_password_alone_opens_nothing(browser, owner):
    account, secret, _codes = owner
    answer = browser.sign_in(account.login, next_="/journal/")
    assert answer.location == "/auth/code?next=%2Fjournal%2F"
    assert (browser.cookie("sid"), browser.cookie("at")) == (None, None)
    assert browser.cookie("half")
    for path in ("/auth/me", "/auth/people", "/auth/password", HERE, "/auth/step-up"):
        assert browser.get(path).status_code == 303
    assert browser.get("/auth/internal/renew").status_code == 401
    opened = browser.post(answer.location, data={"code": code_of(secret)})
    assert (opened.status_code, opened.location) == (303, "/journal/")
    assert browser.cookie("half") is None
    assert browser.claims()["amr"] == ["pwd", "otp", "mfa"]
    assert browser.get("/auth/me").status_code == 200


def test_ten_recovery_codes_are_shown_once_and_open_once_each(browser, owner, engine):
    account, _secret, codes = owner
    assert len(set(codes)) == 10
    with unit_of_work(engine) as session:
        stored = session.scalars(select(RecoveryCode.hash)).all()
    assert all(hashed.startswith("$argon2id$") for hashed in stored)
    browser.sign_in(account.login)
    assert browser.post("/auth/code", data={"code": codes[3].upper()}).status_code == 303
    assert browser.claims()["amr"] == ["pwd", "mfa"]
    page = words(browser.get(HERE))
    assert ">9<" in page
    assert not any(code in page for code in codes)
    browser.sign_in(account.login)
    again = browser.post("/auth/code", data={"code": codes[3]})
    assert again.status_code == 200
    assert browser.post("/auth/code", data={"code": codes[4]}).status_code == 303


def test_a_code_cannot_be_replayed(app, browser, owner):
    account, secret, _codes = owner
    code = code_of(secret)
    browser.sign_in(account.login)
    assert browser.post("/auth/code", data={"code": code}).status_code == 303
    thief = type(browser)(app)
    thief.sign_in(account.login)
    assert thief.post("/auth/code", data={"code": code}).status_code == 200
    assert thief.cookie("sid") is None


def test_the_code_that_set_it_up_does_not_sign_in(browser, make_person, at):
    account = make_person()
    browser.sign_in(account.login)
    secret, _codes = set_up(browser)
    browser.post("/auth/logout")
    browser.sign_in(account.login)
    assert browser.post("/auth/code", data={"code": code_of(secret)}).status_code == 200
    at.advance(seconds=30)
    assert browser.post("/auth/code", data={"code": code_of(secret)}).status_code == 303


@pytest.mark.parametrize("code", ["000000", "", "abc", "\0", "x" * 5000, "9-aaaa-aaaa-aaaa", "١٢٣٤٥٦"])
def test_a_strange_code_opens_nothing(browser, owner, code):
    account, _secret, _codes = owner
    browser.sign_in(account.login)
    answer = browser.post("/auth/code", data={"code": code})
    assert answer.status_code in {200, 422}
    assert browser.cookie("sid") is None


def test_codes_are_slowed_down_like_passwords_and_each_try_is_in_the_history(browser, owner, at, engine):
    account, secret, _codes = owner
    browser.sign_in(account.login)
    for _try in range(5):
        assert "минут" not in words(browser.post("/auth/code", data={"code": "000000"}))
    late = browser.post("/auth/code", data={"code": code_of(secret)})
    assert "минут" in words(late)
    at.advance(minutes=1)
    assert browser.post("/auth/code", data={"code": code_of(secret)}).status_code == 303
    with unit_of_work(engine) as session:
        rows = session.scalars(select(Attempt.outcome).order_by(Attempt.at, Attempt.id)).all()
    assert rows == ["signed-in", *["wrong-code"] * 5, "too-many", "signed-in"]


def test_a_half_open_sign_in_is_short_and_of_one_browser(app, browser, owner, at):
    account, secret, _codes = owner
    browser.sign_in(account.login)
    other = type(browser)(app)
    other.flask.set_cookie("half", browser.cookie("half"))
    firefox = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"}
    assert other.post("/auth/code", data={"code": code_of(secret)}, headers=firefox).status_code == 303
    assert other.cookie("sid") is None
    at.advance(minutes=10)
    answer = browser.post("/auth/code", data={"code": code_of(secret)})
    assert answer.location.startswith("/auth/login")
    assert browser.cookie("sid") is None


def test_a_half_open_sign_in_opens_once(app, browser, owner, at):
    account, secret, _codes = owner
    browser.sign_in(account.login)
    half = browser.cookie("half")
    browser.post("/auth/code", data={"code": code_of(secret)})
    at.advance(minutes=1)
    thief = type(browser)(app)
    thief.flask.set_cookie("half", half)
    assert thief.post("/auth/code", data={"code": code_of(secret)}).location.startswith("/auth/login")


def test_the_half_open_cookie_is_for_this_host_alone_and_short(environment, service, owner, password):
    account, _secret, _codes = owner
    settings = service.settings.load("auth", {**environment, "PUBLIC_URL": "https://academy.example"})
    app = build(service, settings)
    answer = app.test_client().post("/auth/login", data={"login": account.login, "password": password})
    app.extensions["chassis"].close()
    found = {line.split("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}
    assert "Max-Age=600" in found["__Host-half"]
    assert "Secure; HttpOnly; Path=/; SameSite=Lax" in found["__Host-half"]
    assert "__Host-sid" not in found


def test_clause_9_whose_role_asks_for_a_second_factor_sets_it_up_before_anything_else(
    browser, make_person, give_role, engine, at
):
    account = make_person()
    give_role(account, "dean")
    require(engine, "dean")
    answer = browser.sign_in(account.login, next_="/journal/")
    assert answer.location == "/auth/second-factor?next=%2Fjournal%2F"
    assert browser.cookie("at") is None
    assert browser.get("/auth/internal/renew").status_code == 403
    assert browser.get("/auth/me").status_code == 303
    assert browser.get("/auth/login?next=/journal/").location == answer.location
    set_up(browser)
    assert browser.claims()["amr"] == ["pwd", "otp", "mfa"]
    assert browser.get("/auth/internal/renew").status_code == 204


def test_a_first_password_comes_before_the_second_factor(browser, make_person, give_role, engine):
    account = make_person(must_change=True)
    give_role(account, "dean")
    require(engine, "dean")
    assert browser.sign_in(account.login).location.startswith("/auth/password")
    assert browser.get(HERE).status_code == 303
    changed = browser.submit(
        "/auth/password", {"new": "quiet river under birches", "again": "quiet river under birches"}
    )
    assert changed.location.startswith(HERE)
    assert browser.cookie("at") is None


def test_a_rule_set_later_holds_from_the_next_sign_in_on(browser, make_person, give_role, engine):
    account = make_person()
    give_role(account, "dean")
    browser.sign_in(account.login)
    require(engine, "dean")
    assert browser.get("/auth/internal/renew").status_code == 204
    assert browser.sign_in(account.login).location.startswith(HERE)


def test_removing_asks_for_password_and_code_and_ends_the_other_sign_ins(app, browser, owner, password, at):
    account, secret, codes = owner
    browser.sign_in(account.login)
    browser.post("/auth/code", data={"code": code_of(secret)})
    other = type(browser)(app)
    other.sign_in(account.login)
    other.post("/auth/code", data={"code": codes[0]})
    at.advance(minutes=1)
    assert (
        browser.post(
            f"{HERE}/remove", data={"password": "wrong wrong wrong", "code": code_of(secret)}
        ).status_code
        == 200
    )
    assert browser.post(f"{HERE}/remove", data={"password": password, "code": "000000"}).status_code == 200
    at.advance(minutes=1)
    assert (
        browser.post(f"{HERE}/remove", data={"password": password, "code": code_of(secret)}).status_code
        == 303
    )
    assert browser.get("/auth/internal/renew").status_code == 204
    assert other.get("/auth/internal/renew").status_code == 401
    assert browser.sign_in(account.login).location == "/portal/"


def test_who_must_have_one_sets_the_next_up_at_once(browser, owner, give_role, engine, password, at):
    account, secret, _codes = owner
    give_role(account, "dean")
    require(engine, "dean")
    browser.sign_in(account.login)
    browser.post("/auth/code", data={"code": code_of(secret)})
    at.advance(minutes=1)
    removed = browser.post(f"{HERE}/remove", data={"password": password, "code": code_of(secret)})
    assert removed.location.startswith(HERE)
    assert browser.cookie("at") is None
    assert browser.get("/auth/internal/renew").status_code == 403
    new, _more = set_up(browser)
    assert new != secret


def test_new_recovery_codes_void_the_earlier_ones(browser, owner, at):
    account, secret, codes = owner
    browser.sign_in(account.login)
    browser.post("/auth/code", data={"code": code_of(secret)})
    at.advance(minutes=1)
    shown = words(browser.post(f"{HERE}/codes", data={"code": code_of(secret)}))
    fresh = re.findall(r"<li><code>([^<]+)</code>", shown)
    assert len(fresh) == 10
    browser.sign_in(account.login)
    assert browser.post("/auth/code", data={"code": codes[5]}).status_code == 200
    assert browser.post("/auth/code", data={"code": fresh[5]}).status_code == 303


def test_the_step_up_asks_for_the_code_too(browser, owner, password, at):
    account, secret, _codes = owner
    browser.sign_in(account.login)
    browser.post("/auth/code", data={"code": code_of(secret)})
    at.advance(hours=1)
    browser.get("/auth/internal/renew")
    step = browser.get(HERE).location
    assert step == "/auth/step-up?next=/auth/second-factor"
    assert 'name="code"' in words(browser.get(step))
    assert browser.post(step, data={"password": password}).status_code == 200
    assert browser.post(step, data={"password": password, "code": "000000"}).status_code == 200
    assert browser.claims()["auth_time"] < clock.now().timestamp() - 3000
    right = browser.post(step, data={"password": password, "code": code_of(secret)})
    assert (right.status_code, right.location) == (303, HERE)
    assert browser.claims()["auth_time"] == int(clock.now().timestamp())


def test_clause_10_the_unit_takes_a_lost_second_factor_off_by_an_order(
    browser, owner, administrator, session, at
):
    account, secret, _codes = owner
    browser.sign_in(account.login)
    browser.post("/auth/code", data={"code": code_of(secret)})
    path = f"/auth/people/{account.person_id}/second-factor"
    assert administrator.submit(path, {"order_number": "", "order_date": ""}).status_code == 422
    assert administrator.submit(path, ORDER).status_code == 303
    assert browser.get("/auth/internal/renew").status_code == 401
    assert browser.sign_in(account.login).location == "/portal/"
    rows = session.execute(
        text("select act, basis from chassis.audit_row where act like 'auth.factor.%' order by number")
    ).all()
    assert [row.act for row in rows] == ["auth.factor.enrolled", "auth.factor.reset"]
    assert rows[-1].basis == "№ 12-к, 01.09.2026"


def test_the_reset_by_api_says_what_it_refuses(administrator, make_person, owner):
    account, _secret, _codes = owner
    api = f"/auth/api/v1/people/{account.person_id}/second-factor"
    assert administrator.get(api).json["enrolled"] is True
    order = {"order_number": "12-к", "order_date": "2026-09-01"}
    assert administrator.post(f"{api}/reset", json={}).status_code == 422
    assert administrator.post(f"{api}/reset", json=order).status_code == 204
    assert administrator.get(api).json == {"enrolled": False, "since": None, "recovery_codes_left": 0}
    assert administrator.post(f"{api}/reset", json=order).json["code"] == "auth.factor-refused"


def test_nobody_resets_their_own(engine, owner):
    account, _secret, _codes = owner
    order = {"order_number": "1", "order_date": clock.today()}
    with unit_of_work(engine) as session:
        own = accounts.get_or_raise(session, account.person_id)
        with pytest.raises(Invalid):
            factors.reset(session, account=own, actor=own.person_id, **order)


def test_the_secret_at_rest_is_sealed(engine, owner):
    account, secret, _codes = owner
    with unit_of_work(engine) as session:
        sealed = session.get_one(Factor, account.person_id).sealed
    assert secret.encode() not in sealed
    assert sealed[:1] == vault.VERSION


def test_another_secret_key_makes_no_crash_and_opens_nothing(browser, owner, engine):
    account, secret, _codes = owner
    with unit_of_work(engine) as session:
        row = session.get_one(Factor, account.person_id)
        row.sealed = vault.seal(secret, person_id=account.person_id, secret_key="another key of the house")
    browser.sign_in(account.login)
    assert browser.post("/auth/code", data={"code": code_of(secret)}).status_code == 200
    assert browser.cookie("sid") is None


def test_a_blocked_account_gets_no_further_with_a_code(browser, owner, administrator, engine):
    account, secret, _codes = owner
    browser.sign_in(account.login)
    with unit_of_work(engine) as session:
        accounts.get_or_raise(session, account.person_id).blocked_at = clock.now()
        accounts.get_or_raise(session, account.person_id).blocked_reason = "test"
    assert browser.post("/auth/code", data={"code": code_of(secret)}).location.startswith("/auth/login")
    with unit_of_work(engine) as session:
        assert session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all() == []
