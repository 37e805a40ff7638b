"""Pages and API of proofs: the ceremony, signing, streams, the export, receipts, and who may none of it."""

import io
import json
import re
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from services.ejournal.tests.academy import LEARNER, WRITER

from chassis import clock
from chassis.audit import ROW
from chassis.db import unit_of_work
from ejournal.integrity.rules_verify import export_faults

OFFICER = {
    "ejournal.stream.read": [("institution", None)],
    "ejournal.key.manage": [("institution", None)],
}
CEREMONY = {"witnesses": "Омаров Б., начальник отдела; Ким Д., аудитор", "basis": "№ 12, 01.09.2026"}
API = "/journal/api/v1"


@pytest.fixture
def teacher(academy, client):
    academy.tell_all()
    teacher = client(WRITER, person_id=academy.teacher)
    academy.fill(teacher, {(0, 0): "90", (1, 0): "85"})
    assert (
        teacher.post(f"{API}/journals/{academy.journal}/columns/{academy.columns[0]}/publish").status_code
        == 200
    )
    return teacher


@pytest.fixture
def officer(client):
    return client(OFFICER)


@pytest.fixture
def signed(teacher, officer):
    """A key is made, and a root holds the publication."""
    assert officer.post(f"{API}/root-keys", json=CEREMONY).status_code == 201
    return officer


def receipt_path(academy, column: int = 0) -> str:
    return f"{API}/my/{academy.journal}/receipts/{academy.columns[column]}"


@pytest.fixture
def learner(academy, client, teacher):
    return client(LEARNER, person_id=academy.learners[0])


def test_a_ceremony_makes_a_key_prints_its_protocol_and_signs_at_once(academy, teacher, officer) -> None:
    assert 'class="notice warn' in officer.get("/journal/integrity").text
    answer = officer.submit("/journal/integrity/keys", CEREMONY)
    assert answer.status_code == 303
    protocol = officer.get(answer.headers["Location"]).text
    key = officer.get(f"{API}/root-keys").json["items"][0]
    shown = " ".join(key["key_id"][at : at + 4] for at in range(0, 16, 4))
    assert shown in protocol
    assert key["public_key"] in protocol
    assert CEREMONY["witnesses"] in protocol
    assert [root["number"] for root in officer.get(f"{API}/roots").json["roots"]] == [1]
    assert shown in officer.get("/journal/integrity").text


@pytest.mark.parametrize("missing", ["witnesses", "basis"])
def test_a_ceremony_without_witnesses_or_basis_is_refused(officer, missing: str) -> None:
    assert officer.submit("/journal/integrity/keys", CEREMONY | {missing: " "}).status_code == 422
    assert officer.post(f"{API}/root-keys", json={**CEREMONY, missing: ""}).status_code == 422
    assert officer.get(f"{API}/root-keys").json["items"] == []


def test_a_ceremony_needs_a_fresh_sign_in(client) -> None:
    stale = client(OFFICER, auth_time=clock.now() - timedelta(hours=1))
    assert stale.post(f"{API}/root-keys", json=CEREMONY).json["code"] == "chassis.step-up-needed"
    assert stale.get("/journal/integrity/keys").status_code == 303
    assert stale.post(f"{API}/roots", json={}).status_code == 403


def test_a_key_is_revoked_once_and_then_nothing_is_signed(signed) -> None:
    key = signed.get(f"{API}/root-keys").json["items"][0]["key_id"]
    page = f"/journal/integrity/keys/{key}"
    assert signed.submit(page, {"basis": ""}, action=f"{page}/revoke").status_code == 422
    assert signed.submit(page, {"basis": "№ 13, 02.09.2026"}, action=f"{page}/revoke").status_code == 303
    refused = signed.post(f"{API}/root-keys/{key}/revoke", json={"basis": "№ 13"})
    assert (refused.status_code, refused.json["code"]) == (409, "ejournal.key-already-ended")
    assert signed.post(f"{API}/roots").json["code"] == "ejournal.no-signing-key"
    assert signed.post(f"{API}/root-keys/{'0' * 16}/revoke", json={"basis": "№ 13"}).status_code == 404
    assert signed.get("/journal/integrity/keys/unknown").status_code == 404


def test_a_root_is_signed_when_asked(academy, signed) -> None:
    assert signed.post(f"{API}/roots").json == {"number": 2, "broken": []}
    assert signed.submit("/journal/integrity", {}, action="/journal/integrity/roots").status_code == 303
    assert [root["number"] for root in signed.get(f"{API}/roots").json["roots"]] == [3, 2, 1]


def test_the_stream_is_shown_without_marks(academy, signed) -> None:
    page = signed.get(f"/journal/integrity/journals/{academy.journal}").text
    assert page.count("<tr>") == 4
    assert "Сапарова" in page
    assert not re.search(r"\b90\b", page.split("<tbody>")[1].split("</tbody>")[0].split("<code")[0])
    assert signed.get(f"/journal/integrity/journals/{uuid4()}").status_code == 404


def test_the_export_passes_the_verifier_of_the_page_and_is_audited(academy, signed, tmp_path) -> None:
    path = f"/journal/integrity/journals/{academy.journal}/export.json"
    document = signed.get(path).json
    assert export_faults(document) == []
    assert export_faults(signed.get(f"{API}/journals/{academy.journal}/export").json) == []
    (tmp_path / "export.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "verify_journal.py").write_bytes(signed.get("/journal/integrity/verify_journal.py").data)
    done = subprocess.run(
        [sys.executable, "-I", "verify_journal.py", "export.json"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    with unit_of_work(academy.engine) as session:
        acts = session.execute(ROW.select().where(ROW.c.act == "ejournal.journal.exported")).all()
    assert [row.subject for row in acts] == [f"journal:{academy.journal}"] * 2
    assert signed.get(f"{API}/journals/{uuid4()}/export").status_code == 404


def test_a_receipt_waits_for_a_root_and_then_holds(academy, learner, officer) -> None:
    early = learner.get(receipt_path(academy)).json
    assert (early["root"], early["proof"]) == (None, None)
    assert officer.post(f"{API}/root-keys", json=CEREMONY).status_code == 201
    receipt = learner.get(receipt_path(academy)).json
    assert receipt["cell"]["text"] == f"{academy.key(0, 0)}:1:90"
    assert receipt["root"]["number"] == 1
    for shown, under in ((early, False), (receipt, True)):
        checked = learner.post(f"{API}/receipts/check", json={"receipt": shown})
        assert checked.json == {"valid": True, "under_root": under, "faults": []}


def test_a_receipt_tells_nothing_of_others(academy, learner, signed) -> None:
    text = json.dumps(learner.get(receipt_path(academy)).json)
    assert str(academy.learners[0]) in text
    assert str(academy.learners[1]) not in text
    assert ":85" not in text


def test_a_correction_gives_a_new_receipt_and_the_old_one_stays_true(
    academy, teacher, learner, signed
) -> None:
    before = learner.get(receipt_path(academy)).json
    body = [{"k": academy.key(0, 0), "v": "95", "b": 1}]
    assert teacher.patch(academy.cells_path, json=body).status_code == 200
    signed.post(f"{API}/roots")
    after = learner.get(receipt_path(academy)).json
    assert after["cell"]["text"].endswith(":2:95")
    for receipt in (before, after):
        assert learner.post(f"{API}/receipts/check", json={"receipt": receipt}).json["valid"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("cell", "text"), "x"),
        (("cell", "salt"), "00" * 16),
        (("cell", "position"), 99),
        (("entry", "previous"), "00" * 32),
        (("root", "root"), "00" * 32),
        (("root", "signature"), "00" * 64),
        (("proof", "position"), 5),
        (("proof", "path"), ["00" * 32]),
    ],
)
def test_a_changed_receipt_does_not_hold(academy, learner, signed, place, value) -> None:
    receipt = learner.get(receipt_path(academy)).json
    receipt[place[0]][place[1]] = value
    checked = learner.post(f"{API}/receipts/check", json={"receipt": receipt})
    assert (checked.status_code, checked.json["valid"]) == (200, False)
    assert checked.json["faults"]


@pytest.mark.parametrize("receipt", [{}, {"form": "x"}, {"form": "shanyraq-journal-receipt-1"}])
def test_what_is_no_receipt_is_refused(learner, receipt) -> None:
    assert learner.post(f"{API}/receipts/check", json={"receipt": receipt}).status_code == 422


def test_a_learner_sees_downloads_and_checks_the_receipt_on_pages(academy, learner, signed) -> None:
    journal = learner.get(f"/journal/my/{academy.journal}").text
    page = f"/journal/my/{academy.journal}/receipts/{academy.columns[0]}"
    assert page in journal
    assert f"{page}/receipt.json" in learner.get(page).text
    file = learner.get(f"{page}/receipt.json").data

    def send(data: bytes):
        return learner.submit("/journal/receipts", {"file": (io.BytesIO(data), "receipt.json")})

    assert 'class="notice ok' in send(file).text
    assert 'class="notice err' in send(file.replace(b":1:90", b":1:99")).text
    for wrong in (b"{", b"[]", b"x" * 300_000):
        assert send(wrong).status_code == 422


def test_there_is_no_receipt_of_what_is_not_published_or_of_another(academy, learner, signed, client) -> None:
    assert learner.get(receipt_path(academy, 1)).json["code"] == "ejournal.no-receipt"
    stranger = client(LEARNER, person_id=uuid4())
    assert stranger.get(receipt_path(academy)).status_code == 404
    assert learner.get(f"/journal/my/{academy.journal}/receipts/{academy.columns[1]}").status_code == 404


def test_a_teacher_holds_no_ceremony_and_takes_no_export(academy, teacher) -> None:
    for path in (
        "/journal/integrity",
        "/journal/integrity/keys",
        f"/journal/integrity/journals/{academy.journal}/export.json",
    ):
        assert teacher.get(path).status_code == 403
    assert teacher.post(f"{API}/root-keys", json=CEREMONY).status_code == 403
