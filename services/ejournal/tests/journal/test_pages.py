"""Pages of journals, as a browser without JavaScript uses them."""

import pytest
from services.ejournal.tests.academy import LEARNER, READER, WRITER, cell

from chassis.testing.web import asked_in_making


def column_path(academy, column: int) -> str:
    return f"/journal/journals/{academy.journal}/columns/{academy.columns[column]}"


def test_the_list_shows_own_journals_by_period(academy, teacher) -> None:
    page = teacher.get("/journal/").get_data(as_text=True)
    assert "Қылмыстық құқық" in page
    assert "1-семестр" in page
    assert f"/journal/journals/{academy.journal}" in page


def test_the_list_given_again_has_asked_everything_again(academy, teacher) -> None:
    assert asked_in_making(teacher, "/journal/") == []


def test_somebody_without_journals_is_told_so(academy, teacher, client) -> None:
    page = client(WRITER).get("/journal/").get_data(as_text=True)
    assert "Сізге ашық журнал әзірге жоқ" in page
    assert client().get("/journal/").status_code == 403
    assert client(LEARNER).get("/journal/").headers["Location"].endswith("/journal/my")


def test_clause_11_the_grid_shows_marks_and_what_follows(academy, teacher) -> None:
    academy.fill(teacher, {(0, n): value for n, value in enumerate(("80", "75", "88", "85", "95", "84"))})
    academy.fill(teacher, {(1, 0): "40", (2, 0): "н"})
    page = teacher.get(f"/journal/journals/{academy.journal}").get_data(as_text=True)
    row = page.split(f'data-p="{academy.learners[0]}"')[1].split("</tr>")[0]
    cells = [part.split(">", 1)[1].split("<")[0] for part in row.split("<td")[1:]]
    assert cells == ["80", "75", "88", "85", "95", "84", "83,8", "82,75", "87", "85", "иә"]
    assert 'class="low" data-v="1">40<' in page
    assert 'class="abs" data-v="1">ж<' in page


def test_the_kept_table_follows_every_change(academy, teacher, client) -> None:
    path = f"/journal/journals/{academy.journal}"
    assert ">73<" not in teacher.get(path).get_data(as_text=True)
    academy.fill(client(WRITER, academy.colleague), {(1, 1): "73"})
    assert ">73<" in teacher.get(path).get_data(as_text=True)
    teacher.flask.set_cookie("prefs", "lang=ru")
    page = teacher.get(path).get_data(as_text=True)
    assert "РК 1" in page
    assert "Рейтинг допуска" in page


def test_a_reader_gets_a_grid_without_pens(academy, teacher, client) -> None:
    page = client(READER).get(f"/journal/journals/{academy.journal}").get_data(as_text=True)
    assert "data-writable" not in page
    assert "grade-grid.js" not in page
    assert client(READER).get(column_path(academy, 0)).status_code == 403


def test_clause_12_a_column_is_filled_by_a_plain_form(academy, teacher) -> None:
    path = column_path(academy, 0)
    values = {f"v:{academy.learners[0]}": "91", f"v:{academy.learners[1]}": " Н "}
    answer = teacher.submit(path, values, action=path)
    assert answer.status_code == 303
    page = teacher.get(path).get_data(as_text=True)
    assert 'value="91"' in page
    assert 'value="ж"' in page
    again = teacher.submit(path, {}, action=path)
    assert again.status_code == 303


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(academy, teacher) -> None:
    path = column_path(academy, 0)
    values = {f"v:{academy.learners[0]}": "101", f"v:{academy.learners[1]}": "70"}
    answer = teacher.submit(path, values, action=path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'value="101"' in page
    assert "«101» шектен тыс" in page
    assert 'aria-invalid="true"' in page
    alone = teacher.submit(path, {f"v:{academy.learners[2]}": "abc"}, action=path)
    assert alone.status_code == 422
    assert "«abc» — баға емес" in alone.get_data(as_text=True)


def test_the_form_names_the_colleague_who_was_faster(academy, teacher, client) -> None:
    path = column_path(academy, 0)
    colleague = client(WRITER, academy.colleague)
    stale = teacher.get(path).get_data(as_text=True)
    colleague.patch(academy.cells_path, json=[cell(academy.key(0, 0), "85", 0)])
    from chassis.testing.forms import find_form

    form = find_form(stale, [], path)
    answer = teacher.post(path, data={**form.values, f"v:{academy.learners[0]}": "90"})
    page = answer.get_data(as_text=True)
    assert "Омаров Б. мұнда «85» деп қойған, сіз «90» деп енгіздіңіз." in page
    assert f'name="b:{academy.learners[0]}" value="1"' in page
    untouched = teacher.post(path, data={**form.values, f"v:{academy.learners[1]}": "70"})
    assert untouched.status_code in {303, 422}


def test_a_column_is_published_from_its_form(academy, teacher, feed_events) -> None:
    path = column_path(academy, 0)
    academy.fill(teacher, {(0, 0): "91"})
    answer = teacher.submit(path, {}, action=f"{path}/publish")
    assert answer.status_code == 303
    assert [event.type for event in feed_events("ejournal/marks")][-1] == "ejournal.column.published.v1"
    page = teacher.get(path).get_data(as_text=True)
    assert "жарияланған" in page
    assert '/publish"' not in page


def test_an_empty_column_cannot_be_published_from_its_form(academy, teacher) -> None:
    path = column_path(academy, 1)
    answer = teacher.submit(path, {}, action=f"{path}/publish")
    assert answer.status_code == 409
    assert "Әзірге жариялайтын баға жоқ" in answer.get_data(as_text=True)


def test_the_list_of_a_chosen_column(academy, teacher, client) -> None:
    columns = f"/journal/journals/{academy.journal}/columns"
    assert "/columns/" in teacher.get(columns).headers["Location"]
    chosen = teacher.get(f"{columns}?column={academy.columns[2]}")
    assert chosen.headers["Location"].endswith(column_path(academy, 2))
    assert teacher.get(f"{columns}?column=nonsense").status_code == 404
    assert client(WRITER).get(columns).status_code == 403


@pytest.mark.parametrize("acting", ["", "nonsense", "019aaf4e-0051-7c31-9b5d-4f1e0000dead"])
def test_a_page_of_another_person_saves_nothing(academy, teacher, acting: str) -> None:
    change = [cell(academy.key(0, 0), "85", 0)]
    answer = teacher.patch(academy.cells_path, json=change, headers={"Acting-Person": acting})
    assert answer.status_code == 409
    assert answer.get_json()["code"] == "ejournal.other-person"
    assert teacher.patch(
        academy.cells_path, json=change, headers={"Acting-Person": str(academy.teacher)}
    ).get_json()["cells"][0] == {
        "k": academy.key(0, 0),
        "state": "ok",
        "v": "85",
        "shown": "85",
        "version": 1,
    }
