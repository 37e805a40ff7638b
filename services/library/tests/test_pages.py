"""The library's pages and operations through the front door: clause_8 (who may), clause_17_7 (the desk), clause_25 (words)."""

import base64
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, update

from chassis import clock
from chassis.db import unit_of_work
from chassis.events import CURSOR
from chassis.i18n import format_datetime
from chassis.testing.web import asked_in_making
from library.acquisition.service import add_copies
from library.cataloguing.model import Record
from library.cataloguing.service import apply_batch, check_file
from library.readers.model import Reader
from library.readers.service import enrol

MARC = Path(__file__).parents[4] / "shared" / "data" / "marc"
EVERYWHERE = [("institution", None)]
CODES = ("record.import", "copy.add", "reader.read", "loan.issue", "loan.return")
LIBRARIAN = {f"library.{code}": EVERYWHERE for code in CODES}
BY = UUID("00000000-0000-4000-8000-00000000000b")
DINARA = {
    "family_name": "Өтегенова",
    "given_name": "Динара",
    "patronymic": None,
    "kind": "learner",
    "group_code": "ҚҚ-26-1",
    "number": "FLE2601",
    "status": "active",
}
Client = Callable[..., Any]


@pytest.fixture
def shelf(engine: Engine) -> dict[str, str]:
    """Put the real RUSMARC file on the shelf: one record has two copies, one reader has a card."""
    with unit_of_work(engine) as session:
        content = (MARC / "irbis-demo.iso").read_bytes()
        batch = check_file(session, filename="irbis-demo.iso", content=content, by=BY, now=clock.now())
        apply_batch(session, batch_id=batch.id, by=BY, now=clock.now())
        record = session.scalars(select(Record).where(Record.title == "Гунны")).one()
        copies = add_copies(session, record_id=record.id, count=2, place="Абонемент", by=BY, now=clock.now())
        reader_id = uuid4()
        enrol(session, people=[DINARA | {"person_id": str(reader_id)}])
        card = session.scalars(select(Reader.card)).one()
        return {
            "record": str(record.id),
            "barcode": copies[0].barcode,
            "reader": str(reader_id),
            "card": str(card),
        }


def test_everybody_finds_a_book(anonymous: Any, shelf: dict[str, str]) -> None:
    page = anonymous.get("/library/?q=гунны").get_data(as_text=True)
    assert "Гунны" in page
    assert f"/library/records/{shelf['record']}" in page
    assert anonymous.get(f"/library/records/{shelf['record']}").status_code == 200
    answer = anonymous.get("/library/api/v1/records?q=гунны").get_json()
    assert answer["total"] == 1
    assert answer["hits"][0]["free"] == 2


@pytest.mark.parametrize(
    "path", ["/library/lending", "/library/readers", "/library/cataloguing/imports", "/library/my"]
)
def test_clause_8_closed_pages_send_to_the_sign_in(anonymous: Any, path: str) -> None:
    answer = anonymous.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/auth/login?next=")


@pytest.mark.parametrize("path", ["/library/lending", "/library/readers", "/library/cataloguing/imports"])
def test_clause_8_a_reader_is_no_librarian(client: Client, path: str) -> None:
    assert client().get(path).status_code == 403


@pytest.mark.usefixtures("shelf")
def test_the_catalogue_given_again_has_asked_everything_again(client: Client) -> None:
    assert asked_in_making(client(), "/library/?q=право") == []


def test_the_file_is_checked_then_taken_over(client: Client) -> None:
    librarian = client(LIBRARIAN)
    upload = {"file": (io.BytesIO((MARC / "irbis-demo.iso").read_bytes()), "irbis-demo.iso")}
    answer = librarian.submit("/library/cataloguing/imports", upload, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert "81" in librarian.get(page).get_data(as_text=True)
    assert librarian.submit(page, {}, action=f"{page}/apply").status_code == 303
    assert librarian.get("/library/api/v1/records").get_json()["total"] == 81


def test_an_empty_file_is_refused_in_words(client: Client) -> None:
    upload = {"file": (io.BytesIO(b"\r\n"), "empty.iso")}
    answer = client(LIBRARIAN).submit(
        "/library/cataloguing/imports", upload, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "MARC" in answer.get_data(as_text=True)


def test_the_desk_issues_refuses_and_takes_back(client: Client, shelf: dict[str, str]) -> None:
    librarian = client(LIBRARIAN)
    desk = f"/library/lending?card={shelf['card']}"
    scan = {"barcode": shelf["barcode"]}
    assert librarian.submit(desk, scan, action="/library/lending/issue").status_code == 303
    assert shelf["barcode"] in librarian.get(desk).get_data(as_text=True)
    refused = librarian.submit(desk, scan, action="/library/lending/issue")
    assert refused.status_code == 409
    assert "Өтегенова Динара" in refused.get_data(as_text=True)
    own = client(person_id=UUID(shelf["reader"])).get("/library/my").get_data(as_text=True)
    assert "Гунны" in own
    assert librarian.submit(desk, scan, action="/library/lending/return").status_code == 303
    assert librarian.submit(desk, scan, action="/library/lending/return").status_code == 409


def test_a_scan_sent_twice_is_one_loan(client: Client, shelf: dict[str, str]) -> None:
    librarian, key = client(LIBRARIAN), {"Idempotency-Key": "scan-1"}
    body = {"card": shelf["card"], "barcode": shelf["barcode"]}
    first = librarian.post("/library/api/v1/loans", json=body, headers=key)
    second = librarian.post("/library/api/v1/loans", json=body, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    other = librarian.post("/library/api/v1/loans", json=body | {"card": "1"}, headers=key)
    assert other.status_code == 422


def test_unknown_card_and_barcode_are_named(client: Client, shelf: dict[str, str]) -> None:
    librarian = client(LIBRARIAN)
    assert librarian.get("/library/lending?card=999").status_code == 404
    body = {"card": shelf["card"], "barcode": "NOPE"}
    answer = librarian.post("/library/api/v1/loans", json=body)
    assert answer.status_code == 404
    assert answer.get_json()["code"] == "library.copy-not-found"


def test_clause_17_2_copies_are_added_from_the_page(client: Client, shelf: dict[str, str]) -> None:
    page = f"/library/records/{shelf['record']}"
    librarian = client(LIBRARIAN)
    action = f"{page}/copies"
    assert librarian.submit(page, {"count": "3", "place": "Оқу залы"}, action=action).status_code == 303
    assert librarian.get(page).get_data(as_text=True).count("Оқу залы") == 3
    librarian.submit(page, {"count": "0", "place": "Оқу залы"}, action=action)
    assert librarian.get(page).get_data(as_text=True).count("Оқу залы") == 3


@pytest.mark.parametrize("query", ["page=-1", "page=abc", "decade=19x0", "size=1000", "on_shelf=2"])
def test_bad_questions_are_refused(anonymous: Any, query: str) -> None:
    assert anonymous.get(f"/library/?{query}").status_code == 422
    assert anonymous.get(f"/library/api/v1/records?{query}").status_code == 422


def test_a_file_over_the_api(client: Client) -> None:
    content = base64.b64encode((MARC / "irbis-demo.iso").read_bytes()).decode()
    librarian = client(LIBRARIAN)
    batch = librarian.post(
        "/library/api/v1/imports", json={"filename": "i.iso", "content": content}
    ).get_json()
    assert batch["report"]["good"] == 81
    applied = librarian.post(f"/library/api/v1/imports/{batch['id']}/apply").get_json()
    assert (applied["state"], applied["report"]["new"]) == ("applied", 81)
    bad = librarian.post("/library/api/v1/imports", json={"filename": "i.iso", "content": "%%%"})
    assert bad.status_code == 422


@pytest.mark.parametrize(
    ("language", "word"), [("kk", "Электрондық каталог"), ("ru", "Электронный каталог"), ("en", "Catalogue")]
)
def test_clause_25_the_catalogue_speaks(anonymous: Any, language: str, word: str) -> None:
    anonymous.flask.set_cookie("prefs", f"lang={language}")
    assert word in anonymous.get("/library/").get_data(as_text=True)


def test_readers_are_shown_as_of_the_last_word_of_auth(
    client: Client, engine: Engine, deliver: Callable[..., Any]
) -> None:
    """clause_17_6: the card index works without accounts; the pages then say of when it is."""
    librarian = client(permissions=LIBRARIAN)
    paths = ("/library/readers", "/library/lending")
    nothing_yet = [librarian.get(path).get_data(as_text=True) for path in paths]
    assert all("деректері әлі келген жоқ" in page for page in nothing_yet)
    whole = {"person_id": str(uuid4()), "department_code": None, "language": "kk"}
    deliver("auth.person.recorded.v1", DINARA | whole)
    assert not any("as-of" in librarian.get(path).get_data(as_text=True) for path in paths)
    hour_ago = clock.now() - timedelta(hours=1)
    with unit_of_work(engine) as session:
        session.execute(update(CURSOR).where(CURSOR.c.feed == "auth/people").values(checked_at=hour_ago))
    said = f"{format_datetime(hour_ago)} жағдай бойынша"
    assert all(said in librarian.get(path).get_data(as_text=True) for path in paths)
