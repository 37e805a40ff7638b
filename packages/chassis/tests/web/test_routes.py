"""Routes, permissions and problems over HTTP."""


def test_page_of_a_permitted_person_is_served_in_kazakh(client):
    reader = client({"sample.note.read": [("institution", None)]})
    answer = reader.get("/sample/notes")
    assert answer.status_code == 200
    assert "<h1>Жазбалар</h1>" in answer.text
    assert "0 жазба" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_api_write_with_permission(client):
    writer = client({"sample.note.write": [("institution", None)]})
    answer = writer.post("/sample/api/v1/notes", json={"text": "бір"})
    assert answer.status_code == 201
    assert answer.json == {"id": 1, "text": "бір"}
