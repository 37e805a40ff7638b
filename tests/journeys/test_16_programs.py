"""Journey 16: a program of another department is entered by an order, reads what it was granted, and is blocked."""

import json
import re
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from playwright.sync_api import Page

from chassis import clock
from dev.browsing import Desk, violations
from dev.demo import PASSWORD
from dev.testing import House

ORDER = {"#f-order_number": "77-к", "#f-order_date": "20.11.2026"}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPES = ("feed:auth/people", "do:auth.person.read")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_9_a_program_is_entered_reads_and_is_blocked(house: House, desk: Any, language: str) -> None:
    name = f"staff-{language}-{uuid4().hex[:8]}"
    admin = desk("admin", language)
    page = weighty(admin, "/auth/programs/new")
    place = enter(admin, page, name)
    for path in ("", "/edit", "/block", "/secrets/new", "/keys/new", "/remove"):
        admin.go(page, place + path)
        assert violations(page) == []
    secret = make_secret(admin, page, place)

    # Its programmer: a token for the secret, then the feed and the operation it was granted, through the gateway.
    with httpx.Client(base_url=house.url, timeout=30) as program:
        token = asked(program, auth=(name, secret))
        assert (
            reads(program, token, "/auth/feeds/auth/people"),
            reads(program, token, "/auth/api/v1/people"),
        ) == (200, 200)
        assert reads(program, token, "/auth/feeds/auth/access") == 403
        assert reads(program, token, "/auth/people") in {303, 401, 403}
        key = ECKey.generate_key("P-256")
        register_key(admin, page, place, key)
        signed = asked(program, client_assertion=assertion(house, name, key), client_assertion_type=ASSERTION)
        assert reads(program, signed, "/auth/api/v1/people") == 200
        admin.go(page, place)
        used = page.locator(".grants").inner_text()
        assert used.count("127.0.0.1") == 2
        assert "feed:auth/people" in used

        # Blocked: no new token, and the living ones are refused.
        admin.go(page, f"{place}/block")
        page.locator("#f-reason").fill("Келісім мерзімі аяқталды")
        fill(page, ORDER)
        admin.post(page, "main form .btn.danger")
        assert page.locator(".notice.err").count() == 1
        assert reads(program, token, "/auth/api/v1/people") == 401
        assert reads(program, signed, "/auth/feeds/auth/people") == 401
        refused = program.post("/auth/token", data=grant(), auth=(name, secret))
        assert refused.json()["error"] == "unauthorized_client"

    # What was done stands in the audit; then the program goes.
    admin.go(page, f"/auth/audit?subject=program:{name}")
    assert page.locator("main table tbody tr").count() == 4
    admin.go(page, f"{place}/remove")
    fill(page, ORDER)
    admin.post(page, "main form .btn.danger")
    assert urlsplit(page.url).path == "/auth/programs"


def enter(admin: Desk, page: Page, name: str) -> str:
    """Fill the form in; a mistake is told at its field first."""
    fill(page, {"#f-client_id": "Staff!", "#f-title": name, "#f-purpose": "Кадрлар есебі", **ORDER})
    fill(page, {"#f-owner_number": "T0040", "#f-expires_on": "31.12.2027"})
    page.locator("#f-unit_code").select_option(index=1)
    for scope in SCOPES:
        page.locator(f"input[name=scopes][value='{scope}']").check()
    admin.expected.add(422)
    admin.post(page, "main form .btn:not(.quiet)")
    assert page.locator("#errors a[href='#f-client_id']").count() == 1
    assert page.locator("input[name=scopes]:checked").count() == 2
    page.locator("#f-client_id").fill(name)
    admin.post(page, "main form .btn:not(.quiet)")
    return urlsplit(page.url).path


def make_secret(admin: Desk, page: Page, place: str) -> str:
    """Make a secret; it is shown once and never again."""
    admin.go(page, f"{place}/secrets/new")
    admin.post(page, "main form .btn:not(.quiet)")
    secret = page.locator("code.secret").inner_text()
    assert re.fullmatch(r"[\w-]{43}", secret)
    admin.go(page, place)
    assert secret not in page.content()
    return secret


def register_key(admin: Desk, page: Page, place: str, key: ECKey) -> None:
    """Register the public half of a key."""
    admin.go(page, f"{place}/keys/new")
    page.locator("#f-document").fill(json.dumps(key.as_dict(private=False)))
    admin.post(page, "main form .btn:not(.quiet)")
    assert urlsplit(page.url).path == place


def assertion(house: House, name: str, key: ECKey) -> str:
    """Sign what a program says about itself."""
    at = int(clock.now().timestamp())
    claims = {"iss": name, "sub": name, "aud": f"{house.url}/auth/token", "exp": at + 120, "jti": uuid4().hex}
    return jwt.encode({"alg": "ES256"}, claims, key)


def grant() -> dict[str, str]:
    return {"grant_type": "client_credentials", "audience": "auth"}


def asked(program: httpx.Client, auth: Any = None, **more: str) -> str:
    answer = program.post("/auth/token", data={**grant(), **more}, auth=auth)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def reads(program: httpx.Client, token: str, path: str) -> int:
    return program.get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def fill(page: Page, values: dict[str, str]) -> None:
    for field, text in values.items():
        page.locator(field).fill(text)


def weighty(admin: Desk, path: str) -> Page:
    """Open a page that wants a fresh proof of who it is."""
    page = admin.page()
    admin.go(page, path)
    if urlsplit(page.url).path == "/auth/step-up":
        page.locator("#f-password").fill(PASSWORD)
        admin.post(page, "main form button")
    assert urlsplit(page.url).path == path
    return page
