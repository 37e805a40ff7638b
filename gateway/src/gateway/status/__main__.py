"""`python -m gateway.status`: the prober and the announcements of planned work, configured from the environment.

UPSTREAMS      auth=auth:8000,portal=portal:8000,…: the services to ask
GATEWAY        http://gateway:8090/_gw/health: the gateway's own health
STATUS_DIR     the prober's folder; the gateway hands out the pages in it
FROM TO        `2026-12-01 22:00`, by the clocks of the academy
REASON_KK REASON_RU REASON_EN   why, for people
PARTS          services concerned, comma-separated; all when not given
WITHDRAW       the number of an announcement to take back
BY             who announces; the name of the account otherwise
"""

import getpass
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from gateway.routes import load
from gateway.status import page, rules
from gateway.status.history import Announcements
from gateway.status.prober import Prober
from gateway.status.rules import ALMATY, Window

SOURCE = Path(__file__).resolve().parents[4]


class Wrong(Exception):
    """What was asked cannot be done; one line per fault."""


def clock() -> float:
    """Give the seconds since 1970; the gateway's image holds no chassis whose clock could be asked."""
    return time.clock_gettime(time.CLOCK_REALTIME)


def targets(env: Mapping[str, str]) -> dict[str, str]:
    """Give the parts of the house and their health addresses.

    Raises:
        Wrong: there is nothing to ask.
    """
    prefixes = {service.name: service.prefix for service in load().services}
    pairs = [part.strip().partition("=") for part in env.get("UPSTREAMS", "").split(",") if part.strip()]
    unknown = [name for name, _, _ in pairs if name not in prefixes]
    if not pairs or unknown:
        raise Wrong(
            f"UPSTREAMS names {', '.join(unknown) or 'no service'}; it is like auth=auth:8000,portal=…"
        )
    found = {"gateway": env["GATEWAY"]} if env.get("GATEWAY") else {}
    return found | {name: f"http://{address}{prefixes[name]}/health/ready" for name, _, address in pairs}


def minute_of(text: str, name: str) -> int:
    """Read a moment as the academy's clocks show it.

    Raises:
        Wrong: it is none.
    """
    try:
        return int(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ALMATY).timestamp() // 60)
    except ValueError:
        raise Wrong(
            f"{name}={text}: a moment like '2026-12-01 22:00' is needed, by the clocks of the academy"
        ) from None


def draft(env: Mapping[str, str], now: int) -> Window:
    """Read an announcement.

    Raises:
        Wrong: naming every fault.
    """
    window = Window(
        id=f"{rules.month_of(now)}-{secrets.token_hex(2)}",
        starts=minute_of(env.get("FROM", ""), "FROM"),
        ends=minute_of(env.get("TO", ""), "TO"),
        announced=now,
        reason={
            language: env[f"REASON_{language.upper()}"].strip()
            for language in ("kk", "ru", "en")
            if env.get(f"REASON_{language.upper()}")
        },
        parts=tuple(filter(None, env.get("PARTS", "").replace(",", " ").split())),
    )
    if found := list(rules.faults(window, page.words()["en"]["parts"])):
        raise Wrong("\n".join(found))
    return window


def run(env: Mapping[str, str], folder: Path) -> None:
    """Probe until a signal comes."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Prober(targets(env), folder, SOURCE / "packages" / "design" / "build", clock).run(stop)


def announce(env: Mapping[str, str], folder: Path) -> None:
    """Announce work, or with WITHDRAW take an announcement back."""
    kept, now = Announcements(folder), int(clock() // 60)
    by = env.get("BY") or getpass.getuser()
    if number := env.get("WITHDRAW"):
        if not kept.withdraw(number, now, by):
            raise Wrong(f"WITHDRAW={number}: no announced work of this number lies ahead")
        print(f"withdrawn {number}")
        return
    window = draft(env, now)
    kept.announce(window, by)
    print(f"announced {window.id}: {page.moment(window.starts)} – {page.moment(window.ends)}")


def list_(_env: Mapping[str, str], folder: Path) -> None:
    """List the announced work that lies ahead."""
    for window in rules.upcoming(Announcements(folder).windows(), int(clock() // 60)):
        where = ", ".join(window.parts) or "all"
        print(
            f"{window.id}  {page.moment(window.starts)} – {page.moment(window.ends)}  {where}  {window.reason['ru']}"
        )


COMMANDS = {"run": run, "announce": announce, "list": list_}


def main(arguments: list[str]) -> int:
    """Run a command; 2 when it is refused, with the reason on the console."""
    name = arguments[0] if arguments else "run"
    if len(arguments) > 1 or name not in COMMANDS:
        print(f"usage: python -m gateway.status {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    folder = Path(
        os.environ.get("STATUS_DIR") or Path(os.environ.get("STATE_DIR", "/var/lib/shanyraq")) / "status"
    )
    try:
        COMMANDS[name](os.environ, folder)
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
