"""What is only repeated is answered before gunicorn reads it, among whatever else comes over a connection."""

import json
import random
import socket
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPResponse, parse_headers
from itertools import pairwise
from uuid import uuid4

import pytest

from chassis.connections import THREADS
from chassis.testing import tokens
from chassis.testing.web import ISSUER

from .test_serve import PATIENCE, place, served

__all__ = ["place", "served"]
KEPT, ECHO = "/served/api/v1/kept", "/served/api/v1/echo"


@pytest.fixture
def token():
    return tokens.person_token(ISSUER, uuid4())


@pytest.fixture
def line(place, served):
    """Give a connection whose first request was gunicorn's."""
    with closing(connect(place)) as connection:
        connection.sendall(b"GET /served/api/v1/hello HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read(connection).status == 200
        yield connection


def connect(place):
    host, port = place["LISTEN"].split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def get(token, path=KEPT, *more):
    fields = (f"GET {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", *more)
    return "".join(f"{field}\r\n" for field in (*fields, "")).encode()


def post(token, data):
    body = json.dumps(data)
    head = (
        f"POST {ECHO} HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {token}",
        f"Idempotency-Key: {uuid4().hex}",
    )
    more = ("Content-Type: application/json", f"Content-Length: {len(body)}")
    return "".join(f"{field}\r\n" for field in (*head, *more, "")).encode() + body.encode()


def read(connection):
    answer = HTTPResponse(connection)
    answer.begin()
    answer.content = answer.read()
    return answer


def read_each(connection, count):
    """Read answers that may come in one piece, of which `read` would lose what follows the first."""
    with connection.makefile("rb") as answers:
        for _answer in range(count):
            assert answers.readline().split()[1] == b"200"
            yield answers.read(int(parse_headers(answers)["Content-Length"]))


def ask(connection, sent):
    connection.sendall(sent)
    return read(connection)


def is_repeated(answer):
    """Gunicorn names itself in every answer that is no refusal of its own."""
    return answer.status == 200 and "Server" not in answer.headers


def test_the_second_answer_is_that_of_the_first_but_for_its_own_marks(line, token):
    first, second = ask(line, get(token)), ask(line, get(token))
    assert [is_repeated(first), is_repeated(second)] == [False, True]
    assert first.content == second.content
    own = {"Server", "X-Request-Id", "Date"}
    assert {*first.headers.items()} - {*second.headers.items()} <= {
        (name, first.headers[name]) for name in own
    }
    assert {*first.headers} - {"Server"} == {*second.headers}
    assert first.version == second.version == 11


def test_a_sign_in_that_is_not_good_gets_nothing_repeated(line, token):
    assert ask(line, get(token)).status == ask(line, get(token)).status == 200
    assert ask(line, get(token[:-4] + "AAAA")).status == 401
    assert is_repeated(ask(line, get(token)))


def test_requests_of_all_kinds_on_one_connection_get_their_own_answers(line, token):
    chance = random.Random(21)
    for number in range(300):
        kind = chance.choice(("kept", "kept", "other", "post", "missing"))
        if kind == "post":
            assert json.loads(ask(line, post(token, {"number": number})).content) == {"number": number}
        elif kind == "missing":
            assert ask(line, get(token, f"/served/{number}")).status == 404
        else:
            query = {"n": str(number % 3 if kind == "kept" else number)}
            answer = ask(line, get(token, f"{KEPT}?n={query['n']}"))
            assert json.loads(answer.content)["query"] == query
    assert is_repeated(ask(line, get(token, f"{KEPT}?n=1")))


def test_requests_that_come_together_are_answered_one_after_the_other(line, token):
    ask(line, get(token))
    line.sendall(get(token, f"{KEPT}?n=1") + post(token, [1]) + get(token) + get(token, f"{KEPT}?n=2"))
    told = [json.loads(content) for content in read_each(line, 4)]
    assert told[1] == [1]
    assert [one["query"] for one in (told[0], told[2], told[3])] == [{"n": "1"}, {}, {"n": "2"}]
    assert is_repeated(ask(line, get(token)))


def test_a_request_may_come_in_any_pieces(line, token):
    chance, sent = random.Random(21), get(token)
    ask(line, sent)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for _time in range(8):
        cuts = [0, *sorted(chance.sample(range(1, len(sent)), 3)), len(sent)]
        for begin, end in pairwise(cuts):
            line.sendall(sent[begin:end])
        assert json.loads(read(line).content)["query"] == {}
        assert is_repeated(ask(line, sent))


ODD = {
    "bare LF": lambda sent: sent.replace(b"\r\n", b"\n"),
    "length and chunks": lambda sent: sent[:-2] + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    "folded": lambda sent: sent[:-2] + b"A: b\r\n c\r\n\r\n",
    "space before the colon": lambda sent: sent.replace(b"Host:", b"Host :"),
    "NUL": lambda sent: sent[:-2] + b"A: \0\r\n\r\n",
    "two hosts": lambda sent: sent[:-2] + b"Host: y\r\n\r\n",
    "no host": lambda sent: sent.replace(b"Host: x\r\n", b""),
    "underscore": lambda sent: sent[:-2] + b"X_Auth_Grace: 1\r\n\r\n",
    "absolute": lambda sent: sent.replace(b"/served", b"http://x/served", 1),
    "escaped": lambda sent: sent.replace(b"/kept", b"/kep%74"),
    "fragment": lambda sent: sent.replace(b"/kept", b"/kept#a"),
    "small letters": lambda sent: sent.replace(b"GET", b"get"),
    "other version": lambda sent: sent.replace(b"HTTP/1.1", b"HTTP/3.0"),
    "long line": lambda sent: sent.replace(b"/kept", b"/kept?" + b"a" * 9000),
    "many fields": lambda sent: sent[:-2] + b"".join(b"A%d: b\r\n" % n for n in range(200)) + b"\r\n",
    "to be closed": lambda sent: sent[:-2] + b"Connection: close\r\n\r\n",
}


def test_an_odd_request_is_gunicorns_wherever_it_comes(place, served, token, subtests):
    for name, make in ODD.items():
        odd = make(get(token))
        with subtests.test(name), closing(connect(place)) as fresh, closing(connect(place)) as line:
            ask(line, get(token))
            assert is_repeated(ask(line, get(token)))
            first, later = ask(fresh, odd), ask(line, odd)
            assert not is_repeated(later)
            assert (later.status, later.content) == (first.status, first.content)
            assert later.will_close == first.will_close


def test_a_client_that_goes_away_harms_nobody(place, line, token):
    ask(line, get(token))
    for _time in range(30):
        with closing(connect(place)) as hasty:
            ask(hasty, get(token))
            hasty.sendall(get(token))
    assert is_repeated(ask(line, get(token)))


def test_a_stopping_service_says_that_it_closes(place, served, token):
    host, port = place["LISTEN"].split(":")
    connection = HTTPConnection(host, int(port), timeout=PATIENCE)
    with closing(connection):
        for _turn in range(3):
            connection.request("GET", KEPT, headers={"Authorization": f"Bearer {token}"})
            assert connection.getresponse().read()
        served[0].terminate()
        assert served[0].wait(PATIENCE) == 0


@pytest.fixture
def crowd(place, served, token):
    """Give more connections than there are threads, each of which was answered once."""
    with ExitStack() as open_ones:
        lines = [open_ones.enter_context(closing(connect(place))) for _number in range(2 * THREADS)]
        for number, line in enumerate(lines):
            assert ask(line, get(token, f"{KEPT}?n={number}")).status == 200
        yield lines


def test_a_crowd_is_answered_together(crowd, token):
    for _time in range(5):
        for number, line in enumerate(crowd):
            line.sendall(get(token, f"{KEPT}?n={number}"))
        answers = [read(line) for line in crowd]
        assert all(map(is_repeated, answers))
        assert [json.loads(one.content)["query"]["n"] for one in answers] == [*map(str, range(len(crowd)))]


def test_each_of_a_crowd_gets_its_own_answer_whatever_it_asks(crowd, token):
    chance = random.Random(21)
    for turn in range(8):
        kinds = [chance.choice(("kept", "new", "post", "missing", "stranger")) for _line in crowd]
        for number, (kind, line) in enumerate(zip(kinds, crowd, strict=True)):
            asked = {
                "kept": get(token, f"{KEPT}?n={number}"),
                "new": get(token, f"{KEPT}?n={turn}-{number}"),
                "post": post(token, {"n": number}),
                "missing": get(token, f"/served/{number}"),
                "stranger": get(token[:-4] + "AAAA", f"{KEPT}?n={number}"),
            }
            line.sendall(asked[kind])
        for number, (kind, line) in enumerate(zip(kinds, crowd, strict=True)):
            answer = read(line)
            if kind in {"missing", "stranger"}:
                assert answer.status == {"missing": 404, "stranger": 401}[kind]
                continue
            told = json.loads(answer.content)
            told = told if kind == "post" else told["query"]
            assert str(told["n"]) == (f"{turn}-{number}" if kind == "new" else str(number))


def test_of_a_crowd_some_may_go_away_and_some_may_be_odd(crowd, place, token):
    for number, line in enumerate(crowd):
        sent = get(token, f"{KEPT}?n={number}")
        line.sendall(sent[:40] if number % 3 == 0 else sent)
    for line in crowd[1::3]:
        line.close()
    assert all(is_repeated(read(line)) for line in crowd[2::3])
    for number, line in enumerate(crowd):
        if number % 3 == 0:
            line.sendall(get(token, f"{KEPT}?n={number}")[40:])
            assert json.loads(read(line).content)["query"] == {"n": str(number)}


def test_a_crowd_leaves_room_for_newcomers(place, served, token):
    with ExitStack() as open_ones:
        stay = 0
        for _time in range(420):
            line = open_ones.enter_context(closing(connect(place)))
            if ask(line, get(token)).will_close or ask(line, get(token)).will_close:
                line.close()
            else:
                stay += 1
        assert THREADS < stay < 400
        with closing(connect(place)) as newcomer:
            assert ask(newcomer, get(token)).status == 200


def test_a_service_ends_with_a_crowd_at_its_door(crowd, served, token):
    for number, line in enumerate(crowd):
        line.sendall(get(token, f"{KEPT}?n={number}"))
    served[0].terminate()
    for number, line in enumerate(crowd):
        with closing(line):
            assert json.loads(read(line).content)["query"] == {"n": str(number)}
    assert served[0].wait(PATIENCE) == 0
