"""Pages about the sign-in server while nobody uses one, and while it is not there at all."""

import socket

import pytest

from auth.keycloak import pushes
from chassis import clock
from chassis.db import unit_of_work
from chassis.factory import build

KEYCLOAK = {
    "IDENTITY": "keycloak",
    "KEYCLOAK_CLIENT_SECRET": "c" * 32,
    "KEYCLOAK_ACCOUNTS_SECRET": "a" * 32,
    "KEYCLOAK_ADMIN": "admin",
    "KEYCLOAK_ADMIN_PASSWORD": "p",
}
ABSENT = ("/auth/keycloak/sign-in", "/auth/keycloak/callback", "/auth/emergency")


@pytest.fixture
def nobody_there() -> str:
    """The address of a port that is taken but not listened on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://localhost:{taken.getsockname()[1]}"


@pytest.fixture
def through_keycloak(environment, service, nobody_there, browser):
    """A browser in front of auth with `IDENTITY=keycloak` and a dead Keycloak."""
    settings = service.settings.load("auth", {**environment, **KEYCLOAK, "KEYCLOAK_URL": nobody_there})
    app = build(service, settings)
    yield type(browser)(app)
    app.extensions["chassis"].close()


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ABSENT)
def test_with_local_passwords_the_way_to_keycloak_is_not_there(browser, path):
    assert browser.get(path).status_code == 404


def test_with_keycloak_no_local_password_signs_in(through_keycloak, make_person, password):
    account = make_person()
    answer = through_keycloak.sign_in(account.login, password)
    assert 'id="to-keycloak"' in text(answer)
    assert through_keycloak.cookie("sid") is None


def test_the_sign_in_page_opens_without_keycloak_and_its_link_says_that_it_is_away(through_keycloak):
    page = through_keycloak.get("/auth/login?next=/journal/")
    assert page.status_code == 200
    assert "/auth/keycloak/sign-in?next=%2Fjournal%2F" in text(page)
    answer = through_keycloak.get("/auth/keycloak/sign-in?next=/journal/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "/auth/emergency?next=%2Fjournal%2F" in text(answer)


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=&code=x", "?state=x&code=x", "?error=access_denied", "?state=\0&code=\0"]
)
def test_an_answer_nobody_asked_for_signs_nobody_in(through_keycloak, query):
    answer = through_keycloak.get(f"/auth/keycloak/callback{query}")
    assert answer.status_code == 400
    assert through_keycloak.cookie("sid") is None


@pytest.mark.parametrize("cookie", ["", "x", "e30.e30.e30", "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6IngifQ."])
def test_a_memory_we_did_not_sign_is_none(through_keycloak, cookie):
    through_keycloak.flask.set_cookie("oidc", cookie)
    assert through_keycloak.get("/auth/keycloak/callback?state=x&code=x").status_code == 400


@pytest.mark.parametrize("data", [{}, {"logout_token": "x"}, {"logout_token": "e30.e30.e30"}])
def test_a_logout_token_that_cannot_be_checked_ends_nothing(through_keycloak, data):
    assert through_keycloak.post("/auth/keycloak/back-channel", data=data).status_code in {400, 503}


def test_the_unit_sees_what_waits_and_what_was_refused(administrator, make_person, engine):
    account = make_person()
    with unit_of_work(engine) as session:
        row = pushes.get_or_raise(session, account.person_id)
        row.parked_at, row.reason, row.tries = clock.now(), "409: belongs to another", 1
    assert "409: belongs to another" in text(administrator.get("/auth/keycloak"))
    path = f"/auth/keycloak/pushes/{account.person_id}"
    short = administrator.submit("/auth/keycloak", {"reason": "x"}, action=f"{path}/drop")
    assert short.status_code == 422
    assert administrator.submit("/auth/keycloak", {}, action=f"{path}/retry").status_code == 303
    assert "409: belongs to another" not in text(administrator.get("/auth/keycloak"))
    with unit_of_work(engine) as session:
        row = pushes.get_or_raise(session, account.person_id)
        row.parked_at, row.reason = clock.now(), "400: no"
    gone = administrator.submit("/auth/keycloak", {"reason": "left the academy"}, action=f"{path}/drop")
    assert gone.status_code == 303
    assert "400: no" not in text(administrator.get("/auth/keycloak"))


def test_only_a_parked_push_is_dropped(administrator, make_person, engine):
    account = make_person()
    page = text(administrator.get("/auth/keycloak"))
    assert f"{account.person_id}/drop" not in page
    with pytest.raises(pushes.PushRefused), unit_of_work(engine) as session:
        pushes.drop(session, person_id=account.person_id, reason="because", actor=account.person_id)
