"""Every route of the running house without a session: none but the declared public ones answers."""

from typing import Any

import httpx

from chassis.routes import PUBLIC
from dev.testing import House

# What may be read without signing in, besides the pages of the site. Whoever adds a line here says to everybody: this is public.
EVERYWHERE = {
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /openapi.json",
    "GET /docs",
    "POST /preferences",
}
OWN = {
    "auth": {
        "GET /auth/login",
        "POST /auth/login",
        "GET /auth/one-time-code",
        "POST /auth/one-time-code",
        "POST /auth/logout",
        "GET /auth/password",
        "POST /auth/password",
        "GET /auth/code",
        "POST /auth/code",
        "GET /auth/second-factor",
        "POST /auth/second-factor",
        "POST /auth/second-factor/confirm",
        "POST /auth/second-factor/codes",
        "POST /auth/second-factor/remove",
        "GET /auth/step-up",
        "POST /auth/step-up",
        "GET /auth/internal/renew",
        "GET /auth/.well-known/jwks.json",
        "POST /auth/token",
        # Through Keycloak and back, and the emergency door: before anybody is known, and with IDENTITY=local not there at all.
        "GET /auth/keycloak/sign-in",
        "GET /auth/keycloak/callback",
        "POST /auth/keycloak/back-channel",
        "GET /auth/emergency",
        "POST /auth/emergency",
        "GET /auth/api/v1/journal-roots",
    },
    # Whoever holds a transcript or the paper of a statement checks it: by seal or code from the QR code, nobody is named.
    "ejournal": {
        "GET /journal/check/transcript",
        "GET /journal/api/v1/transcripts/check",
        "GET /journal/check",
        "POST /journal/check",
        "GET /journal/api/v1/check",
    },
    "portal": {"GET /portal/api/v1/journal-roots"},
    "library": {
        "GET /library/",
        "GET /library/records/<uuid:id>",
        "GET /library/api/v1/records",
        "GET /library/api/v1/journal-roots",
    },
    "website": {"GET /", "GET /robots.txt", "GET /sitemap.xml", "GET /website/api/v1/journal-roots"},
}
HIDDEN = ("/metrics", "/health/live", "/health/ready")
# A first password is changed, a password repeated, a second factor set up or asked for, by the cookie of the session: without one these lead to the sign-in.
BY_COOKIE = {
    "/auth/password",
    "/auth/step-up",
    "/auth/internal/renew",
    "/auth/code",
    "/auth/second-factor",
    "/auth/second-factor/confirm",
    "/auth/second-factor/codes",
    "/auth/second-factor/remove",
}
EXPECTED_OPEN = {"/auth/login", "/library/", "/library/api/v1/records", "/sitemap.xml", "/robots.txt"}
SITE = "/<any(kk,ru,en):language>"


def test_what_is_public_is_declared_here(places: Any) -> None:
    for name, routes in places.items():
        prefix = next(place.rule for place in routes if place.rule.endswith("/openapi.json")).rpartition("/")[
            0
        ]
        common = {line.replace(" ", f" {prefix}", 1) for line in EVERYWHERE}
        public = {str(place) for place in routes if place.route.access is PUBLIC}
        site = {line for line in public if line.startswith(f"GET {SITE}")}
        assert public - site == common | OWN.get(name, set()), name
        assert not site or name == "website"


def asked(url: str, places: Any) -> list[tuple[Any, int]]:
    """Ask every route of a list of services as somebody without a session."""
    with httpx.Client(base_url=url, timeout=30, headers={"Sec-Fetch-Site": "same-origin"}) as visitor:
        return [
            (
                place,
                visitor.request(
                    place.route.method, place.address, headers={"Idempotency-Key": "x"}
                ).status_code,
            )
            for place in places
        ]


def test_nothing_but_the_public_answers_through_the_gateway(house: House, places: Any) -> None:
    """Must show 4: no session, every route."""
    all_places = [place for routes in places.values() for place in routes]
    answers = asked(house.url, all_places)
    opened = [
        f"{place} {status}" for place, status in answers if status < 300 and place.route.access is not PUBLIC
    ]
    assert opened == []
    failed = [f"{place} {status}" for place, status in answers if status >= 500]
    assert failed == []
    hidden = [
        f"{place} {status}"
        for place, status in answers
        if (place.rule.endswith(HIDDEN) or "/internal/" in place.rule) and status != 404
    ]
    assert hidden == []
    shut = [
        f"{place} {status}"
        for place, status in answers
        if place.route.method == "GET"
        and place.route.access is PUBLIC
        and place.rule in EXPECTED_OPEN
        and status != 200
    ]
    assert shut == []
    assert len(answers) > 200


def test_nothing_but_the_public_answers_at_a_service_itself(house: House, places: Any) -> None:
    """The gateway is not the only lock: whoever reaches a service directly gets no further."""
    for name, routes in places.items():
        url = f"http://127.0.0.1:{house.layout.service_port(name)}"
        answers = asked(url, routes)
        opened = [
            f"{place} {status}"
            for place, status in answers
            if status < 300 and place.route.access is not PUBLIC
        ]
        assert opened == []
        led = [
            f"{place} {status}"
            for place, status in answers
            if place.route.access is not PUBLIC and status not in {303, 401, 403}
        ]
        assert led == []


def test_pages_that_live_by_the_session_cookie_want_one(house: House, places: Any) -> None:
    own = [place for place in places["auth"] if place.rule in BY_COOKIE]
    assert {place.rule for place in own} == BY_COOKIE
    answers = asked(f"http://127.0.0.1:{house.layout.service_port('auth')}", own)
    assert [f"{place} {status}" for place, status in answers if status not in {303, 401}] == []


def test_openapi_says_the_same(house: House, places: Any) -> None:
    """The document people read names the lock of every operation."""
    for name in places:
        address = f"{house.url}{house.layout.routes.prefix(name)}/openapi.json"
        document = httpx.get(address, timeout=30).json()
        operations = [
            operation
            for path in document["paths"].values()
            for operation in path.values()
            if "operationId" in operation
        ]
        assert all(operation.get("x-public") or operation.get("x-permission") for operation in operations)
