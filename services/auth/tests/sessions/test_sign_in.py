"""Signing in and out as a browser does it: cookies, forced change, return address, no hint to strangers (clause 10)."""

import pytest

from chassis import clock
from chassis.factory import build

HOME = "/portal/"
NEW = "quiet river under birches"


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_clause_10_login_and_password_open_the_system(browser, make_person, password):
    account = make_person()
    answer = browser.sign_in(account.login, password, "/journal/today")
    assert (answer.status_code, answer.location) == (303, "/journal/today")
    assert browser.cookie("sid")
    me = browser.get("/auth/me")
    assert me.status_code == 200
    assert "Ахметов Арман Болатұлы" in text(me)


def test_clause_10_a_first_password_opens_nothing_but_its_change(browser, make_person, password):
    account = make_person(must_change=True)
    answer = browser.sign_in(account.login, password, "/journal/")
    assert answer.location == "/auth/password?next=%2Fjournal%2F"
    assert browser.cookie("at") is None
    assert browser.get("/auth/internal/renew").status_code == 403
    assert browser.get("/auth/login").location.startswith("/auth/password")
    changed = browser.submit(answer.location, {"new": NEW, "again": NEW})
    assert (changed.status_code, changed.location) == (303, "/journal/")
    assert browser.get("/auth/me").status_code == 200
    assert browser.sign_in(account.login, NEW).location == HOME


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(browser, make_person, password):
    account = make_person()
    known = browser.sign_in(account.login, "wrong wrong wrong")
    unknown = browser.sign_in("nobody.n", "wrong wrong wrong")
    assert known.status_code == unknown.status_code == 200
    assert text(known).replace(account.login, "x") == text(unknown).replace("nobody.n", "x")
    assert browser.cookie("sid") is None


def test_logout_ends_the_session_and_voids_its_token(browser, make_person, password, feed_events):
    browser.sign_in(make_person().login)
    token = browser.cookie("at")
    assert browser.post("/auth/logout").location == "/auth/login"
    assert browser.cookie("sid") is None
    assert browser.get("/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 303
    revoked = [event.data["key"] for event in feed_events("auth/access")]
    assert len(revoked) == 1
    assert revoked[0].startswith("sid:")


def test_a_session_is_renewed_for_the_gateway_while_it_is_used(browser, make_person):
    browser.sign_in(make_person().login)
    before = browser.cookie("at")
    answer = browser.get("/auth/internal/renew")
    assert answer.status_code == 204
    assert answer.headers["X-Token"] == browser.cookie("at") != before
    assert browser.get("/auth/me").status_code == 200


def test_a_session_left_alone_or_too_old_is_not_renewed(browser, make_person):
    with clock.frozen(clock.now()) as at:
        browser.sign_in(make_person().login)
        for _hour in range(11):
            at.advance(hours=1)
            assert browser.get("/auth/internal/renew").status_code == 204
        at.advance(hours=1, seconds=1)
        assert browser.get("/auth/internal/renew").status_code == 401
        browser.sign_in(make_person().login)
        at.advance(hours=2)
        assert browser.get("/auth/internal/renew").status_code == 401


def test_the_password_once_more_makes_the_sign_in_fresh(browser, make_person, password):
    account = make_person()
    with clock.frozen(clock.now()) as at:
        browser.sign_in(account.login)
        at.advance(hours=1)
        browser.get("/auth/internal/renew")
        page = browser.get("/auth/login?step_up=1&next=/auth/people")
        assert page.location == "/auth/step-up?next=%2Fauth%2Fpeople"
        wrong = browser.post(page.location, data={"password": "wrong wrong wrong"})
        assert wrong.status_code == 200
        assert browser.claims()["auth_time"] < clock.now().timestamp()
        right = browser.post(page.location, data={"password": password})
        assert (right.status_code, right.location) == (303, "/auth/people")
        assert browser.claims()["auth_time"] == int(clock.now().timestamp())


def test_each_proof_of_who_it_is_brings_a_new_secret_and_voids_the_one_before(
    app, browser, make_person, password
):
    account, thief = make_person(), type(browser)(app)

    def stolen(secret):
        thief.flask.set_cookie("sid", secret)
        return thief.get("/auth/internal/renew").status_code

    browser.sign_in(account.login)
    secrets = [browser.cookie("sid")]
    assert stolen(secrets[0]) == 204
    browser.post("/auth/step-up", data={"password": password})
    secrets.append(browser.cookie("sid"))
    browser.submit("/auth/password", {"present": password, "new": NEW, "again": NEW})
    secrets.append(browser.cookie("sid"))
    browser.sign_in(account.login, NEW)
    secrets.append(browser.cookie("sid"))
    assert len(set(secrets)) == 4
    assert [stolen(secret) for secret in secrets] == [401, 401, 401, 204]


def test_ones_sign_ins_are_ended_after_the_password_once_more(app, browser, make_person, password):
    account, other = make_person(), type(browser)(app)
    with clock.frozen(clock.now()) as at:
        other.sign_in(account.login)
        browser.sign_in(account.login)
        at.advance(minutes=11)
        browser.get("/auth/internal/renew")
        asked = browser.submit("/auth/me/sessions", {}, action="/auth/me/sessions/end-others")
        assert asked.location.startswith("/auth/login?step_up=1")
        assert other.get("/auth/internal/renew").status_code == 204
        browser.post("/auth/step-up", data={"password": password})
        browser.submit("/auth/me/sessions", {}, action="/auth/me/sessions/end-others")
        assert other.get("/auth/internal/renew").status_code == 401


def test_a_sign_in_ends_the_one_its_browser_had_before(browser, make_person):
    browser.sign_in(make_person().login)
    token = browser.cookie("at")
    browser.sign_in(make_person().login)
    assert browser.get("/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 303
    assert browser.get("/auth/me").status_code == 200


def test_guessing_is_slowed_down_alike_for_every_login(browser, make_person, password):
    login = make_person().login
    with clock.frozen(clock.now()) as at:
        for name in (login, "nobody.n"):
            for _try in range(5):
                assert "минут" not in text(browser.sign_in(name, "wrong wrong wrong"))
        answers = [text(browser.sign_in(name, password)) for name in (login, "nobody.n")]
        assert answers[0].replace(login, "x") == answers[1].replace("nobody.n", "x")
        assert "минут" in answers[0]
        at.advance(seconds=31)
        assert browser.sign_in(login, password).status_code == 303


def test_thirty_learners_behind_one_address_are_not_slowed_down(browser, make_person, password):
    for number in range(60):
        browser.sign_in(f"learner.{number}", "wrong")
    assert browser.sign_in(make_person().login, password).status_code == 303


def test_a_changed_password_ends_the_other_sign_ins_and_asks_for_the_present_one(
    app, browser, make_person, password
):
    account = make_person()
    other = type(browser)(app)
    other.sign_in(account.login)
    browser.sign_in(account.login)
    form = {"present": "wrong wrong wrong", "new": NEW, "again": NEW}
    assert browser.submit("/auth/password", form).status_code == 200
    assert browser.submit("/auth/password", {**form, "present": password}).status_code == 303
    assert browser.get("/auth/me").status_code == 200
    assert other.get("/auth/internal/renew").status_code == 401
    assert other.get("/auth/me").status_code == 303


@pytest.mark.parametrize(
    ("new", "again"), [("short", "short"), (NEW, NEW + "!"), ("Ахметов и семья", "Ахметов и семья"), ("", "")]
)
def test_a_bad_new_password_is_refused_and_the_first_one_stays(browser, make_person, password, new, again):
    account = make_person(must_change=True)
    browser.sign_in(account.login)
    answer = browser.submit("/auth/password", {"new": new, "again": again})
    assert answer.status_code == 422
    assert browser.cookie("at") is None
    assert browser.sign_in(account.login, password).location.startswith("/auth/password")


@pytest.mark.parametrize("login", ["a\0b", "x" * 5000, "\u202eadmin", "аdmin", "' or 1=1 --", "%"])
def test_strange_logins_are_only_wrong(browser, login):
    answer = browser.sign_in(login, "p\0q")
    assert answer.status_code == 200
    assert browser.cookie("sid") is None


def test_over_https_the_cookies_belong_to_this_host_alone(environment, service, make_person, password):
    settings = service.settings.load("auth", {**environment, "PUBLIC_URL": "https://academy.example"})
    app = build(service, settings)
    client = app.test_client()
    answer = client.post("/auth/login", data={"login": make_person().login, "password": password})
    app.extensions["chassis"].close()
    found = {line.split("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}
    for name in ("__Host-sid", "__Host-at"):
        assert "Secure; HttpOnly; Path=/; SameSite=Lax" in found[name]
        assert "Domain" not in found[name]


def test_the_token_says_who_and_no_more(browser, make_person):
    account = make_person()
    browser.sign_in(account.login)
    found = browser.claims()
    assert set(found) == {
        "iss",
        "aud",
        "sub",
        "sid",
        "iat",
        "nbf",
        "exp",
        "jti",
        "auth_time",
        "amr",
        "roles",
        "gv",
        "name",
    }
    assert found["sub"] == str(account.person_id)
    assert found["name"] == "Ахметов А. Б."
    assert found["sid"] != browser.cookie("sid")
    assert found["exp"] - found["nbf"] == 300


def test_the_keys_are_public_and_two(browser):
    keys = browser.get("/auth/.well-known/jwks.json").json["keys"]
    assert len(keys) == 2
    assert not any("d" in key for key in keys)
