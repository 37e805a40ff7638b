"""Signing in and out as a browser does it: cookies, forced change, return address, no hint to strangers (clause 10)."""

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
