"""Nobody learns from the door who exists: the same words, the same status, the same hashing work; and guessing is slowed (clause 10)."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type
from sqlalchemy import select

from auth.accounts import blocking, codes, deletion, expiry, passwords, service
from auth.accounts.model import Account, Failure
from chassis import clock
from chassis.db import new_id, unit_of_work

WRONG = "wrong wrong wrong"
NEW = "quiet river under birches"
ORDER = {"order_number": "12-к", "order_date": clock.today()}


def text(answer) -> str:
    return answer.get_data(as_text=True)


class Counting:
    """The real hasher, with a note of every piece of work it does."""

    def __init__(self, hasher):
        self.hasher, self.calls = hasher, []

    def hash(self, password):
        self.calls.append("hash")
        return self.hasher.hash(password)

    def verify(self, stored, password):
        self.calls.append("verify")
        return self.hasher.verify(stored, password)

    def check_needs_rehash(self, stored):
        return self.hasher.check_needs_rehash(stored)


@pytest.fixture
def work(monkeypatch):
    counting = Counting(passwords._hasher)
    monkeypatch.setattr(passwords, "_hasher", counting)
    return counting.calls


@pytest.fixture
def change(engine):
    """Give a way to do something with an account in a unit of work."""

    @contextmanager
    def do(account):
        with unit_of_work(engine) as session:
            yield session, service.get_or_raise(session, account.person_id)

    return do


@pytest.fixture
def standings(make_person, change):
    """Make one account of each standing, all with the same password."""
    made = {name: make_person() for name in ("open", "blocked", "expired", "deleted")}
    made["without-password"] = make_person(password=None)
    actor = new_id()
    with change(made["blocked"]) as (session, account):
        blocking.block(session, account=account, reason="тергеу", actor=actor, **ORDER)
    with change(made["expired"]) as (session, account):
        day = clock.today() - timedelta(days=1)
        expiry.set_last_day(session, accounts=[account], expires_on=day, actor=actor, **ORDER)
    with change(made["deleted"]) as (session, account):
        deletion.delete_account(
            session, account=account, login=account.login, reason="қайтыс болды", actor=actor, **ORDER
        )
    return {name: account.login for name, account in made.items()} | {"unknown": "nobody.n"}


def test_clause_10_every_login_gets_the_same_answer_for_the_same_work(browser, standings, work):
    answers, calls = {}, {}
    for name, login in standings.items():
        work.clear()
        answer = browser.sign_in(login, WRONG)
        answers[name] = (answer.status_code, text(answer).replace(login, "x"), sorted(answer.headers.keys()))
        calls[name] = list(work)
    assert len(set(map(str, answers.values()))) == 1
    assert calls == {name: ["verify"] for name in standings}


def test_clause_10_every_login_gets_the_same_answer_to_a_code_for_the_same_work(
    browser, standings, work, change, engine
):
    with unit_of_work(engine) as session:
        account = service.find(session, standings["open"])
        codes.issue(session, account=account, actor="test")
    answers, calls = {}, {}
    for name, login in standings.items():
        work.clear()
        form = {"login": login, "code": "aaaa-bbbb", "new": NEW, "again": NEW}
        answer = browser.post("/auth/one-time-code", data=form)
        answers[name] = (answer.status_code, text(answer).replace(login, "x"))
        calls[name] = list(work)
    assert len(set(answers.values())) == 1
    assert calls == {name: ["verify"] for name in standings}


def test_who_knows_the_password_is_told_why_not(browser, standings, password):
    browser.flask.set_cookie("prefs", "lang=ru")
    said = {name: text(browser.sign_in(login, password)) for name, login in standings.items()}
    assert "заблокирована" in said["blocked"]
    assert "действовала до" in said["expired"]
    for name in ("deleted", "without-password", "unknown"):
        assert "Неверный логин или пароль" in said[name]
    assert browser.cookie("sid") is None or said["open"] == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [("x" * 129, "128"), ("x" * 1_000_000, "128"), ("a\0b", "не видно"), ("\u202eкупиясоз", "не видно"), ("a\u200fb", "не видно")],
)  # fmt: skip
def test_impossible_passwords_are_refused_in_words_before_any_work(
    browser, make_person, work, engine, typed, words
):
    login = make_person().login
    work.clear()
    browser.flask.set_cookie("prefs", "lang=ru")
    for name in (login, "nobody.n"):
        answer = browser.sign_in(name, typed)
        assert answer.status_code == 200
        assert words in text(answer)
    form = {"login": login, "code": "aaaa-bbbb", "new": typed, "again": "x"}
    answer = browser.post("/auth/one-time-code", data=form)
    assert answer.status_code == 422
    assert words in text(answer)
    assert work == []
    with unit_of_work(engine) as session:
        assert session.scalars(select(Failure)).all() == []


def test_a_body_larger_than_any_form_is_refused(browser, make_person, work):
    login = make_person().login
    work.clear()
    answer = browser.sign_in(login, "x" * 3_000_000)
    assert answer.status_code == 413
    assert work == []


@pytest.mark.parametrize("typed", ["{0}", "{1}", " {0} ", "\u202e{0}", "{2}"])
def test_clause_10_a_login_is_found_as_it_looks(browser, make_person, typed):
    login = make_person().login
    cyrillic = login.translate(str.maketrans("aeo", "аео"))
    answer = browser.sign_in(typed.format(login, cyrillic, login.upper()))
    assert (answer.status_code, answer.location) == (303, "/portal/")


def test_clause_10_thirty_people_behind_one_address_mistype_twice_and_all_sign_in(
    app, browser, make_person, change, engine
):
    logins = [
        make_person(family_name=f"Аманов{'абвгдежзик'[n % 10]}{'лмн'[n // 10]}").login for n in range(30)
    ]
    assert len(set(logins)) == 30
    for login in logins:
        for _mistyped in range(2):
            assert browser.sign_in(login, WRONG).status_code == 200
    assert [browser.sign_in(login).status_code for login in logins] == [303] * 30
    with unit_of_work(engine) as session:
        left = {row.kind: row.failures for row in session.scalars(select(Failure))}
    assert left == {"address": 0}


def test_clause_10_spraying_one_password_over_many_logins_is_slowed(browser, make_person, engine, password):
    account = make_person()
    with clock.frozen(clock.now()) as at:
        for number in range(100):
            browser.sign_in(f"person.{number}", "x" * 200 if number % 50 else WRONG)
        for number in range(98):
            browser.sign_in(f"somebody.{number}", WRONG)
        assert "минут" in text(browser.sign_in(account.login, password))
        at.advance(seconds=31)
        assert browser.sign_in(account.login, password).status_code == 303


def test_older_hashes_are_renewed_at_the_sign_in_and_only_then(browser, make_person, engine, password):
    account = make_person()
    older = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(password)
    with unit_of_work(engine) as session:
        service.get_or_raise(session, account.person_id).password_hash = older
    browser.sign_in(account.login, WRONG)
    assert stored(engine, account) == older
    assert browser.sign_in(account.login).status_code == 303
    renewed = stored(engine, account)
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert browser.sign_in(account.login).status_code == 303
    assert stored(engine, account) == renewed


def test_the_hasher_is_argon2id_with_19_mib_and_two_passes():
    hasher = passwords._hasher
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (19 * 1024, 2, 1)
    assert hasher.type is Type.ID


def test_letters_composed_and_in_parts_are_one_password():
    assert passwords.is_right(passwords.hash_password("жай ёлка"), "жай е\u0308лка")


def test_a_sign_in_is_no_change_an_administrator_competes_with(browser, make_person, engine):
    account = make_person()
    before = version(engine, account)
    assert browser.sign_in(account.login).status_code == 303
    with unit_of_work(engine) as session:
        assert service.get_or_raise(session, account.person_id).last_sign_in_at is not None
    assert version(engine, account) == before


def stored(engine, account) -> str:
    with unit_of_work(engine) as session:
        return session.scalar(select(Account.password_hash).where(Account.person_id == account.person_id))


def version(engine, account) -> int:
    with unit_of_work(engine) as session:
        return session.scalar(select(Account.version).where(Account.person_id == account.person_id))
