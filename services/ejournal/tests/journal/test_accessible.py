"""axe finds nothing on the journal's pages, in three languages and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from services.ejournal.tests.academy import LEARNER, READER, WRITER

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.mark.parametrize(("language", "theme"), [("kk", "light"), ("ru", "dark"), ("en", "light")])
def test_clause_25_pages_are_accessible(academy, client, open_page, site, language: str, theme: str) -> None:
    academy.tell_all()
    teacher, learner = client(WRITER, academy.teacher), client(LEARNER, academy.learners[0])
    academy.fill(teacher, {(0, n): value for n, value in enumerate(("80", "н", "88", "45", "95", "84"))})
    for column in academy.columns:
        teacher.post(f"/journal/api/v1/journals/{academy.journal}/columns/{column}/publish", json={})
    journal = f"/journal/journals/{academy.journal}"
    visits = (
        (teacher, "/journal/"), (teacher, journal), (client(READER), journal),
        (teacher, f"{journal}/columns/{academy.columns[0]}"), (learner, "/journal/my"),
        (learner, f"/journal/my/{academy.journal}?exam=101"),
    )  # fmt: skip
    for who, path in visits:
        page = open_page(who, "/journal/health/live")
        page.context.add_cookies([{"name": "prefs", "value": f"lang={language}&theme={theme}", "url": site}])
        page.goto(path)
        found = Axe().run(page).response["violations"]
        page.context.close()
        told = [(path, v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found]
        assert told == []
