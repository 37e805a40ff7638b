"""Who passes and who does not, on a service directly."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from joserfc.jwk import KeySet, RSAKey
from werkzeug.datastructures import Headers

from chassis import clock, health
from chassis.db import unit_of_work
from chassis.identity import JwksSource, Verifier
from chassis.permissions import EVERYBODY, apply_revocation
from chassis.problems import Unauthenticated, Unavailable
from chassis.testing import tokens
from chassis.testing.bad_tokens import BAD_TOKENS, Forge
from chassis.testing.web import ISSUER

ME = "/sample/api/v1/me"


@pytest.fixture
def forge(engine):
    made = Forge(ISSUER, tokens.key(), uuid4(), revoked_sid="gone", revoked_person=uuid4())
    with unit_of_work(engine) as session:
        at = int(clock.now().timestamp())
        apply_revocation(session, key="sid:gone", at=at)
        apply_revocation(session, key=f"sub:{made.revoked_person}", at=at + 1)
        apply_revocation(session, key=EVERYBODY, at=at - 1800)
    return made


def ask(app, *sent, method="GET", path=ME, **headers):
    bearer = [("Authorization", f"Bearer {token}") for token in sent]
    return app.test_client().open(path, method=method, headers=bearer + list(headers.items()))


def test_good_token_passes(app, forge):
    answer = ask(app, forge.good())
    assert answer.status_code == 200
    assert answer.json["person"] == str(forge.person_id)
    assert answer.json["name"] == "Т. Тест"


@pytest.mark.parametrize("case", BAD_TOKENS)
def test_bad_token_is_refused(app, forge, case):
    sent = BAD_TOKENS[case](forge)
    answer = ask(app, *sent)
    assert answer.status_code == 401
    assert answer.json["code"] == "chassis.unauthenticated"
    page = ask(app, *sent, path="/sample/notes/5a2c1f60-0000-4000-8000-000000000001")
    assert page.status_code == 303
    assert page.headers["Location"].startswith("/auth/login?next=/sample/notes/")
    public = ask(app, *sent, path="/sample/")
    assert (public.status_code, public.text) == (200, "anonymous kk")


@pytest.mark.parametrize("cookie", ["at", "__Host-at"])
def test_cookie_is_no_identity(app, forge, cookie):
    client = app.test_client()
    client.set_cookie(cookie, forge.good())
    assert client.get(ME).status_code == 401


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer é", "token"])
def test_garbage_is_refused(app, given):
    assert app.test_client().get(ME, headers={"Authorization": given}).status_code == 401


@pytest.mark.parametrize("claim", ["iat", "nbf", "exp", "sub", "iss", "aud", "auth_time"])
def test_each_claim_is_needed(app, forge, claim):
    assert ask(app, forge.sign(forge.claims(**{claim: None}))).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": True},
        {"exp": "soon"},
        {"exp": 1e9},
        {"sub": "not-a-uuid"},
        {"sid": ""},
        {"aud": ["shanyraq", "x"]},
        {"roles": "all"},
    ],
)
def test_claims_of_wrong_types_are_refused(app, forge, wrong):
    assert ask(app, forge.sign(forge.claims(**wrong))).status_code == 401


class TestGrace:
    """auth is away: a token that expired less than 15 minutes ago reads and does not write."""

    def expired(self, forge, minutes):
        at = int(clock.now().timestamp()) - minutes * 60
        return forge.sign(forge.claims(iat=at - 300, nbf=at - 300, exp=at))

    def test_reading_passes_when_the_gateway_says_so(self, app, forge):
        assert ask(app, self.expired(forge, 14), **{"X-Auth-Grace": "1"}).status_code == 200
        assert ask(app, self.expired(forge, 14)).status_code == 401
        assert ask(app, self.expired(forge, 16), **{"X-Auth-Grace": "1"}).status_code == 401

    def test_writing_is_answered_with_503_and_nothing_is_saved(self, app, forge):
        answer = ask(
            app,
            self.expired(forge, 1),
            method="POST",
            path="/sample/api/v1/revoke",
            **{"X-Auth-Grace": "1", "Idempotency-Key": "k"},
        )
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "сақталған жоқ" in answer.json["detail"]


def test_revoking_in_the_own_transaction_works_at_once(app, forge):
    token = forge.good()
    assert ask(app, token).status_code == 200
    assert (
        ask(app, token, method="POST", path="/sample/api/v1/revoke", **{"Idempotency-Key": "k1"}).status_code
        == 204
    )
    assert ask(app, token).status_code == 401


def test_later_sign_in_of_a_revoked_person_passes(app, engine, forge):
    with unit_of_work(engine) as session:
        apply_revocation(session, key=f"sub:{forge.person_id}", at=int(clock.now().timestamp()) - 60)
    assert ask(app, forge.good()).status_code == 200


class TestPrograms:
    def test_scope_opens(self, program):
        answer = program("notes.count").get("/sample/api/v1/machine")
        assert answer.json == {"client": "test"}

    def test_other_scope_person_and_nobody_are_refused(self, program, client, anonymous):
        path = "/sample/api/v1/machine"
        assert program("notes").get(path).status_code == 403
        assert client().get(path).status_code == 403
        assert anonymous.get(path).status_code == 401

    def test_program_is_no_person(self, program):
        assert program("notes.count").get(ME).status_code == 403
        assert program("notes.count").get("/sample/api/v1/notes").status_code == 403

    def test_token_for_another_service_is_refused(self, program):
        assert program("notes.count", audience="library").get("/sample/api/v1/machine").status_code == 401


class TestKeys:
    def write(self, path, *keys):
        path.write_text(json.dumps(KeySet(list(keys)).as_dict(private=False)), encoding="utf-8")

    def test_new_key_is_found_when_ten_seconds_have_passed(self, tmp_path, monkeypatch):
        old, new = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("old", "new"))
        file = tmp_path / "jwks.json"
        self.write(file, old)
        moment = [100.0]
        monkeypatch.setattr(clock, "monotonic", lambda: moment[0])
        source = JwksSource(file.as_uri(), tmp_path / "cache.json")
        assert source.find("old") is not None
        self.write(file, old, new)
        assert source.find("new") is None
        moment[0] += 10.5
        assert source.find("new") is not None

    def test_first_requests_wait_for_the_keys_together(self, tmp_path, monkeypatch):
        file = tmp_path / "jwks.json"
        self.write(file, RSAKey.generate_key(2048, {"kid": "first"}))
        source = JwksSource(file.as_uri(), tmp_path / "cache.json")
        asked, gate = threading.Event(), threading.Event()

        def fetch():
            asked.set()
            gate.wait(5)
            return file.read_text(encoding="utf-8")

        monkeypatch.setattr(source, "_fetch", fetch)
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(source.find, "first")
            assert asked.wait(5)
            second = pool.submit(source.find, "first")
            gate.set()
            assert first.result(5) is second.result(5) is not None

    def test_cache_serves_a_start_without_auth(self, tmp_path):
        cache = tmp_path / "cache.json"
        self.write(cache, RSAKey.generate_key(2048, {"kid": "kept"}))
        source = JwksSource("http://127.0.0.1:9/jwks.json", cache)
        assert source.find("kept") is not None

    @pytest.fixture
    def far_auth(self):
        """Serve keys and the time of a clock that can be set; answer the address and the settings of the server."""
        said = {
            "status": 200,
            "seconds": 0,
            "body": json.dumps(KeySet([tokens.key()]).as_dict(private=False)),
        }

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response_only(said["status"])
                self.send_header("Date", formatdate(clock.now().timestamp() + said["seconds"], usegmt=True))
                self.end_headers()
                self.wfile.write(said["body"].encode())

            def log_message(self, *_args):
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}/jwks.json", said
            server.shutdown()
            thread.join()

    @pytest.mark.parametrize(
        ("seconds", "trouble"), [(0, []), (20, []), (3 * 3600, ["clock"]), (-3 * 3600, ["clock"])]
    )
    def test_a_clock_that_is_not_that_of_auth_is_said_by_readiness(
        self, tmp_path, far_auth, engine, seconds, trouble
    ):
        url, said = far_auth
        said["seconds"] = seconds
        source = JwksSource(url, tmp_path / "cache.json")
        assert source.find("test") is not None
        assert source.troubles == trouble
        answer, status = health.ready(engine, source.troubles)
        assert (answer.get("troubles", []), status) == (trouble, 200)

    @pytest.mark.parametrize(("status", "body"), [(500, "{}"), (200, "no json"), (200, "{}"), (404, "")])
    def test_keys_that_cannot_be_fetched_leave_the_last_good_ones(
        self, tmp_path, far_auth, engine, monkeypatch, status, body
    ):
        url, said = far_auth
        moment = [100.0]
        monkeypatch.setattr(clock, "monotonic", lambda: moment[0])
        source = JwksSource(url, tmp_path / "cache.json")
        assert source.find("test") is not None
        good = dict(said)
        said.update(status=status, body=body)
        moment[0] += 1000
        assert source.find("test") is not None
        assert health.ready(engine, source.troubles) == ({"status": "ok", "troubles": ["keys of auth"]}, 200)
        assert JwksSource(url, tmp_path / "cache.json").find("test") is not None, (
            "a restart has the kept ones"
        )
        said.update(good)
        moment[0] += 1000
        assert source.find("test") is not None
        assert source.troubles == []

    @pytest.mark.parametrize(
        ("hours", "passes"),
        [(0, True), (-3, False), (3, False)],
        ids=["right", "auth is behind", "auth is ahead"],
    )
    def test_a_token_of_a_clock_three_hours_off_opens_nothing(self, app, forge, hours, passes):
        with clock.frozen(clock.now() + timedelta(hours=hours)):
            token = forge.good()
        assert ask(app, token).status_code == (200 if passes else 401)

    @pytest.mark.parametrize(
        "text", ["", "{}", "[]", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]}']
    )
    def test_without_any_key_nothing_is_answered(self, tmp_path, text):
        file = tmp_path / "jwks.json"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Unavailable):
            JwksSource(file.as_uri(), tmp_path / "cache.json").find("x")


class TestSeenTokens:
    """A signature is computed once; whatever may change is judged each time."""

    @pytest.fixture
    def verifier(self, tmp_path, monkeypatch):
        moment = [100.0]
        monkeypatch.setattr(clock, "monotonic", lambda: moment[0])
        file = tmp_path / "jwks.json"
        source = JwksSource(tokens.write_jwks(file), tmp_path / "cache.json")
        made = Verifier(ISSUER, "sample", source, lambda sid, _sub, _iat: sid in gone, 0)
        gone = set()
        return made, file, moment, gone

    def test_token_is_refused_once_its_key_has_left(self, verifier, forge):
        made, file, moment, _gone = verifier
        headers = Headers({"Authorization": f"Bearer {forge.good()}"})
        assert made.identify(headers, safe=True) == made.identify(headers, safe=True)
        other = RSAKey.generate_key(2048, {"kid": tokens.key().kid})
        file.write_text(json.dumps(KeySet([other]).as_dict(private=False)), encoding="utf-8")
        moment[0] += 301
        with pytest.raises(Unauthenticated):
            made.identify(headers, safe=True)

    def test_revoked_and_expired_tokens_are_refused_although_seen(self, verifier, forge):
        made, _file, _moment, gone = verifier
        headers = Headers({"Authorization": f"Bearer {forge.good()}"})
        sid = made.identify(headers, safe=True).sid
        with clock.frozen(clock.now() + timedelta(hours=1)), pytest.raises(Unauthenticated):
            made.identify(headers, safe=True)
        gone.add(sid)
        with pytest.raises(Unauthenticated):
            made.identify(headers, safe=True)


class TestStepUp:
    def test_old_sign_in_leads_to_the_password(self, client):
        answer = client(auth_time=clock.now() - timedelta(minutes=11)).get("/sample/fresh?x=1")
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/auth/login?step_up=1&next=/sample/fresh%3Fx%3D1"

    def test_fresh_sign_in_passes(self, client):
        assert client(auth_time=clock.now() - timedelta(minutes=9)).get("/sample/fresh").status_code == 200
