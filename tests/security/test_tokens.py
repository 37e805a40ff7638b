"""The table of bad tokens, signed with the real key of the running house, at its gateway and at each of its services."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from auth.sessions.service import revoke
from chassis import clock
from chassis.permissions import EVERYBODY
from chassis.testing.bad_tokens import BAD_TOKENS, Forge
from dev.bench.crowd import Member
from dev.bench.stage import Stage
from dev.testing import House, until

SERVICES = ("auth", "portal", "ejournal", "library", "website")
PAGES = {
    "auth": "/auth/me",
    "portal": "/portal/",
    "ejournal": "/journal/",
    "library": "/library/my",
    "website": "/website/edit/",
}
REFUSED = {303, 401}


def outside(house: House, path: str, tokens: tuple[str, ...]) -> int:
    jar = "; ".join(f"at={token}" for token in tokens)
    return httpx.get(house.url + path, headers={"Cookie": jar}, timeout=30).status_code


def inside(house: House, service: str, path: str, tokens: tuple[str, ...]) -> int:
    url = f"http://127.0.0.1:{house.layout.service_port(service)}{path}"
    headers = [("Authorization", f"Bearer {token}") for token in tokens]
    return httpx.get(url, headers=headers, timeout=30).status_code


@pytest.fixture
def true_key(house: House) -> RSAKey:
    """The key the house signs with at this moment."""
    folder = house.layout.state / "auth" / "keys"
    kid = json.loads((folder / "order.json").read_text())["current"]
    return RSAKey.import_key((folder / f"{kid}.pem").read_bytes(), {"kid": kid})


@pytest.fixture
def forge(
    house: House,
    true_key: RSAKey,
    members: Iterator[Member],
    visitor: Callable[..., httpx.Client],
    stage: Stage,
) -> Forge:
    """Forge tokens for the house; one session has been signed out, one person's tokens are revoked."""
    somebody, gone = next(members), next(members)
    left = visitor(somebody)
    [(sid,)] = house.sql(
        "auth",
        "select id::text from sign_in where person_id = %s order by created_at desc limit 1",
        somebody.person_id,
    )
    assert left.post("/auth/logout").status_code == 303
    with stage.session("auth") as session:
        now = int(clock.now().timestamp())
        revoke(session, key=f"sub:{gone.person_id}", at=now + 3600)
        revoke(session, key=EVERYBODY, at=now - 1800)
    made = Forge(f"{house.url}/auth", true_key, somebody.person_id, sid, gone.person_id)
    until(lambda: _heard(house, made), "every service knows what was revoked")
    return made


def _heard(house: House, forge: Forge) -> bool:
    """Tell whether the gateway and every service have heard of the last revocation: it reaches them by events."""
    voided = BAD_TOKENS["issued before everybody's tokens were voided"](forge)
    return all(
        {outside(house, path, voided), inside(house, service, path, voided)} <= REFUSED
        for service, path in PAGES.items()
    )


def test_no_bad_token_passes_the_gateway_or_any_service(house: House, forge: Forge) -> None:
    opened = []
    for service in SERVICES:
        path = PAGES[service]
        good = (forge.good(),)
        assert outside(house, path, good) not in REFUSED, path
        assert inside(house, service, path, good) not in REFUSED, path
        for name, build in BAD_TOKENS.items():
            bad = build(forge)
            if outside(house, path, bad) not in REFUSED:
                opened.append(f"gateway {path}: {name}")
            if inside(house, service, path, bad) not in REFUSED:
                opened.append(f"{service} {path}: {name}")
    assert opened == []


@pytest.mark.parametrize("where", ["jwk", "jku", "x5u"])
def test_a_token_cannot_bring_its_own_key(house: House, forge: Forge, where: str) -> None:
    """A key in the header, or an address to fetch one from, is not looked at, with a known kid or without."""
    stranger = RSAKey.generate_key(2048, {"kid": str(forge.key.kid)})
    brought = {
        "jwk": stranger.as_dict(private=False),
        "jku": "https://evil.example/jwks.json",
        "x5u": "https://evil.example/cert.pem",
    }
    for kid in ({"kid": str(forge.key.kid)}, {"kid": "stranger"}):
        header = {"alg": "RS256", "typ": "at+jwt", **kid, where: brought[where]}
        token = jwt.encode(header, forge.claims(), stranger)
        for service in SERVICES:
            assert outside(house, PAGES[service], (token,)) in REFUSED
            assert inside(house, service, PAGES[service], (token,)) in REFUSED
