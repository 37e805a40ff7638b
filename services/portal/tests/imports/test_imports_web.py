"""Imports in the browser and over HTTP."""

import io
from collections.abc import Callable
from typing import Any

from portal.imports.kinds import KINDS

EVERYWHERE = [("institution", None)]
MAY = {"portal.import.create": EVERYWHERE}
ROW = ["ҚІ-25-1", "ҚІ-25-1 тобы", "Группа ҚІ-25-1", "", "investigation", "", 2, "қазақша"]


def test_a_registrar_checks_a_sheet_reads_why_and_applies_the_good_rows(
    client: Callable[..., Any], sheet: Callable[..., bytes], feed_events: Callable[..., Any]
) -> None:
    registrar = client(MAY)
    data = sheet("groups", [ROW, ["ҚІ-25-2", *ROW[1:6], 9, "қазақша"]])
    answer = registrar.submit(
        "/portal/imports",
        {"kind": "groups", "file": (io.BytesIO(data), "groups.xlsx")},
        action="/portal/imports",
    )
    assert answer.status_code == 303
    page = registrar.get(answer.location).get_data(as_text=True)
    assert "ҚІ-25-2" in page
    assert "9 саны рұқсат етілген шектен тыс" in page
    assert not feed_events("portal/teaching")
    applied = registrar.submit(answer.location, {}, action=f"{answer.location}/apply")
    assert applied.status_code == 303
    assert [event.data["code"] for event in feed_events("portal/teaching")] == ["ҚІ-25-1"]
    assert "1 жол қолданылды" in registrar.get(answer.location).get_data(as_text=True)


def test_a_file_that_is_no_workbook_is_refused_in_words(client: Callable[..., Any]) -> None:
    registrar = client(MAY)
    answer = registrar.submit(
        "/portal/imports",
        {"kind": "groups", "file": (io.BytesIO(b"nothing"), "x.xlsx")},
        action="/portal/imports",
    )
    assert answer.status_code == 422
    assert "Кесте қабылданбады" in answer.get_data(as_text=True)


def test_the_same_over_http(client: Callable[..., Any], sheet: Callable[..., bytes]) -> None:
    registrar = client(MAY)
    upload = {"file": (io.BytesIO(sheet("groups", [ROW, ["", *ROW[1:]]])), "groups.xlsx")}
    run = registrar.post("/portal/api/v1/imports/groups", data=upload)
    assert run.status_code == 201
    body = run.json
    assert (body["total"], body["bad"], body["added"], body["state"]) == (2, 1, 1, "checked")
    fault = body["faults"][0]
    assert (fault["row"], fault["column"], fault["code"]) == (3, "code", "required")
    assert fault["reason"]
    applied = registrar.post(f"/portal/api/v1/imports/{body['id']}/apply")
    assert (applied.status_code, applied.json["state"]) == (200, "applied")
    again = registrar.post(f"/portal/api/v1/imports/{body['id']}/apply")
    assert (again.status_code, again.json["added"]) == (200, 1)
    listed = registrar.get("/portal/api/v1/imports").json["imports"]
    assert [one["id"] for one in listed] == [body["id"]]


def test_templates_are_downloaded_by_kind(client: Callable[..., Any]) -> None:
    registrar = client(MAY)
    for kind in KINDS:
        answer = registrar.get(f"/portal/imports/templates/{kind}")
        assert answer.status_code == 200
        assert answer.data[:2] == b"PK"
    assert registrar.get("/portal/imports/templates/nothing").status_code == 404
