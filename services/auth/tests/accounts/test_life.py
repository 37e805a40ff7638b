"""The life of a login: slips that end, codes, terms, deletion (clause 10)."""

import io
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pypdfium2
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from auth.accounts import codes, expiry, jobs, service
from auth.accounts.model import Account, OldPassword, ResetCode
from auth.people import service as people
from auth.sessions.model import SignIn
from chassis import clock
from chassis.db import new_id, unit_of_work

NEW = "quiet river under birches"
NOON = datetime(2026, 11, 25, 7, tzinfo=UTC)
ORDER = {"order_number": "31-ж", "order_date": "20.11.2026"}
API_ORDER = {"order_number": "31-ж", "order_date": "2026-11-20"}
REASON = {"reason": "Оқудан шығарылды"}


@pytest.fixture
def browser(browser):
    """A browser that reads Russian, before the first sign-in too."""
    browser.flask.set_cookie("prefs", "lang=ru")
    return browser


def said(answer) -> str:
    return answer.get_data(as_text=True)


def pdf_text(data: bytes) -> str:
    with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def reload(engine, account) -> Account:
    with unit_of_work(engine) as session:
        found = service.get_or_raise(session, account.person_id)
        session.expunge_all()
        return found


def slip_for(engine, account, **more) -> str:
    with unit_of_work(engine) as session:
        mine = service.get_or_raise(session, account.person_id)
        return service.give_slips(session, accounts=[mine], actor="test", **more)[0].password


def code_for(engine, account) -> str:
    with unit_of_work(engine) as session:
        return codes.issue(session, account=service.get_or_raise(session, account.person_id), actor="test")[0]


def enter(browser, login: str, code: str, new: str = NEW):
    return browser.post("/auth/one-time-code", data={"login": login, "code": code, "new": new, "again": new})


# Slips


def test_clause_10_a_slip_is_valid_for_fourteen_days_and_then_says_so(browser, make_person, engine):
    account = make_person()
    with clock.frozen(NOON) as at:
        first = slip_for(engine, account)
        at.advance(days=13, hours=23, minutes=59)
        assert browser.sign_in(account.login, first).location.startswith("/auth/password")
        at.advance(minutes=1)
        assert "новый листок" in said(browser.sign_in(account.login, first))
        unlike = said(browser.sign_in(account.login, "wrong wrong wrong"))
        assert "Неверный логин или пароль" in unlike
        assert "листка" not in unlike.split("</form>")[0]
        assert browser.sign_in(account.login, slip_for(engine, account)).location.startswith("/auth/password")


def test_clause_10_one_press_makes_one_slip_and_says_so_the_second_time(administrator, make_person, engine):
    account = make_person()
    place = f"/auth/people/{account.person_id}/slip"
    form = fields(administrator.get(place)) | {"language": "kk"}
    first = administrator.post(place, data=form)
    printed = reload(engine, account).password_hash
    again = administrator.post(place, data=form)
    assert first.get_data().startswith(b"%PDF")
    assert (again.status_code, again.location) == (303, place)
    assert reload(engine, account).password_hash == printed
    page = said(administrator.get(place))
    assert "14" in page or "қолданыл" in page
    another = administrator.post(place, data=fields(administrator.get(place)) | {"language": "kk"})
    assert another.get_data().startswith(b"%PDF")
    assert reload(engine, account).password_hash != printed


@pytest.mark.parametrize(
    ("language", "words"), [("kk", ("Логин", "Алғашқы құпиясөз")), ("ru", ("Логин", "Первый пароль"))]
)
def test_clause_10_the_slip_is_in_kazakh_or_russian_and_opens_the_door(
    administrator, browser, make_person, engine, language, words
):
    account = make_person()
    answer = administrator.submit(f"/auth/people/{account.person_id}/slip", {"language": language})
    printed = pdf_text(answer.get_data())
    assert all(word in printed for word in words)
    until = reload(engine, account).slip_expires_at.astimezone(clock.ACADEMY)
    assert f"{until:%d.%m.%Y}" in printed
    password = re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", printed)[0]
    assert browser.sign_in(account.login, password).location.startswith("/auth/password")


def test_of_two_slips_only_the_later_one_opens(browser, make_person, engine):
    account = make_person()
    first, second = slip_for(engine, account), slip_for(engine, account)
    assert "Неверный логин или пароль" in said(browser.sign_in(account.login, first))
    assert browser.sign_in(account.login, second).location.startswith("/auth/password")


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_slip_made_while_the_clock_was_wrong_still_ends(browser, make_person, engine, hours):
    account = make_person()
    with clock.frozen(NOON + timedelta(hours=hours)):
        first = slip_for(engine, account)
    with clock.frozen(NOON + timedelta(days=14, hours=3)):
        assert "новый листок" in said(browser.sign_in(account.login, first))


def test_an_own_password_does_not_end_with_the_slip(browser, make_person, engine):
    account = make_person()
    with clock.frozen(NOON) as at:
        browser.sign_in(account.login, slip_for(engine, account))
        assert browser.submit("/auth/password", {"new": NEW, "again": NEW}).status_code == 303
        at.advance(days=30)
        assert browser.sign_in(account.login, NEW).location == "/portal/"


# Password history


def test_clause_10_the_last_five_passwords_are_not_chosen_again(browser, make_person, engine, password):
    account = make_person()
    browser.sign_in(account.login)
    chosen = [password, *(f"{NEW} {word}" for word in ("one", "two", "three", "four", "five"))]
    for present, new in pairwise(chosen):
        assert change(browser, present, new).status_code == 303
    assert change(browser, chosen[5], chosen[5]).status_code == 422
    refused = change(browser, chosen[5], chosen[1])
    assert refused.status_code == 422
    assert "уже был" in said(refused)
    assert change(browser, chosen[5], chosen[0]).status_code == 303
    with unit_of_work(engine) as session:
        kept = select(OldPassword).where(OldPassword.person_id == account.person_id)
        assert len(session.scalars(kept).all()) == 4


def change(browser, present: str, new: str):
    return browser.submit("/auth/password", {"present": present, "new": new, "again": new})


# One-time codes


def test_clause_10_a_code_read_out_opens_a_new_password_once(
    administrator, browser, make_person, engine, password
):
    account = make_person()
    browser.sign_in(account.login)
    place = f"/auth/people/{account.person_id}/code"
    page = said(administrator.submit(place, {}, action=place))
    code = re.search(r'id="code"[^>]*>([a-z2-9]{4}-[a-z2-9]{4})<', page)[1]
    assert browser.get("/auth/me").status_code == 200
    answer = enter(browser, account.login.upper(), f" {code.upper().replace('-', ' ')} ")
    assert (answer.status_code, answer.location) == (303, "/auth/login")
    assert browser.get("/auth/internal/renew").status_code == 401
    assert "код неверны" in said(enter(browser, account.login, code, NEW + "!"))
    assert browser.sign_in(account.login, password).status_code == 200
    assert browser.sign_in(account.login, NEW).location == "/portal/"


def test_a_code_is_kept_nowhere_and_shown_once(administrator, make_person, engine):
    account = make_person()
    place = f"/auth/people/{account.person_id}/code"
    form = fields(administrator.get(place))
    code = re.search(r'id="code"[^>]*>([^<]+)<', said(administrator.post(place, data=form)))[1]
    again = administrator.post(place, data=form)
    assert (again.status_code, again.location) == (303, place)
    with unit_of_work(engine) as session:
        kept = session.execute(text("select body from chassis.idempotency_key")).scalars().all()
        assert not any(code.encode() in bytes(body) for body in kept if body)
        assert session.get_one(ResetCode, account.person_id).code_hash.startswith("$argon2id$")
        rows = session.execute(text("select after::text from chassis.audit_row")).scalars().all()
        assert not any(code in row for row in rows if row)


@pytest.mark.parametrize(
    ("minutes", "opens"), [(0, True), (29, True), (30, False), (31, False), (60 * 24 * 400, False)]
)
def test_a_code_ends_after_its_minutes(browser, make_person, engine, minutes, opens):
    account = make_person()
    with clock.frozen(NOON) as at:
        code = code_for(engine, account)
        at.advance(minutes=minutes)
        assert (enter(browser, account.login, code).status_code == 303) is opens


@pytest.mark.parametrize(("hours", "opens"), [(3, False), (-3, False)])
def test_a_code_made_while_the_clock_was_three_hours_off_opens_nothing(
    browser, make_person, engine, hours, opens
):
    account = make_person()
    with clock.frozen(NOON + timedelta(hours=hours)):
        code = code_for(engine, account)
    with clock.frozen(NOON):
        assert (enter(browser, account.login, code).status_code == 303) is opens


def test_a_clock_set_back_brings_no_code_to_life(browser, make_person, engine, settings):
    account = make_person()
    with clock.frozen(NOON):
        code = code_for(engine, account)
    with clock.frozen(NOON + timedelta(hours=3)), unit_of_work(engine) as session:
        jobs.forget_secrets(session, settings)
    with clock.frozen(NOON + timedelta(minutes=1)):
        assert enter(browser, account.login, code).status_code == 200


def test_the_database_holds_no_code_for_longer_than_a_day(make_person, engine):
    account = make_person()
    row = {"person_id": account.person_id, "code_hash": "x", "issued_by": "x", "issued_at": NOON}
    with pytest.raises(IntegrityError, match="ck_reset_code_term"), unit_of_work(engine) as session:
        session.add(ResetCode(**row, expires_at=NOON + timedelta(days=2)))


def test_a_bad_new_password_uses_no_code_up(browser, make_person, engine):
    account = make_person()
    code = code_for(engine, account)
    for new in ("short", "password2026", account.login + " and more"):
        assert enter(browser, account.login, code, new).status_code == 422
    assert enter(browser, account.login, code).status_code == 303


def test_guessing_codes_is_slowed_like_passwords(browser, make_person, engine):
    account = make_person()
    with clock.frozen(clock.now()) as at:
        code = code_for(engine, account)
        for _try in range(5):
            assert "код неверны" in said(enter(browser, account.login, "aaaa-aaaa"))
        assert "минут" in said(enter(browser, account.login, code))
        at.advance(seconds=31)
        assert enter(browser, account.login, code).status_code == 303


def test_a_new_code_a_new_slip_and_a_new_password_void_the_code(browser, make_person, engine):
    account = make_person()
    first = code_for(engine, account)
    second = code_for(engine, account)
    assert enter(browser, account.login, first).status_code == 200
    slip_for(engine, account)
    assert enter(browser, account.login, second).status_code == 200


def test_the_api_answers_a_code_once(client, make_person, browser):
    account = make_person()
    place = f"/auth/api/v1/people/{account.person_id}/code"
    unit = client(permissions={"auth.account.reset": [("institution", None)]})
    headers = {"Idempotency-Key": "one"}
    answer = unit.post(place, json={}, headers=headers)
    assert answer.status_code == 201
    assert unit.post(place, json={}, headers=headers).status_code == 409
    assert client().post(place, json={}).status_code == 403
    assert enter(browser, account.login, answer.json["code"]).status_code == 303


# Terms


def set_term(engine, account, day) -> None:
    with unit_of_work(engine) as session:
        mine = service.get_or_raise(session, account.person_id)
        expiry.set_last_day(
            session, accounts=[mine], expires_on=day, order_number="5", order_date=NOON.date(), actor=new_id()
        )


def test_clause_10_an_account_ends_when_its_last_day_turns_in_the_academy(
    browser, make_person, engine, settings, feed_events, password
):
    account = make_person()
    with clock.frozen(datetime(2026, 11, 25, 18, 59, tzinfo=UTC)) as at:  # 23:59 in the academy
        set_term(engine, account, datetime(2026, 11, 25, tzinfo=UTC).date())
        assert browser.sign_in(account.login).location == "/portal/"
        work(engine, settings)
        assert browser.get("/auth/internal/renew").status_code == 204
        at.advance(minutes=1)
        assert browser.get("/auth/internal/renew").status_code == 401
        before = len(feed_events("auth/access"))
        work(engine, settings)
        assert feed_events("auth/people")[-1].data["status"] == "left"
        assert feed_events("auth/access")[before:][0].data["key"] == f"sub:{account.person_id}"
        ended = len(feed_events("auth/access"))
        work(engine, settings)
        assert len(feed_events("auth/access")) == ended
        assert "25.11.2026" in said(browser.sign_in(account.login))
        assert "25.11.2026" not in said(browser.sign_in(account.login, "wrong wrong wrong"))
        set_term(engine, account, datetime(2026, 12, 31, tzinfo=UTC).date())
        assert feed_events("auth/people")[-1].data["status"] == "active"
        assert browser.sign_in(account.login).location == "/portal/"


def work(engine, settings) -> None:
    with unit_of_work(engine) as session:
        jobs.end_accounts(session, settings)


def test_the_page_sets_a_term_by_an_order_and_tells_of_a_lost_race(administrator, make_person, engine):
    account = make_person()
    place = f"/auth/people/{account.person_id}/term"
    stale = fields(administrator.get(place))
    form = {"expires_on": "30.06.2027", **ORDER}
    assert administrator.submit(place, form).status_code == 303
    found = reload(engine, account)
    assert f"{found.expires_on} {found.expires_order}" == "2027-06-30 № 31-ж, 20.11.2026"
    assert administrator.post(place, data=stale | form).status_code == 409
    assert administrator.submit(place, {"expires_on": "", **ORDER}).status_code == 303
    assert reload(engine, account).expires_on is None


@pytest.mark.parametrize("day", ["31.02.2027", "01.01.2001", "01.01.2099", "завтра"])
def test_a_bad_last_day_is_refused_at_the_field(administrator, make_person, engine, day):
    account = make_person()
    answer = administrator.submit(f"/auth/people/{account.person_id}/term", {"expires_on": day, **ORDER})
    assert answer.status_code == 422
    assert 'id="f-expires_on-err"' in said(answer)
    assert reload(engine, account).expires_on is None


def test_nobody_sets_their_own_term_or_deletes_themselves(client, make_person):
    account = make_person()
    both = ("auth.account.expire", "auth.account.delete", "auth.person.read")
    me = client(permissions={code: [("institution", None)] for code in both}, person_id=account.person_id)
    place = f"/auth/people/{account.person_id}"
    assert me.submit(f"{place}/term", {"expires_on": "30.06.2027", **ORDER}).status_code == 422
    form = {**REASON, **ORDER, "login": account.login}
    assert me.submit(f"{place}/delete", form).status_code == 422


def learners(make_person, group: str, number: int) -> list[Account]:
    return [make_person(kind="learner", group_code=group) for _n in range(number)]


def test_clause_10_a_whole_group_gets_its_last_day_by_one_order(administrator, make_person, engine):
    mine, others = learners(make_person, "ҚІ-24-1", 3), learners(make_person, "ҚІ-24-2", 1)
    place = "/auth/accounts/terms?group=ҚІ-24-1"
    assert all(account.login in said(administrator.get(place)) for account in mine)
    soon = clock.today() + timedelta(days=20)
    answer = administrator.submit(place, {"expires_on": f"{soon:%d.%m.%Y}", **ORDER})
    assert (answer.status_code, answer.location) == (303, "/auth/accounts/ending")
    assert [reload(engine, account).expires_on for account in [*mine, *others]] == [soon] * 3 + [None]
    listed = said(administrator.get("/auth/accounts/ending"))
    assert [account.login in listed for account in [*mine, *others]] == [True] * 3 + [False]


def test_the_api_sets_terms_and_lists_what_ends(client, make_person, engine):
    mine = learners(make_person, "ҚІ-24-1", 2)
    rights = {code: [("institution", None)] for code in ("auth.account.expire", "auth.person.read")}
    unit, soon = client(permissions=rights), clock.today() + timedelta(days=5)
    body = {"group_code": "ҚІ-24-1", "expires_on": soon.isoformat(), **API_ORDER}
    assert unit.post("/auth/api/v1/accounts/terms", json=body).json == {"changed": 2}
    assert unit.post("/auth/api/v1/accounts/terms", json=body).json == {"changed": 0}
    both = body | {"intake_id": str(new_id())}
    assert unit.post("/auth/api/v1/accounts/terms", json=both).status_code == 422
    found = unit.get("/auth/api/v1/accounts/ending?days=5").json
    assert found["total"] == 2
    assert unit.get("/auth/api/v1/accounts/ending?days=4").json["total"] == 0
    place = f"/auth/api/v1/people/{mine[0].person_id}"
    account = unit.get(f"{place}/account").json
    assert (account["standing"], account["expires_on"]) == ("open", soon.isoformat())
    past = {"expires_on": (clock.today() - timedelta(days=1)).isoformat(), "version": account["version"]}
    assert unit.post(f"{place}/term", json=past | API_ORDER).json["standing"] == "expired"
    assert unit.post(f"{place}/term", json=past | API_ORDER).status_code == 409
    assert client().post(f"{place}/term", json=past | API_ORDER).status_code == 403


# Deletion


def test_clause_10_a_deleted_account_leaves_its_id_and_its_login_for_ever(
    administrator, browser, make_person, engine, feed_events, password
):
    account = make_person()
    browser.sign_in(account.login)
    code_for(engine, account)
    place = f"/auth/people/{account.person_id}/delete"
    second = administrator.submit(place, {**REASON, **ORDER})
    assert second.status_code == 200
    assert account.login in said(second)
    assert reload(engine, account).deleted_at is None
    wrong = administrator.post(place, data=fields(second) | {"login": "somebody.else"})
    assert wrong.status_code == 422
    assert administrator.post(place, data=fields(second) | {"login": account.login}).status_code == 303
    gone = reload(engine, account)
    assert (gone.login, gone.password_hash, gone.last_sign_in_at) == (account.login, None, None)
    assert gone.deleted_order == "№ 31-ж, 20.11.2026"
    assert browser.get("/auth/internal/renew").status_code == 401
    assert "Неверный логин или пароль" in said(browser.sign_in(account.login))
    with unit_of_work(engine) as session:
        assert session.get(ResetCode, account.person_id) is None
        rows = session.scalars(select(SignIn).where(SignIn.person_id == account.person_id)).all()
        assert {(row.address, row.device, row.ended_at is None) for row in rows} == {("", "", False)}
    last = feed_events("auth/people")[-1].data
    assert (last["person_id"], last["status"]) == (str(account.person_id), "left")


def test_a_login_is_never_given_again_nor_one_that_looks_like_it(make_person, administrator, engine):
    account = make_person()
    form = {**REASON, **ORDER, "login": account.login}
    assert administrator.submit(f"/auth/people/{account.person_id}/delete", form).status_code == 303
    assert make_person().login != account.login
    for login in (account.login, "a" + account.login[1:].replace("o", "0")):
        with pytest.raises(service.LoginRefused), unit_of_work(engine) as session:
            service.create(session, person=somebody(session), actor="test", login=login)


def test_the_database_refuses_a_look_alike_and_a_password_of_a_deleted_account(make_person, engine):
    account, other = make_person(), make_person()
    with pytest.raises(IntegrityError, match="uq_account_skeleton"), unit_of_work(engine) as session:
        service.get_or_raise(session, other.person_id).login = account.login.replace("o", "0")
    no_password = pytest.raises(IntegrityError, match="ck_account_deleted_has_no_password")
    with no_password, unit_of_work(engine) as session:
        mine = service.get_or_raise(session, account.person_id)
        mine.deleted_at, mine.deleted_order = clock.now(), "№ 1"


def somebody(session):
    values = {"number": str(new_id())[:20], "family_name": "Сейтов", "given_name": "Ерлан", "kind": "staff"}
    return people.create(session, values=values | {"language": "kk"}, actor="test")


def test_nothing_is_done_with_a_deleted_account(administrator, make_person, engine):
    account = make_person()
    place = f"/auth/people/{account.person_id}"
    form = {**REASON, **ORDER, "login": account.login}
    assert administrator.submit(f"{place}/delete", form).status_code == 303
    for act in ("slip", "code", "term", "block", "unblock", "delete"):
        assert administrator.get(f"{place}/{act}").status_code == 422
    assert administrator.post(f"/auth/api/v1/people/{account.person_id}/code", json={}).status_code == 422
    page = administrator.get(place)
    assert page.status_code == 200
    assert account.login in said(page)


def test_the_api_deletes_too(client, make_person, engine):
    account = make_person()
    rights = {code: [("institution", None)] for code in ("auth.account.delete", "auth.person.read")}
    unit, place = client(permissions=rights), f"/auth/api/v1/people/{account.person_id}/account"
    body = {**REASON, **API_ORDER, "login": "somebody.else"}
    assert unit.post(f"{place}/delete", json=body).status_code == 422
    assert client().post(f"{place}/delete", json=body).status_code == 403
    assert unit.post(f"{place}/delete", json=body | {"login": account.login}).status_code == 204
    assert unit.get(place).json["standing"] == "deleted"


@pytest.mark.parametrize("act", ["code", "term", "block", "unblock"])
def test_an_account_out_of_scope_does_not_exist(client, make_person, units_made, act):
    account = make_person(kind="teacher", department_code="UGP")
    rights = ("auth.account.reset", "auth.account.expire", "auth.account.block")
    stranger = client(permissions={code: [("department", "OTHER")] for code in rights})
    term = {**API_ORDER, "expires_on": None, "version": 1}
    body = {"code": {}, "term": term, "unblock": API_ORDER, "block": REASON | API_ORDER}[act]
    assert stranger.post(f"/auth/api/v1/people/{account.person_id}/{act}", json=body).status_code == 404


def fields(answer) -> dict[str, str]:
    """Read the hidden fields of the form in the main part of a page."""
    main = said(answer).split("<main", 1)[1]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))
