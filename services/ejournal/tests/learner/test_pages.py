"""What a learner is shown."""

import pytest
from services.ejournal.tests.academy import LEARNER, WRITER


@pytest.fixture
def teacher(academy, client):
    academy.tell_all()
    return client(WRITER, academy.teacher)


@pytest.fixture
def learner(academy, teacher, client):
    return client(LEARNER, academy.learners[0])


def publish_all(academy, teacher, values) -> None:
    academy.fill(teacher, {(0, n): value for n, value in enumerate(values)})
    for column in academy.columns:
        path = f"/journal/api/v1/journals/{academy.journal}/columns/{column}/publish"
        assert teacher.post(path, json={}).status_code == 200


def test_clause_11_every_step_is_told_with_its_numbers(academy, teacher, learner) -> None:
    publish_all(academy, teacher, ("80", "75", "88", "85", "95", "84"))
    page = learner.get(f"/journal/my/{academy.journal}").get_data(as_text=True)
    for words in (
        "(80 + 75) : 2", "77,5", "0,5 × 77,5 + 0,5 × 88", "82,75", "0,5 × 82,75 + 0,5 × 87", "84,875 ≈", "Сіз емтиханға",
        "Емтиханнан қанша балл керек?", "A- · өте жақсы",
    ):  # fmt: skip
        assert words in page
    assert ">97<" in page


def test_what_an_examination_mark_would_bring(academy, teacher, learner) -> None:
    publish_all(academy, teacher, ("80", "75", "88", "85", "95", "84"))
    path = f"/journal/my/{academy.journal}"
    assert "Қорытынды баға 87, әріптік баға B+, жақсы." in learner.get(f"{path}?exam=91").get_data(
        as_text=True
    )
    assert "Тапсырылмады: FX." in learner.get(f"{path}?exam=43").get_data(as_text=True)
    assert "Тапсырылмады: F." in learner.get(f"{path}?exam=0").get_data(as_text=True)
    for wrong in ("101", "-1", "abc", "٨٥", "9" * 50):
        page = learner.get(path, query_string={"exam": wrong}).get_data(as_text=True)
        assert "бүтін сан енгізіңіз" in page


def test_a_learner_below_the_threshold_is_told_why(academy, teacher, learner) -> None:
    publish_all(academy, teacher, ("40", "40", "40", "40", "40", "40"))
    page = learner.get(f"/journal/my/{academy.journal}").get_data(as_text=True)
    assert "рейтинг-рұқсат шекті балдан төмен" in page
    assert "Емтиханнан қанша балл керек?" not in page


def test_unpublished_marks_are_not_shown(academy, teacher, learner) -> None:
    academy.fill(teacher, {(0, 0): "97"})
    assert ">97<" not in learner.get("/journal/my").get_data(as_text=True)
    page = learner.get(f"/journal/my/{academy.journal}").get_data(as_text=True)
    assert ">97<" not in page
    assert "жарияланған баға әзірге жоқ" in page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_pages_speak_the_learners_language(academy, teacher, learner, language) -> None:
    publish_all(academy, teacher, ("80", "75", "н", "85", "95", "84"))
    learner.flask.set_cookie("prefs", f"lang={language}")
    title = {"kk": "Менің бағаларым", "ru": "Мои оценки", "en": "My marks"}[language]
    assert title in learner.get("/journal/my").get_data(as_text=True)
    assert learner.get(f"/journal/my/{academy.journal}").status_code == 200


def test_clause_8_nobody_else_may_look(academy, teacher, client, anonymous) -> None:
    assert client(LEARNER).get(f"/journal/my/{academy.journal}").status_code == 404
    assert client(WRITER, academy.teacher).get("/journal/my").status_code == 403
    assert anonymous.get("/journal/my").headers["Location"].startswith("/auth/login?next=")
