"""The OpenAPI document, its page and the check for drift."""

import json

from chassis import openapi


def test_document_says_who_may_pass(service):
    made = openapi.document(service)
    assert made["openapi"] == "3.1.0"
    paths = made["paths"]
    notes = paths["/sample/api/v1/notes"]
    assert notes["get"]["x-permission"] == "sample.note.read"
    assert notes["get"]["summary"] == "List the notes a person may read."
    assert notes["get"]["description"] == "In the order they were written."
    assert {p["name"] for p in notes["get"]["parameters"]} == {"page", "size"}
    assert {p["name"] for p in notes["post"]["parameters"]} == {"Idempotency-Key"}
    assert "201" in notes["post"]["responses"]
    body = notes["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert made["components"]["schemas"][body.rpartition("/")[2]]["required"] == ["text"]
    assert paths["/sample/api/v1/machine"]["get"]["x-permission"] == "program:notes.count"
    assert paths["/sample/api/v1/me"]["get"]["x-permission"] == "signed-in"


def test_every_operation_is_locked_or_public_and_has_words(service):
    for methods in openapi.document(service)["paths"].values():
        for operation in methods.values():
            assert ("x-permission" in operation) != ("x-public" in operation)
            assert operation["summary"]


def test_document_is_served_and_readable_as_a_page(anonymous):
    answer = anonymous.get("/sample/openapi.json")
    assert answer.json["info"] == {"title": "Notes", "version": "v1"}
    page = anonymous.get("/sample/docs")
    assert page.status_code == 200
    assert "/sample/api/v1/notes" in page.text
    assert "Idempotency-Key" in page.text


def test_drift_is_noticed(service, tmp_path):
    assert openapi.drifted(service, tmp_path)
    place = openapi.export(service, tmp_path)
    assert not openapi.drifted(service, tmp_path)
    changed = json.loads(place.read_text())
    changed["paths"].popitem()
    place.write_text(json.dumps(changed))
    assert openapi.drifted(service, tmp_path)
