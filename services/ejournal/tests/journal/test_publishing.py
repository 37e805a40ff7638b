"""Publication: what learners see, what is told to others, and corrections."""

from services.ejournal.tests.academy import LEARNER, TITLE, WRITER, cell


def publish(academy, who, column: int):
    path = f"/journal/api/v1/journals/{academy.journal}/columns/{academy.columns[column]}/publish"
    return who.post(path, json={})


def published(feed_events):
    return [e for e in feed_events("ejournal/marks") if e.type == "ejournal.column.published.v1"]


def test_a_published_column_is_told_with_marks_and_results(academy, teacher, feed_events) -> None:
    academy.fill(teacher, {(0, 0): "92", (1, 0): "н"})
    answer = publish(academy, teacher, 0)
    assert answer.status_code == 200
    assert answer.get_json()["published"] is True
    (event,) = published(feed_events)
    assert (event.subject, event.subject_version) == (academy.columns[0], 1)
    assert event.data["kind"] == "lesson"
    assert event.data["date"] == "2026-09-07"
    assert event.data["discipline_title"] == TITLE
    assert event.data["published_by"] == str(academy.teacher)
    assert [mark["value"] for mark in event.data["marks"]] == ["92", "absent", None]
    assert [mark["person_id"] for mark in event.data["marks"]] == [str(person) for person in academy.learners]
    assert all(result["rd"] is None and result["admitted"] is None for result in event.data["results"])


def test_results_follow_from_published_columns_alone(academy, teacher, feed_events) -> None:
    academy.fill(teacher, {(0, n): value for n, value in enumerate(("80", "75", "88", "85", "95", "84"))})
    for column in range(6):
        assert publish(academy, teacher, column).status_code == 200
    told = [event.data["results"][0] for event in published(feed_events)]
    assert [result["p1"] for result in told] == [None, None, "82.75", "82.75", "82.75", "82.75"]
    assert [result["rd"] for result in told] == [None] * 5 + ["84.875"]
    assert told[-1]["admitted"] is True


def test_to_publish_twice_changes_nothing(academy, teacher, feed_events) -> None:
    academy.fill(teacher, {(0, 0): "92"})
    assert publish(academy, teacher, 0).status_code == 200
    assert publish(academy, teacher, 0).status_code == 200
    assert len(published(feed_events)) == 1


def test_a_correction_of_a_published_mark_is_published_at_once(academy, teacher, feed_events) -> None:
    academy.fill(teacher, {(0, 0): "92", (1, 0): "60"})
    publish(academy, teacher, 0)
    body = [
        cell(academy.key(0, 0), "93", 1),
        cell(academy.key(1, 0), "61", 1),
        cell(academy.key(0, 1), "50", 0),
    ]
    assert teacher.patch(academy.cells_path, json=body).status_code == 200
    first, second = published(feed_events)
    assert (first.subject, second.subject) == (academy.columns[0],) * 2
    assert second.subject_version == 2
    assert [mark["value"] for mark in second.data["marks"]] == ["93", "61", None]


def test_an_empty_column_is_not_published(academy, teacher, feed_events) -> None:
    answer = publish(academy, teacher, 1)
    assert answer.status_code == 409
    assert answer.get_json()["code"] == "ejournal.nothing-to-publish"
    assert published(feed_events) == []


def test_a_stranger_does_not_publish(academy, teacher, client, feed_events) -> None:
    academy.fill(teacher, {(0, 0): "92"})
    assert publish(academy, client(WRITER), 0).status_code == 403
    assert published(feed_events) == []


def test_clause_11_the_learner_sees_published_marks_and_how_they_count(academy, teacher, client) -> None:
    learner = client(LEARNER, academy.learners[0])
    path = f"/journal/api/v1/my/{academy.journal}"
    academy.fill(teacher, {(0, n): value for n, value in enumerate(("80", "75", "88", "85", "95", "84"))})
    assert learner.get(path).get_json()["marks"] == []
    for column in range(6):
        publish(academy, teacher, column)
    own = learner.get(path).get_json()
    assert [mark["value"] for mark in own["marks"]] == ["80", "75", "88", "85", "95", "84"]
    assert [(step["what"], step["half"], step["result"]) for step in own["steps"]] == [
        ("tk", 1, "155/2"), ("p", 1, "331/4"), ("tk", 2, "90"), ("p", 2, "87"), ("rd", 0, "679/8"), ("rounded", 0, "85"),
    ]  # fmt: skip
    assert own["admitted"] is True
    assert {"letter": "A-", "exam": 97} in own["chances"]
    listed = learner.get("/journal/api/v1/my").get_json()["items"]
    assert [item["id"] for item in listed] == [str(academy.journal)]


def test_clause_8_a_learner_sees_nobody_elses_marks(academy, teacher, client) -> None:
    stranger = client(LEARNER)
    assert stranger.get(f"/journal/api/v1/my/{academy.journal}").status_code == 404
    assert stranger.get("/journal/api/v1/my").get_json()["items"] == []
    learner = client(LEARNER, academy.learners[0])
    assert learner.get(f"/journal/api/v1/journals/{academy.journal}").status_code == 403
    assert learner.get(f"/journal/journals/{academy.journal}").status_code == 403
