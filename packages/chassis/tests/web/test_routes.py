"""Routes, permissions, scopes, problems and limits over HTTP."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert

from chassis import clock
from chassis.db import unit_of_work
from chassis.events import CURSOR
from chassis.factory import UndeclaredAccess, build
from chassis.permissions import CatalogueError, apply_grant, apply_role
from chassis.routes import PUBLIC, Program, api, page
from chassis.service import Capability, Service

API = "/sample/api/v1/notes"
EVERYWHERE = [("institution", None)]


@pytest.fixture
def writer(client):
    return client({"sample.note.write": EVERYWHERE, "sample.note.read": EVERYWHERE})


def write(writer, *texts, group=None):
    for words in texts:
        assert writer.post(API, json={"text": words, "group_code": group}).status_code == 201


class TestPages:
    def test_permitted_person_is_served_in_kazakh(self, writer):
        write(writer, "бір")
        answer = writer.get("/sample/notes")
        assert answer.status_code == 200
        assert answer.text.startswith("<!doctype html>")
        assert "<h1>Жазбалар</h1>" in answer.text
        assert "1 жазба" in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Request-Id"]

    def test_russian_by_choice(self, writer):
        write(writer, "a", "b")
        writer.flask.set_cookie("prefs", "lang=ru&theme=dark&vi=bw")
        answer = writer.get("/sample/notes")
        assert '<html lang="ru" data-theme="dark" data-vi="bw"' in answer.text
        assert "2 записи" in answer.text

    def test_nobody_is_sent_to_the_sign_in_and_back(self, anonymous):
        answer = anonymous.get("/sample/notes?page=2")
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            "/auth/login?next=/sample/notes%3Fpage%3D2",
        )

    def test_person_without_the_permission_gets_the_page_of_refusal(self, client):
        answer = client().get("/sample/notes")
        assert answer.status_code == 403
        assert "Бұл бөлімге рұқсатыңыз жоқ" in answer.text

    def test_form_of_nobody_leads_back_to_its_page(self, anonymous):
        answer = anonymous.post(
            "/sample/notes", headers={"Referer": "http://localhost:8000/sample/notes/new"}
        )
        assert answer.headers["Location"] == "/auth/login?next=/sample/notes/new"
        answer = anonymous.post("/sample/notes", headers={"Referer": "http://evil.example/x"})
        assert answer.headers["Location"] == "/auth/login?next=/sample/"

    @pytest.mark.parametrize("number", ["-1", "0", "abc", "1.5", "", "10001", "٣", "9" * 30])
    def test_page_that_is_no_page(self, writer, number):
        answer = writer.get(f"/sample/notes?page={number}")
        assert answer.status_code == 422
        assert "Бет нөмірі" in answer.text

    def test_unknown_address(self, anonymous):
        answer = anonymous.get("/sample/nothing")
        assert answer.status_code == 404
        assert "Мұндай мекенжай табылмады" in answer.text
        assert anonymous.get("/sample/api/v1/nothing").json["code"] == "chassis.not-found"

    def test_head_options_and_wrong_methods(self, writer):
        assert writer.open("/sample/notes", method="HEAD").status_code == 200
        assert writer.open("/sample/notes", method="HEAD").text == ""
        options = writer.open("/sample/notes", method="OPTIONS")
        assert (options.status_code, options.text) == (200, "")
        refused = writer.open(API, method="DELETE")
        assert refused.status_code == 405
        assert set(refused.headers["Allow"].split(", ")) >= {"GET", "POST"}


class TestApi:
    def test_write_and_read(self, writer):
        answer = writer.post(API, json={"text": "бір"})
        assert (answer.status_code, answer.json) == (201, {"id": 1, "text": "бір"})
        assert writer.get(API).json == {"items": [{"id": 1, "text": "бір"}], "total": 1}

    def test_nobody_and_the_unpermitted(self, client, anonymous):
        refused = anonymous.get(API)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert refused.content_type == "application/problem+json"
        assert client().get(API).json["code"] == "chassis.forbidden"

    @pytest.mark.parametrize(
        ("body", "pointer", "words"),
        [
            ({}, "/text", "Бұл өріс толтырылуы тиіс."),
            ({"text": ""}, "/text", "Ұзындығы 1–20 таңба болуы керек."),
            ({"text": "x" * 21}, "/text", "Ұзындығы 1–20 таңба болуы керек."),
            ({"text": 5}, "/text", "Бұл мәтін емес."),
            ({"text": "a", "more": 1}, "/more", "Белгісіз өріс."),
            ({"text": "a", "count": 101}, "/count", "0 мен 100 аралығында болуы керек."),
            ([], "", "Деректердің түрі дұрыс емес."),
        ],
    )
    def test_faults_are_named_with_pointers(self, writer, body, pointer, words):
        answer = writer.post(API, json=body)
        assert answer.status_code == 422
        assert answer.json["errors"] == [{"pointer": pointer, "detail": words}]

    @pytest.mark.parametrize("query", ["page=-1", "page=x", "size=0", "size=1000", "what=1"])
    def test_faults_of_the_query(self, writer, query):
        assert writer.get(f"{API}?{query}").status_code == 422

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"\xff", b'{"text": NaN}', b'{"text": "\\ud800"}', b"[" * 100_000]
    )
    def test_body_that_is_no_json(self, writer, body):
        answer = writer.post(API, data=body, content_type="application/json")
        assert (answer.status_code, answer.json["code"]) == (400, "chassis.bad-request")

    def test_body_of_another_type(self, writer):
        assert writer.post(API, data=b"x", content_type="text/plain").status_code == 415

    def test_text_the_database_cannot_hold(self, writer):
        answer = writer.post(API, json={"text": "a\x00b"})
        assert answer.status_code == 422
        assert "сақтау мүмкін емес" in answer.json["detail"]

    def test_body_over_the_limit(self, writer):
        assert writer.post(API, data=b"x" * (2 << 20), content_type="application/json").status_code == 413

    def test_own_problem_and_its_extra(self, writer):
        answer = writer.post(API, json={"text": "taken"})
        assert answer.status_code == 409
        assert answer.json["type"] == "urn:shanyraq:problem:sample.note-taken"
        assert (answer.json["title"], answer.json["current"]) == ("Жазбалар", "taken")

    def test_constraint_as_the_last_guard(self, writer):
        write(writer, "one")
        answer = writer.post(API, json={"text": "one"})
        assert (answer.status_code, answer.json["code"]) == (409, "chassis.conflict")

    def test_unforeseen_is_logged_and_answered_with_its_number(self, writer, caplog):
        answer = writer.post(API, json={"text": "boom"}, headers={"X-Request-Id": "request-0001"})
        assert answer.status_code == 500
        assert answer.json["instance"] == "urn:request:request-0001"
        assert answer.headers["X-Request-Id"] == "request-0001"
        assert writer.get(API).json["total"] == 0

    def test_language_of_a_program(self, writer):
        answer = writer.post(API, json={}, headers={"Accept-Language": "ru-RU,ru;q=0.9"})
        assert answer.json["errors"][0]["detail"] == "Это поле обязательно для заполнения."


class TestScopes:
    def test_only_rows_within_the_scope(self, writer, client):
        write(writer, "a", group="101")
        write(writer, "b", group="102")
        write(writer, "c")
        seen = client({"sample.note.read": [("group", "101"), ("group", "103")]}).get(API)
        assert [note["text"] for note in seen.json["items"]] == ["a"]

    def test_a_scope_the_permission_does_not_declare_opens_nothing(self, writer, client):
        write(writer, "a", group="101")
        assert client({"sample.note.read": [("faculty", "law")]}).get(API).status_code == 403

    def test_grant_holds_from_its_first_to_its_last_day(self, app, engine, client):
        person = uuid4()
        today = clock.today()
        with unit_of_work(engine) as session:
            apply_role(session, role="r", permissions=["sample.note.read"])
            apply_grant(
                session,
                grant_id=uuid4(),
                person_id=person,
                role="r",
                scope_type="institution",
                valid_from=today,
                valid_to=today,
            )
        reader = client(person_id=person)
        assert reader.get(API).status_code == 200
        for days in (-1, 1):
            with clock.frozen(clock.now() + timedelta(days=days)):
                assert client(person_id=person).get(API).status_code == 403

    def test_revoked_grant_is_gone_when_the_bell_rings(self, app, engine, client):
        person, grant = uuid4(), uuid4()
        state = {"person_id": person, "role": "r", "scope_type": "institution"}
        with unit_of_work(engine) as session:
            apply_role(session, role="r", permissions=["sample.note.read"])
            apply_grant(session, grant_id=grant, **state)
        reader = client(person_id=person)
        assert reader.get(API).status_code == 200
        with unit_of_work(engine) as session:
            apply_grant(session, grant_id=grant, revoked=True, **state)
        app.extensions["chassis"].access.forget()
        assert reader.get(API).status_code == 403

    def test_old_projection_closes_everything_but_the_public(self, app, engine, writer, anonymous):
        with engine.begin() as connection:
            checked = clock.now() - timedelta(minutes=11)
            connection.execute(insert(CURSOR).values(feed="auth/access", last=1, head=1, checked_at=checked))
        app.extensions["chassis"].access.forget()
        answer = writer.get(API)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert anonymous.get("/sample/").status_code == 200


class TestDatabaseAway:
    @pytest.fixture
    def environment(self, environment):
        return {**environment, "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/none"}

    def test_clear_words_and_retry_after(self, app):
        from chassis.testing import tokens
        from chassis.testing.web import ISSUER, Client

        someone = Client(app, tokens.person_token(ISSUER, uuid4()))
        for path in (API, "/sample/notes"):
            answer = someone.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "Ештеңе сақталған жоқ" in answer.text
        assert someone.get("/sample/health/live").status_code == 200
        assert someone.get("/sample/health/ready").json == {"status": "unavailable", "missing": ["database"]}
        assert someone.get("/sample/").status_code == 200


class TestOwnRoutes:
    def test_health_and_metrics(self, anonymous):
        assert anonymous.get("/sample/health/live").json == {"status": "ok"}
        assert anonymous.get("/sample/health/ready").json == {"status": "ok"}
        assert "shanyraq_" in anonymous.get("/sample/metrics").text

    def test_static_files_of_the_service(self, app, anonymous):
        address = app.jinja_env.globals["asset"]("sample/sample.js")
        assert address.startswith("/static/sample/sample.js?v=")
        with anonymous.get(address) as answer:
            assert "sample = 1" in answer.text
        for bad in ("/static/sample/../conftest.py", "/static/other/x.js", "/static/sample/none.js"):
            assert anonymous.get(bad).status_code == 404
        assert app.jinja_env.globals["asset"]("sample/none.js") == ""

    def test_preferences_are_kept_and_lead_back(self, anonymous):
        answer = anonymous.post(
            "/sample/preferences",
            data={"lang": "ru", "size": "200", "vi": "zz", "next": "/sample/notes?page=2"},
        )
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sample/notes?page=2")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("prefs=lang=ru&size=200;")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        changed = anonymous.post("/sample/preferences", data={"lang": "kk"})
        assert changed.headers["Set-Cookie"].startswith("prefs=lang=kk&size=200;")

    @pytest.mark.parametrize(
        "away", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", "/a\nb", ""]
    )
    def test_preferences_lead_nowhere_else(self, anonymous, away):
        answer = anonymous.post("/sample/preferences", data={"next": away})
        assert answer.headers["Location"] == "/sample/"

    def test_feed_needs_its_scope(self, program, client):
        path = "/sample/feeds/sample/notes"
        answer = program("feed:sample/notes").get(path)
        assert (answer.status_code, answer.json) == (200, [])
        assert program("feed:sample/other").get(path).status_code == 403
        assert client().get(path).status_code == 403
        assert program("feed:sample/notes").get(f"{path}?lastEventId=-1").status_code == 422
        ahead = program("feed:sample/notes").get(f"{path}?lastEventId=7")
        assert (ahead.status_code, ahead.headers["Feed-Head"]) == (400, "0")

    def test_operator_page_needs_its_permission(self, client, anonymous):
        assert anonymous.get("/sample/operator").status_code == 303
        assert client().get("/sample/operator").status_code == 403
        assert client({"sample.operator.use": EVERYWHERE}).get("/sample/operator").status_code == 200


def view(_ctx):
    """Answer."""


class TestBuilding:
    def build(self, settings, tmp_path, route, permissions="[]"):
        (tmp_path / "permissions.yaml").write_text(permissions, encoding="utf-8")
        capability = Capability("things", pages=(route,))
        return build(Service("things", "/things", "Things", (capability,), folder=tmp_path), settings)

    def test_undeclared_permission_stops_the_build(self, settings, tmp_path):
        with pytest.raises(UndeclaredAccess, match=r"things\.thing\.read"):
            self.build(settings, tmp_path, page("GET", "/", view, access="things.thing.read"))

    @pytest.mark.parametrize("access", ["", None, (), 5])
    def test_route_without_access_cannot_be_written(self, access):
        with pytest.raises(ValueError, match="say who may pass"):
            page("GET", "/", view, access=access)

    @pytest.mark.parametrize(("method", "path"), [("FETCH", "/"), ("get", "/"), ("GET", "no-slash")])
    def test_route_that_is_no_route(self, method, path):
        with pytest.raises(ValueError, match="not a route"):
            api(method, path, view, access=PUBLIC)

    def test_program_and_public_need_no_declaration(self, settings, tmp_path):
        assert self.build(settings, tmp_path, page("GET", "/", view, access=Program("x")))

    def test_every_fault_of_the_catalogue_is_named(self, settings, tmp_path):
        bad = """
        - {code: other.x, title: {kk: а, ru: б}, scopes: [galaxy], risk: huge, colour: red}
        - {code: things.y, title: {kk: а, ru: б, en: c}, scopes: []}
        """
        with pytest.raises(CatalogueError) as caught:
            self.build(settings, tmp_path, page("GET", "/", view, access=PUBLIC), bad)
        for words in (
            "begins with things.",
            "title: kk, ru and en",
            "known kinds",
            "risk:",
            "unknown: colour",
            "things.y",
            "things.y: roles: a list",
        ):
            assert words in str(caught.value)

    def test_every_route_of_the_sample_is_locked_or_public(self, app):
        public = {
            "chassis.live",
            "chassis.ready",
            "chassis.show_metrics",
            "chassis.show_openapi",
            "chassis.show_docs",
        }
        public |= {"chassis.choose", "notes.welcome", "static"}
        client = app.test_client()
        for rule in app.url_map.iter_rules():
            if "GET" in rule.methods and rule.endpoint not in public:
                path = rule.rule.replace("<uuid:id>", str(uuid4()))
                assert client.get(path).status_code in {303, 401}, rule
