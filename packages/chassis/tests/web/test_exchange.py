"""Plain requests are what gunicorn would read them as; everything else is left to it."""

import socket
import threading
from contextlib import closing, suppress

import pytest
from gunicorn.http.errors import ParseException
from gunicorn.http.message import TOKEN_RE
from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import create
from hypothesis import assume, example, given
from hypothesis import strategies as st

from chassis.exchange import MOST_BYTES, MOST_FIELDS, read_plain, receive, send, set_patience
from chassis.kept import HEARD
from chassis.serve import Application
from chassis.settings import Settings

PLAIN = b"GET /journal/01?lang=kk%20 HTTP/1.1\r\nHost: x\r\nCookie: prefs=lang=ru; at=a.b-c\r\n\r\n"
HERE = ("127.0.0.1", 8000)
SETTINGS = {
    "DATABASE_URL": "postgresql+psycopg://x@127.0.0.1/x",
    "SECRET_KEY": "k" * 40,
    "PUBLIC_URL": "http://localhost",
    "LISTEN": "127.0.0.1:8000",
}
CFG = Application(None, Settings.load("sample", SETTINGS), lambda _worker: None).cfg


def as_gunicorn_reads(sent):
    """Give the WSGI environment gunicorn makes of a request; None if it refuses it, or would close, or finds a body or more behind it."""
    parser = RequestParser(CFG, iter([sent]), HERE)
    with suppress(ParseException, StopIteration):
        request = next(parser)
        _response, environ = create(request, None, HERE, HERE, CFG)
        whole = not request.body.read() and not parser.unreader.buf.getvalue()
        return environ if whole and not request.should_close() else None
    return None


def agree(sent):
    """Hold both readings of a request against each other; tell whether it is plain."""
    environ = read_plain(sent)
    if environ is None:
        return False
    theirs = as_gunicorn_reads(sent)
    assert theirs is not None
    assert {name: theirs.get(name) for name in environ} == environ
    assert {name for name in theirs if name.startswith("HTTP_")} <= set(environ)
    assert {name: theirs.get(name) for name in HEARD} == {name: environ.get(name) for name in HEARD}
    return True


@pytest.mark.parametrize(
    "sent",
    [
        PLAIN,
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a? HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a?b?c=%D0%96&d=/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a:b;c@d=e&f+g,h(i)*j!'~|[]{}^ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a//b/../c HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a HTTP/1.1\r\nhOsT: x\r\naccept-language: kk, ru;q=0.5\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: x\r\nX-Empty: \r\nX-Wide:   a : b  \r\n\r\n",
    ],
)
def test_plain_requests_are_read_as_gunicorn_reads_them(sent):
    assert agree(sent)


HEAD = b"GET /a HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    "sent",
    {
        "nothing": b"",
        "half": PLAIN[:-2],
        "two": PLAIN * 2,
        "more": PLAIN + b"G",
        "post": PLAIN.replace(b"GET", b"POST"),
        "head": PLAIN.replace(b"GET", b"HEAD"),
        "small letters": PLAIN.replace(b"GET", b"get"),
        "older": PLAIN.replace(b"1.1", b"1.0"),
        "newer": PLAIN.replace(b"1.1", b"2.0"),
        "bare LF": PLAIN.replace(b"\r\n", b"\n"),
        "bare LF within": HEAD + b"A: b\nC: d\r\n\r\n",
        "bare CR within": HEAD + b"A: b\rC: d\r\n\r\n",
        "escaped path": b"GET /%61 HTTP/1.1\r\nHost: x\r\n\r\n",
        "fragment": b"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n",
        "fragment in query": b"GET /a?b#c HTTP/1.1\r\nHost: x\r\n\r\n",
        "absolute": b"GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n",
        "two slashes": b"GET //x/a HTTP/1.1\r\nHost: x\r\n\r\n",
        "asterisk": b"GET * HTTP/1.1\r\nHost: x\r\n\r\n",
        "tab in the line": b"GET\t/a HTTP/1.1\r\nHost: x\r\n\r\n",
        "two spaces": b"GET  /a HTTP/1.1\r\nHost: x\r\n\r\n",
        "letters beyond ASCII": "GET /ә HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        "value beyond ASCII": HEAD + "A: ә\r\n\r\n".encode(),
        "no field": b"GET /a HTTP/1.1\r\n\r\n",
        "no host": b"GET /a HTTP/1.1\r\nA: b\r\n\r\n",
        "folded": HEAD + b"A: b\r\n c\r\n\r\n",
        "space before the colon": HEAD + b"A : b\r\n\r\n",
        "no space behind the colon": HEAD + b"A:b\r\n\r\n",
        "tab behind the colon": HEAD + b"A:\tb\r\n\r\n",
        "no colon": HEAD + b"A\r\n\r\n",
        "no name": HEAD + b": b\r\n\r\n",
        "underscore": HEAD + b"X_Auth_Grace: 1\r\n\r\n",
        "NUL": HEAD + b"A: b\0\r\n\r\n",
        "delete": HEAD + b"A: b\x7f\r\n\r\n",
        "twice": HEAD + b"Cookie: a=b\r\nCookie: c=d\r\n\r\n",
        "two hosts": HEAD + b"host: y\r\n\r\n",
        "length": HEAD + b"Content-Length: 0\r\n\r\n",
        "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        "both": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "two types": HEAD + b"Content-Type: text/plain\r\ncontent-type: text/html\r\n\r\n",
        "close": HEAD + b"Connection: close\r\n\r\n",
        "upgrade": HEAD + b"Upgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n",
        "expectation": HEAD + b"Expect: 100-continue\r\n\r\n",
        "preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "long line": b"GET /" + b"a" * MOST_BYTES + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        "long value": HEAD + b"A: " + b"b" * MOST_BYTES + b"\r\n\r\n",
        "many fields": HEAD + b"".join(b"A%d: b\r\n" % n for n in range(MOST_FIELDS)) + b"\r\n",
    }.items(),
    ids=lambda case: case[0],
)
def test_what_is_not_plain_is_left_to_gunicorn(sent):
    assert read_plain(sent[1]) is None


NAMES = st.sampled_from(
    ("Cookie", "accept-language", "X-Auth-Grace", "Host", "X-Id", "Connection", "Script-Name", "A_b", "TE")
)
VALUES = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=12)
TARGETS = st.text(st.sampled_from('/?#%ab:@ ;&=*\\"<>`\x7fÿ'), max_size=10).map("/".__add__)


@given(TARGETS, st.lists(st.tuples(NAMES | st.from_regex(TOKEN_RE, fullmatch=True), VALUES), max_size=6))
@example("/", [("Script-Name", "/a")])
def test_requests_of_any_make_are_read_alike_or_left(target, fields):
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    agree(f"GET {target} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode("latin-1"))


@given(st.data())
def test_a_plain_request_with_other_bytes_in_it_is_read_alike_or_left(data):
    begin = data.draw(st.integers(0, len(PLAIN)))
    end = data.draw(st.integers(begin, min(begin + 4, len(PLAIN))))
    other = data.draw(
        st.binary(max_size=4) | st.sampled_from((b"\r\n", b"\r\n\r\n", b": ", b" ", b"\t", b"%", b"_"))
    )
    agree(PLAIN[:begin] + other + PLAIN[end:])


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="%#?"), max_size=30))
def test_any_path_without_escapes_is_plain(path):
    assume(not path.startswith("/"))
    assert agree(f"GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        yield ours, theirs


def test_what_has_come_is_received_and_nobody_waits_longer(pair):
    ours, theirs = pair
    assert receive(ours, now=True) == b""
    theirs.sendall(b"abc")
    assert receive(ours, now=True) == b"abc"
    set_patience(ours, 10)
    assert receive(ours) == b""
    set_patience(ours, 0)
    later = threading.Timer(0.05, lambda: theirs.sendall(b"later"))
    later.start()
    assert receive(ours) == b"later"
    later.join()


def test_the_end_of_a_connection_is_nothing(pair):
    ours, theirs = pair
    theirs.close()
    assert receive(ours) == b""


def test_an_answer_larger_than_the_way_arrives_whole(pair):
    ours, theirs = pair
    body = b"0123456789" * 200_000
    got = []

    def read():
        while some := theirs.recv(1 << 16):
            got.append(some)

    reader = threading.Thread(target=read)
    reader.start()
    send(ours, [("Content-Length", str(len(body))), ("X-A", "b")], body)
    ours.close()
    reader.join()
    head, _, arrived = b"".join(got).partition(b"\r\n\r\n")
    assert arrived == body
    lines = head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    assert lines[1].startswith("Date: ")
    assert lines[2:] == ["Connection: keep-alive", "Content-Length: 2000000", "X-A: b"]
