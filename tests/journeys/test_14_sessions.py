"""Journey 14: own sign-ins, a token that runs out while a form is filled, and auth away for a quarter of an hour."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from auth.people.layout import INTAKE
from chassis import clock
from dev.bench.crowd import Member, make_members
from dev.bench.stage import Stage
from dev.browsing import Desk, overflow, violations
from dev.demo.workbooks import fill_in
from dev.testing import House

OWN_PASSWORD = "grey cranes before the frost"
MINUTE, LIFE = 60, 300
UNSAVED = {"kk": "Ештеңе сақталған жоқ", "ru": "Ничего не сохранено"}
ROOM = 8
SAVE = "main form.stack .form-end button"


def path_of(page: Any) -> str:
    return urlsplit(page.url).path


def aged(house: House, token: str, seconds: int) -> str:
    """Make of a token the one its sign-in would have now if it had run out so many seconds ago, signed as auth signs."""
    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    ended = int(clock.now().timestamp()) - seconds
    claims |= {"iat": ended - LIFE, "nbf": ended - LIFE, "exp": ended}
    folder = house.layout.state / "auth" / "keys"
    kid = json.loads((folder / "order.json").read_text())["current"]
    key = RSAKey.import_key((folder / f"{kid}.pem").read_bytes(), {"kid": kid})
    return jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": kid}, claims, key)


def token_of(desk: Desk) -> str:
    return next(cookie["value"] for cookie in desk.context.cookies() if cookie["name"] == "at")


def age(house: House, desk: Desk, seconds: int) -> str:
    """Let the token of a browser have run out so many seconds ago."""
    old = aged(house, token_of(desk), seconds)
    desk.context.add_cookies([{"name": "at", "value": old, "url": f"{house.url}/", "httpOnly": True}])
    return old


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_one_sees_where_one_is_signed_in_and_ends_what_is_not_ones_own(
    house: House, desk: Any, language: str
) -> None:
    [member] = make_members(Stage(house), 1, OWN_PASSWORD)
    here, there = desk("", language), desk("", language)
    stranger = there.sign_in(member.login, OWN_PASSWORD)
    page = here.sign_in(member.login, OWN_PASSWORD)
    here.go(page, "/auth/me/sessions")
    assert page.locator("main .plain-list > li").count() == 2
    assert page.locator("main .tag.ok").count() == 1
    assert violations(page) + overflow(page) == []
    here.post(page, "form[action$='/end-others'] button")
    assert page.locator("main .plain-list > li").count() == 1
    there.go(stranger, "/portal/notices")
    assert path_of(stranger) == "/auth/login"
    here.go(page, "/auth/me/sign-ins")
    assert page.locator("main tbody tr").count() == 2
    assert violations(page) + overflow(page) == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_token_runs_out_while_a_form_with_a_file_is_filled(
    house: House, desk: Any, signed_in: dict[str, Any], tmp_path: Any, language: str
) -> None:
    admin = desk("admin", language)
    page = admin.open("/auth/intakes/upload")
    sheet = tmp_path / "қабылдау.xlsx"
    row = {
        "number": f"S{language.upper()}1", "family_name": "Сағынбаев", "given_name": "Ерлан", "kind": "learner",
        "group_code": "ҚҚ-26-1", "language": language,
    }  # fmt: skip
    sheet.write_bytes(fill_in(INTAKE, [row], language=language))
    page.locator("#f-file").set_input_files(sheet)
    page.locator("#f-order_number").fill("78-қ")
    old = age(house, admin, 2 * 3600)
    page.locator("#f-order_date").fill("20.11.2026")
    signs = sign_ins(house)
    admin.post(page, "main form .btn:not(.quiet)")
    # The file has arrived, the page is that of its dry run, and the browser has a new token; nobody signed in.
    assert re.fullmatch(r"/auth/intakes/[0-9a-f-]{36}", path_of(page))
    assert "Сағынбаев" in page.locator("main").inner_text()
    assert token_of(admin) != old
    assert sign_ins(house) == signs
    signed_in["admin"] = admin.context.storage_state()


def sign_ins(house: House) -> int:
    return int(house.sql("auth", "select count(*) from sign_in")[0][0])


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_auth_is_away_for_a_quarter_of_an_hour(
    house: House, desk: Any, signed_in: dict[str, Any], language: str
) -> None:
    crowd = [visitor(house, member) for member in make_members(Stage(house), ROOM, OWN_PASSWORD)]
    signed_in.pop("editor", None)
    writer, reader = desk("editor", language), desk("", language)
    [member] = make_members(Stage(house), 1, OWN_PASSWORD)
    reader.sign_in(member.login, OWN_PASSWORD).close()
    form, late = writer.open("/website/edit/new?section=news"), f"Кешіккен {language} {clock.now():%H%M%S}"
    for one in (writer, reader):
        one.expected.update({503})
    with house.killed("auth"):
        # A living token writes: auth is not asked.
        typed(form, f"Уақытында {late}")
        writer.post(form, SAVE)
        assert path_of(form) != "/website/edit/new"
        # Ran out fourteen minutes ago: reads go on, a write is told that nothing was saved.
        age(house, reader, 14 * MINUTE)
        reader.open("/portal/")
        reader.open("/library/")
        age(house, writer, 14 * MINUTE)
        form = writer.open("/website/edit/new?section=news")
        typed(form, late)
        writer.post(form, SAVE)
        assert UNSAVED[language] in form.locator("main").inner_text()
        assert items(house, late) == 0
        # Sixteen minutes: no more reading, and a page that says why.
        age(house, reader, 16 * MINUTE)
        reader.open("/portal/", expect=503)
        for one in crowd:
            held = {"sid": one.cookies["sid"], "at": aged(house, one.cookies["at"], 14 * MINUTE)}
            one.cookies.clear()
            one.cookies.update(held)
        assert {one.get("/portal/").status_code for one in crowd} == {200}
    # Back: the same form goes through when it is sent again, and nobody signs in anew.
    before = sign_ins(house)
    with ThreadPoolExecutor(ROOM) as pool:
        answers = list(pool.map(lambda one: one.get("/portal/").status_code, crowd))
    assert answers == [200] * ROOM
    form.reload()
    assert items(house, late) == 1
    reader.open("/portal/")
    assert sign_ins(house) == before
    for one in crowd:
        one.close()


def typed(page: Any, title: str) -> None:
    """Fill in what a news item needs."""
    for language in ("kk", "ru"):
        page.locator(f"#f-title-{language}").fill(f"{title} {language}")


def items(house: House, title: str) -> int:
    return int(
        house.sql(
            "website", "select count(distinct item_id) from item_text where title like %s", f"{title}%"
        )[0][0]
    )


def visitor(house: House, member: Member) -> httpx.Client:
    """Sign somebody in without a screen."""
    client = httpx.Client(base_url=house.url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=60)
    answer = client.post("/auth/login", data={"login": member.login, "password": member.password})
    assert answer.status_code == 303, answer.text[:300]
    return client
