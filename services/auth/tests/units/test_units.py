"""Units: one tree, codes for ever, versions where people compete."""

import pytest

from auth.units import rules

TITLE = {"title_kk": "Кафедра", "title_ru": "Кафедра", "title_en": ""}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("kind", "parent", "fits"),
    [("institution", None, True), ("faculty", "institution", True), ("department", "faculty", True), ("department", "institution", True),
     ("faculty", None, False), ("institution", "institution", False), ("faculty", "department", False), ("department", "department", False)],
)  # fmt: skip
def test_what_may_stand_under_what(kind, parent, fits):
    assert rules.may_stand_under(kind, parent) is fits


def test_a_unit_is_made_and_renamed_with_events(administrator, units_made, feed_events, engine):
    page = administrator.get("/auth/units").get_data(as_text=True)
    parent = page.split('href="/auth/units/')[2].split('"')[0]
    if parent == "new":
        parent = page.split('href="/auth/units/')[3].split('"')[0]
    form = {**TITLE, "kind": "department", "code": "krim", "parent_id": parent}
    assert administrator.submit("/auth/units/new", form).status_code == 303
    made = feed_events("auth/people")[-1].data
    assert made["code"] == "KRIM"
    place = f"/auth/units/{made['unit_id']}"
    assert administrator.submit(place, {"title_kk": "Криминалистика кафедрасы"}).status_code == 303
    assert feed_events("auth/people")[-1].data["title"]["kk"] == "Криминалистика кафедрасы"
    stale = administrator.submit(place, {"title_kk": "Өзге", "version": "1"})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [({"code": "UGP"}, "code"), ({"code": "кафедра"}, "code"), ({"kind": "institution", "parent_id": ""}, "kind"),
     ({"kind": "faculty", "parent_id": ""}, "parent_id"), ({"title_kk": ""}, "title_kk")],
)  # fmt: skip
def test_a_bad_unit_is_refused_at_its_field(administrator, units_made, change, field):
    form = {**TITLE, "kind": "department", "code": "NEW", **change}
    answer = administrator.submit("/auth/units/new", form)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.get_data(as_text=True)
