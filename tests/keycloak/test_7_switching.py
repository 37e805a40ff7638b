"""From Keycloak to local passwords and back: everybody stays who they are."""

from typing import Any

from auth.accounts import passwords
from chassis import clock
from dev.testing import House

OWN_PASSWORD = "Дала мен қыран төрт 44"
LOCAL_PASSWORD = "Тау мен өзен бес 55"
IDS = "select id, number from person order by number"


def local_sign_in(person: Any, login: str, password: str) -> None:
    """Sign in on our own form."""
    person.go("/auth/login?next=/auth/me")
    person.page.locator("#f-login").fill(login)
    person.page.locator("#f-password").fill(password)
    person.page.locator("main form button").click()
    person.page.wait_for_url(f"{person.house.url}/auth/me")


def restart(house: House, identity: str) -> None:
    """Start the same house again with another source of identity."""
    assert house.stop() == 0
    house.settings["IDENTITY"] = identity
    house.start()


def test_switching_to_local_and_back_keeps_every_persons_id(academy: Any, visitor: Any) -> None:
    moved, slip = academy.ready()  # will choose a password at Keycloak
    stayed = academy.person()  # keeps the password of before
    academy.arrives(stayed, enabled=True)

    def choose(_session: Any, account: Any) -> None:
        account.password_hash, account.must_change = passwords.hash_password(LOCAL_PASSWORD), False
        account.password_at = clock.now()

    academy.act(stayed, choose)
    academy.settled(stayed.person_id)
    visitor().first_sign_in(moved.login, slip, OWN_PASSWORD)
    ids = academy.house.sql("auth", IDS)
    known = academy.house.sql("auth", "select person_id, external_sub from identity order by 1")

    restart(academy.house, "local")
    try:
        local_sign_in(visitor(), stayed.login, LOCAL_PASSWORD)
        again = academy.slip(moved)
        person = visitor()
        person.go("/auth/login?next=/auth/me")
        person.page.locator("#f-login").fill(moved.login)
        person.page.locator("#f-password").fill(again)
        person.page.locator("main form button").click()
        person.page.wait_for_url("**/auth/password*")
        assert academy.house.sql("auth", IDS) == ids
    finally:
        restart(academy.house, "keycloak")

    # What changed meanwhile waited, and both sign in through Keycloak as who they were: with the hash of before, with the new slip.
    academy.arrives(moved, requiredActions=["UPDATE_PASSWORD"])
    visitor().first_sign_in(moved.login, again, "Күн мен ай алты 66")  # Keycloak refuses the one of before
    other = visitor()
    other.begin()
    other.type_in(stayed.login, LOCAL_PASSWORD)
    other.page.wait_for_url(f"{academy.house.url}/auth/me")
    assert academy.house.sql("auth", IDS) == ids
    assert academy.house.sql("auth", "select person_id, external_sub from identity order by 1") == known
