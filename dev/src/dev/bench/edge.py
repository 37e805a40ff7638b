"""P7 and P8: what the gateway costs, public pages against nginx's own files, public pages without their service."""

import http.client
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev import ports
from dev.bench import load
from dev.bench.console import say
from dev.bench.goals import Reached
from dev.bench.stage import Desk, Stage, interleave
from dev.testing import until
from gateway import nginx

ROUND_SECONDS = 1
CONNECTIONS = 16
STOPPED_SECONDS, STOPPED_LONG = 20, 60
PUBLIC_PAGE = "/kk/"
OPEN_ADDRESS = "/auth/.well-known/jwks.json"
PLAIN = """\
daemon off; {user} worker_processes 2; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  default_type text/html; access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


def measure(stage: Stage, *, full: bool) -> dict[str, Reached]:
    """Measure the gateway; `full` stops the website for a whole minute."""
    say("P7: the gateway's share of a request")
    found = _share(stage) | _token(stage)
    say("P8: kept public pages against files")
    found |= _files(stage)
    seconds = STOPPED_LONG if full else STOPPED_SECONDS
    say(f"P8: public pages for {seconds} s without their service")
    return found | {"P8b": _stopped(stage, seconds)}


def _share(stage: Stage) -> dict[str, Reached]:
    """Compare one connection through the gateway with one to the service itself."""
    desks = stage.desks()

    def asked(desk: Desk, headers: dict[str, str]) -> load.Request:
        return load.Request(f"/journal/api/v1/journals/{desk.journal_id}", headers)

    outside = [asked(desk, stage.headers(desk.token)) for desk in desks]
    inside = [asked(desk, {"Authorization": f"Bearer {desk.token}"}) for desk in desks]

    def through() -> tuple[load.Run, float]:
        return stage.burn(
            ("gateway",), lambda: load.wrk(stage.gateway, outside, connections=1, seconds=ROUND_SECONDS)
        )

    def straight() -> tuple[load.Run, float]:
        address = stage.direct("ejournal")
        return stage.burn(
            ("ejournal",), lambda: load.wrk(address, inside, connections=1, seconds=ROUND_SECONDS)
        )

    gateway, service = interleave(through, straight)
    if gateway.errors or service.errors:
        return dict.fromkeys(("P7", "P7b"), Reached(None, f"{gateway.errors} and {service.errors} errors"))
    note = f"through {gateway.p50:.2f} ms, straight {service.p50:.2f} ms"
    return {"P7": Reached(gateway.cpu, "journal JSON"), "P7b": Reached(gateway.p50 - service.p50, note)}


def _token(stage: Stage) -> dict[str, Reached]:
    """Compare an address open to all, asked with and without a sign-in."""
    signed = [load.Request(OPEN_ADDRESS, stage.headers(desk.token)) for desk in stage.desks()]
    bare = [load.Request(OPEN_ADDRESS, {"Host": stage.headers("")["Host"]})]

    def side(requests: list[load.Request]) -> tuple[load.Run, float]:
        return stage.burn(
            ("gateway",),
            lambda: load.wrk(stage.gateway, requests, connections=4, seconds=ROUND_SECONDS),
        )

    with_token, without = interleave(lambda: side(signed), lambda: side(bare))
    if with_token.reached.value is None or without.reached.value is None:
        return {"P7c": Reached(None, f"with {with_token.errors}, without {without.errors} errors")}
    note = f"with {with_token.cpu:.3f} ms, without {without.cpu:.3f} ms"
    return {"P7c": Reached(with_token.cpu - without.cpu, note)}


def fetch(stage: Stage, path: str) -> tuple[int, bytes]:
    """Get an address through the gateway as a stranger."""
    connection = http.client.HTTPConnection("127.0.0.1", stage.house.layout.port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": stage.headers("")["Host"]})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _files(stage: Stage) -> dict[str, Reached]:
    status, body = fetch(stage, PUBLIC_PAGE)
    if status != 200:
        return {"P8": Reached(None, f"{PUBLIC_PAGE} answers {status}")}
    host = {"Host": stage.headers("")["Host"]}
    with _plain_nginx(body) as plain:

        def side(base: str, path: str) -> tuple[load.Run, float]:
            asked = [load.Request(path, host)]
            run = load.wrk(base, asked, connections=CONNECTIONS, seconds=ROUND_SECONDS)
            return run, 0.0

        kept, files = interleave(lambda: side(stage.gateway, PUBLIC_PAGE), lambda: side(plain, "/page.html"))
    note = (
        f"{kept.per_second:.0f}/s against {files.per_second:.0f}/s, {len(body)} bytes, {kept.errors} errors"
    )
    return {"P8": Reached(kept.per_second / files.per_second if not kept.errors else None, note)}


@contextmanager
def _plain_nginx(body: bytes) -> Iterator[str]:
    """Start an nginx that knows one file."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "files").mkdir()
        (folder / "files" / "page.html").write_bytes(body)
        port = next(port for port in range(27210, 27290) if ports.is_free(port))
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(PLAIN.format(port=port, folder=folder, user=user))
        process = subprocess.Popen(nginx.command(folder), stderr=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        try:
            until(lambda: ports.answers(f"{url}/page.html"), "plain nginx")
            yield url
        finally:
            process.terminate()
            process.wait()


def _stopped(stage: Stage, seconds: int) -> Reached:
    """Stop the website's processes (they neither answer nor refuse) and go on reading kept pages."""
    pages = [path for path in ("/", "/kk/", "/ru/", "/en/") if fetch(stage, path)[0] < 400]
    group = stage.group("website")
    if not pages:
        return Reached(None, "no public page to read")
    os.killpg(group, signal.SIGSTOP)
    try:
        statuses, slowest = _read_on(stage, pages, time.monotonic() + seconds)
    finally:
        os.killpg(group, signal.SIGCONT)
    errors = sum(count for status, count in statuses.items() if not 200 <= status < 400)
    return Reached(
        errors, f"{sum(statuses.values())} requests in {seconds} s, slowest {1000 * slowest:.0f} ms"
    )


def _read_on(stage: Stage, pages: list[str], deadline: float) -> tuple[dict[int, int], float]:
    """Read pages in turn until a moment; count what is answered, and the longest wait in seconds."""
    statuses: dict[int, int] = {}
    slowest = 0.0
    while time.monotonic() < deadline:
        for path in pages:
            began = time.monotonic()
            try:
                status = fetch(stage, path)[0]
            except OSError:
                status = 0
            statuses[status] = statuses.get(status, 0) + 1
            slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.01)
    return statuses, slowest
