"""Papers, and the public page where they are checked: valid or superseded, number, date, match; nothing about persons."""

import hashlib
import io

import pypdfium2
import pytest
from services.ejournal.tests.academy import LEARNERS
from services.ejournal.tests.statements.conftest import API

CHECK = "/journal/check"


def paper(office, id: str, language: str) -> bytes:
    answer = office.registrar.get(f"/journal/statements/{id}/pdf/{language}")
    assert answer.status_code == 200
    return answer.get_data()


def words(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    found = " ".join(page.get_textpage().get_text_range() for page in pages)
    pages.close()
    return found


def ask(anonymous, sealed, held: bytes | None = None, **more: str):
    query = {"number": sealed["number"], "code": sealed["code"], **more}
    if held is not None:
        query["digest"] = hashlib.sha256(held).hexdigest()
    return anonymous.get("/journal/api/v1/check", query_string=query)


@pytest.mark.parametrize(
    ("language", "title", "word"), [("kk", "Емтихан ведомосы", "қанағаттанарлықсыз"), ("ru", "Экзаменационная ведомость", "неудовлетворительно")]
)  # fmt: skip
def test_clause_11_the_paper_of_a_statement(office, language: str, title: str, word: str) -> None:
    sealed = office.sealed_examination("91", "43")
    text = words(paper(office, sealed["id"], language))
    for part in (
        title,
        sealed["number"],
        word,
        "Әлиев Арман",
        "87",
        "B+",
        "FX",
        sealed["digest"],
        "Сапарова Г. Қ.",
    ):
        assert part in text, part


def test_the_paper_of_a_sealed_statement_is_printed_once(office) -> None:
    sealed = office.sealed_rating()
    first, second = (paper(office, sealed["id"], "kk") for _again in range(2))
    assert first == second
    draft = office.issue("practice").get_json()
    assert "жоба" in words(paper(office, draft["id"], "kk"))
    assert office.registrar.get(f"/journal/statements/{draft['id']}/pdf/de").status_code == 404


def test_one_changed_bit_of_a_paper_is_told(office, anonymous) -> None:
    sealed = office.sealed_rating()
    held = paper(office, sealed["id"], "ru")
    changed = bytes([*held[:-100], held[-100] ^ 1, *held[-99:]])
    assert ask(anonymous, sealed).get_json()["matches"] is None
    assert ask(anonymous, sealed, held).get_json()["matches"] is True
    assert ask(anonymous, sealed, changed).get_json()["matches"] is False
    assert ask(anonymous, sealed, digest=sealed["digest"]).get_json()["matches"] is True


def test_the_check_says_nothing_but_what_it_may(office, anonymous) -> None:
    sealed = office.sealed_examination("91", "43")
    told = ask(anonymous, sealed).get_json()
    assert set(told) == {"known", "valid", "number", "date", "matches"}
    page = anonymous.get(CHECK, query_string={"number": sealed["number"], "code": sealed["code"]}).get_data(
        as_text=True
    )
    assert "Ведомость жарамды" in page
    assert not any(family in page for family, _given in LEARNERS)
    assert "Қылмыстық" not in page


def test_unknown_wrong_and_not_sealed_get_one_answer(office, anonymous) -> None:
    sealed = office.sealed_rating()
    open_one = office.issue("practice").get_json()
    answers = [
        anonymous.get("/journal/api/v1/check", query_string={"number": number, "code": code})
        for number, code in (
            (sealed["number"], "AAAAAAAAAA"),
            ("E-2026-99999", sealed["code"]),
            ("nonsense", "nonsense"),
            (open_one["number"], open_one["code"]),
        )
    ]
    assert [(answer.status_code, answer.get_json()) for answer in answers] == [(200, {"known": False})] * 4


def test_the_page_compares_an_uploaded_paper(office, anonymous) -> None:
    sealed = office.sealed_rating()
    held = paper(office, sealed["id"], "kk")
    for content, said in ((held, "сәйкес келеді"), (held[:-1] + b"?", "СӘЙКЕС ЕМЕС")):
        data = {
            "number": sealed["number"].lower(),
            "code": sealed["code"],
            "file": (io.BytesIO(content), "v.pdf"),
        }
        answer = anonymous.submit(CHECK, data, action=CHECK)
        assert answer.status_code == 200
        assert said in answer.get_data(as_text=True)
    assert anonymous.submit(CHECK, {"number": "", "code": ""}, action=CHECK).status_code == 422
    wrong = anonymous.submit(CHECK, {"number": "x", "code": "y", "digest": "zz"}, action=CHECK)
    assert wrong.status_code == 422


def test_a_superseded_statement_is_named_so(office, anonymous) -> None:
    sealed = office.sealed_examination("91", "43")
    basis = {"reason": "clerical", "order_number": "7", "order_date": "2026-11-20"}
    new = office.registrar.post(f"{API}/{sealed['id']}/rectification", json=basis).get_json()
    office.mark(new["id"], "92", base=1)
    office.seal(new["id"])
    assert ask(anonymous, sealed).get_json()["valid"] is False
    assert ask(anonymous, new).get_json()["valid"] is True
    page = anonymous.get(CHECK, query_string={"number": sealed["number"], "code": sealed["code"]}).get_data(
        as_text=True
    )
    assert "күшін жойған" in page
