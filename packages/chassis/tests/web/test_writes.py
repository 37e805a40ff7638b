"""Forms, CSRF, flashes and the same request twice."""

import io
import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from chassis import clock
from chassis.db import unit_of_work
from chassis.idempotency import KEYS, forget_old
from chassis.testing.forms import find_form

API = "/sample/api/v1/notes"


@pytest.fixture
def writer(client):
    return client({"sample.note.write": [("institution", None)], "sample.note.read": [("institution", None)]})


def total(writer):
    return writer.get(API).json["total"]


class TestForms:
    def test_form_is_saved_says_so_and_shows_the_list(self, writer):
        answer = writer.submit("/sample/notes/new", {"text": "  қысқа   жазба "})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sample/notes")
        page = writer.get("/sample/notes")
        assert "<li>қысқа жазба</li>" in page.text
        assert "Saved" in page.text or "Сақталды" in page.text
        assert "Expires=Thu, 01 Jan 1970" in page.headers["Set-Cookie"]

    def test_faults_stand_at_their_fields_and_nothing_is_lost(self, writer):
        answer = writer.submit("/sample/notes/new", {"text": "x" * 30, "group_code": "101"})
        assert answer.status_code == 422
        assert "Ұзындығы 1–20 таңба болуы керек." in answer.text
        assert 'value="101"' in answer.text
        assert total(writer) == 0

    @pytest.mark.parametrize("token", [None, "", "x", "0" * 80, "é" * 80])
    def test_without_its_token_a_form_is_refused(self, writer, token):
        data = {"text": "a", "_key": "k"} | ({} if token is None else {"_csrf": token})
        assert writer.post("/sample/notes", data=data).status_code == 422
        assert total(writer) == 0

    def test_token_of_another_session_is_refused(self, writer, client):
        page = client({"sample.note.write": [("institution", None)]}).get("/sample/notes/new")
        stolen = find_form(page.text, {"text"}, None).values
        assert writer.post("/sample/notes", data={**stolen, "text": "a"}).status_code == 422

    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
    )
    def test_form_of_another_site_is_refused(self, writer, headers):
        assert writer.submit("/sample/notes/new", {"text": "a"}, headers=headers).status_code == 403

    def test_form_without_a_key_is_refused(self, writer):
        page = writer.get("/sample/notes/new")
        token = find_form(page.text, {"text"}, None).values["_csrf"]
        assert writer.post("/sample/notes", data={"text": "a", "_csrf": token}).status_code == 422

    def test_form_sent_twice_is_saved_once_and_says_so_both_times(self, writer):
        page = writer.get("/sample/notes/new")
        data = {**find_form(page.text, {"text"}, None).values, "text": "a"}
        first, second = (writer.post("/sample/notes", data=data) for _ in range(2))
        assert first.status_code == second.status_code == 303
        assert first.headers["Set-Cookie"] == second.headers["Set-Cookie"]
        assert total(writer) == 1

    def send(self, writer, data):
        page = writer.get("/sample/notes/new")
        guard = find_form(page.text, {"text"}, None).values
        fields = {"_csrf": guard["_csrf"], "_key": guard["_key"], "file": (io.BytesIO(data), "a.bin")}
        return writer.post("/sample/files", data=fields, content_type="multipart/form-data")

    def test_file_within_its_limit(self, writer):
        assert self.send(writer, b"x" * 1000).text == "1000"

    @pytest.mark.parametrize(("size", "status"), [(0, 422), (1001, 422)])
    def test_file_that_is_empty_or_too_large(self, writer, size, status):
        assert self.send(writer, b"x" * size).status_code == status

    def test_body_of_30_megabytes_is_refused_before_it_is_read(self, writer):
        form = "multipart/form-data; boundary=b"
        answer = writer.post("/sample/files", data=b"x" * (30 << 20), content_type=form)
        assert answer.status_code == 413
        assert "Жіберілген деректер тым үлкен" in answer.text


class TestSameRequestTwice:
    def test_same_key_and_body_give_the_stored_answer(self, writer):
        sent = {"json": {"text": "a"}, "headers": {"Idempotency-Key": "k-1"}}
        first, second = writer.post(API, **sent), writer.post(API, **sent)
        assert (
            (first.status_code, first.json)
            == (second.status_code, second.json)
            == (201, {"id": 1, "text": "a"})
        )
        assert total(writer) == 1

    def test_same_key_with_another_body_is_refused(self, writer):
        headers = {"Idempotency-Key": "k-1"}
        writer.post(API, json={"text": "a"}, headers=headers)
        answer = writer.post(API, json={"text": "b"}, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (422, "chassis.idempotency-key-reused")
        assert total(writer) == 1

    def test_keys_of_two_persons_have_nothing_to_do_with_each_other(self, writer, client):
        other = client({"sample.note.write": [("institution", None)]})
        for who, words in ((writer, "a"), (other, "b")):
            assert who.post(API, json={"text": words}, headers={"Idempotency-Key": "k"}).status_code == 201

    def test_refused_request_is_judged_anew(self, writer):
        headers = {"Idempotency-Key": "k-1"}
        assert writer.post(API, json={"text": ""}, headers=headers).status_code == 422
        assert writer.post(API, json={"text": "taken"}, headers=headers).status_code == 409
        assert writer.post(API, json={"text": "a"}, headers=headers).status_code == 201

    @pytest.mark.parametrize("key", ["", "x" * 65, "ключ", "a\tb"])
    def test_key_that_is_no_key(self, writer, key):
        answer = writer.post(API, json={"text": "a"}, headers={"Idempotency-Key": key})
        assert answer.status_code == 422
        assert "Idempotency-Key" in answer.json["detail"]

    def test_concurrent_request_with_the_same_key_waits_and_gets_the_same_answer(self, writer):
        answers = []

        def send():
            sent = {"json": {"text": "slow"}, "headers": {"Idempotency-Key": "k-slow"}}
            answers.append(writer.post(API, **sent))

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json == answers[1].json
        assert total(writer) == 1

    def test_answers_are_forgotten_after_a_day(self, writer, engine, settings):
        writer.post(API, json={"text": "a"})
        with clock.frozen(clock.now()) as held:
            for hours, left in ((23, 1), (2, 0)):
                held.advance(hours=hours)
                with unit_of_work(engine) as session:
                    forget_old(session, settings)
                    assert session.scalar(select(func.count()).select_from(KEYS)) == left

    def test_answer_with_a_cookie_of_a_sign_in_is_not_stored(self, writer, engine):
        assert (
            writer.post(API, json={"text": "cookie"}, headers={"Idempotency-Key": str(uuid4())}).status_code
            == 201
        )
        with unit_of_work(engine) as session:
            assert session.scalar(select(func.count()).select_from(KEYS)) == 0
