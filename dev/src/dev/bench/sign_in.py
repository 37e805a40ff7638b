"""P6: what a sign-in costs beside its password hash, and what three hundred at once leave to those who read."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from dev.bench import cpu, load
from dev.bench.console import say
from dev.bench.crowd import READERS, Crowd, Member, Readers, address_of, enter, make_members
from dev.bench.goals import Reached
from dev.bench.stage import Stage, interleave

PEOPLE, ROOM = 300, 30
ONE_BY_ONE = 30
STORMS = 3
QUIET_SECONDS = 6
PASSWORD = "quiet storm over the steppe"  # noqa: S105 - of accounts made for the measurement
COMPONENTS = ("auth", "gateway", "postgres")
# The same hash as auth's, alone in a process: reads how often, hashes so often, says so.
BARE = """
import sys
from argon2 import PasswordHasher
from auth.accounts import passwords
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
stored = hasher.hash(sys.argv[1])
for line in sys.stdin:
    for _ in range(int(line)):
        hasher.verify(stored, sys.argv[1])
    print("done", flush=True)
"""


@dataclass(frozen=True)
class Storm:
    """What came of one storm.

    Attributes:
        seconds: until the last was in.
        busy: answers that asked to come again (503), by the way.
        limited: answers of the gateway's limit (429).
        lost: who gave up, or got an answer that is none of these.
    """

    seconds: float
    busy: int
    limited: int
    lost: int


def measure(stage: Stage) -> dict[str, Reached]:
    """Measure the sign-in."""
    say(f"P6: {PEOPLE} accounts of their own")
    members = make_members(stage, PEOPLE, PASSWORD)
    say("P6: sign-ins one by one against the hash alone")
    found = {"P6": _against_hash(stage, members)}
    say(f"P6: {STORMS} storms of {PEOPLE} while pages are read")
    return found | _storms(stage, members)


def _against_hash(stage: Stage, members: Sequence[Member]) -> Reached:
    """Compare sign-ins with their hash, in turn; nobody signs in twice in a round."""
    crowd = Crowd(stage.house.layout.port, stage.headers("")["Host"])
    turn = iter(range(1, 1000))

    def ours() -> tuple[load.Run, float]:
        number = next(turn)
        asked = [members[(number * ONE_BY_ONE + place) % PEOPLE] for place in range(ONE_BY_ONE)]
        return stage.burn(COMPONENTS, lambda: _one_by_one(crowd, asked, address_of(number)))

    with _hasher() as hasher:

        def bare() -> tuple[load.Run, float]:
            before, began = cpu.seconds([hasher.pid]), time.perf_counter()
            _hash(hasher, ONE_BY_ONE)
            seconds = time.perf_counter() - began
            spent = cpu.seconds([hasher.pid]) - before
            return load.Run(ONE_BY_ONE, ONE_BY_ONE, seconds), 1000 * spent / ONE_BY_ONE

        whole, alone = interleave(ours, bare)
    if whole.errors:
        return Reached(None, f"{whole.errors} of the sign-ins were refused")
    note = f"{whole.cpu:.1f} ms against {alone.cpu:.1f} ms; p50 {whole.p50:.0f} ms, p95 {whole.p95:.0f} ms"
    return Reached(whole.cpu / alone.cpu, note)


@contextmanager
def _hasher() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", BARE, PASSWORD]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        _hash(process, 1)
        yield process
    finally:
        process.terminate()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()


def _hash(process: "subprocess.Popen[str]", times: int) -> None:
    if process.stdin is None or process.stdout is None:
        raise load.Void("the hasher has no pipes")
    process.stdin.write(f"{times}\n")
    process.stdin.flush()
    if process.stdout.readline() != "done\n":
        raise load.Void("the hasher ended")


def _one_by_one(crowd: Crowd, asked: Sequence[Member], address: str) -> load.Run:
    entries = [enter(crowd, member, address) for member in asked]
    times = sorted(1000 * entry.seconds for entry in entries)
    good = sum(entry.sid != "" for entry in entries)
    p50, p95, p99 = (load.percentile(times, share) for share in (0.5, 0.95, 0.99))
    return load.Run(len(entries), good, sum(times) / 1000, p50, p95, p99)


def _storms(stage: Stage, members: Sequence[Member]) -> dict[str, Reached]:
    """Read pages in quiet and in a storm, in turn; distinct people must have got distinct sessions."""
    crowd = Crowd(stage.house.layout.port, stage.headers("")["Host"])
    quiet, rough, storms = [], [], []
    refused: list[str] = []
    secrets = [enter(crowd, member, address_of(90)).sid for member in members[:READERS]]
    for number in range(STORMS):
        readers = Readers(stage, secrets)
        quiet.append(readers.read_for(QUIET_SECONDS))
        with readers.reading() as seen:
            storms.append(_storm(stage, crowd, members, first_room=100 + 20 * number))
        rough.append(seen)
        refused += readers.refused
    found = {}
    for page in quiet[0]:
        usual, meanwhile = ([one for part in parts for one in part[page]] for parts in (quiet, rough))
        found[page] = (load.percentile(sorted(usual), 0.95), load.percentile(sorted(meanwhile), 0.95))
    pages = sum(len(times) for part in rough for times in part.values())
    told = f"of {pages} pages" + "".join(f", {one}" for one in sorted(set(refused)))
    return _verdict(found, storms) | {"P6d": Reached(len(refused), told)}


def _verdict(found: dict[str, tuple[float, float]], storms: Sequence[Storm]) -> dict[str, Reached]:
    note = ", ".join(f"{page} {usual:.1f} → {meanwhile:.1f} ms" for page, (usual, meanwhile) in found.items())
    seconds = "/".join(f"{storm.seconds:.1f}" for storm in storms)
    busy, limited, lost = (
        sum(getattr(storm, name) for storm in storms) for name in ("busy", "limited", "lost")
    )
    inside = f"all in after {seconds} s; asked to come again: {busy} busy, {limited} by the gateway's limit"
    return {
        "P6b": Reached(max(meanwhile / usual for usual, meanwhile in found.values()), f"p95 {note}"),
        "P6c": Reached(lost, inside),
    }


def _storm(stage: Stage, crowd: Crowd, members: Sequence[Member], *, first_room: int) -> Storm:
    """Let everybody sign in at once, each class room from an address of its own.

    Raises:
        load.Void: sessions and people do not agree with what was answered.
    """
    before = _sessions(stage)
    began = time.perf_counter()
    entries = crowd.storm(members, lambda place: address_of(first_room + place // ROOM))
    seconds = time.perf_counter() - began
    good = [entry for entry in entries if entry.sid]
    rows = _sessions(stage) - before
    if len({entry.sid for entry in good}) != len(good) or rows != len(good):
        raise load.Void(f"{len(good)} are in, {rows} sessions stand in the database")
    statuses = [status for entry in entries for status in entry.statuses]
    return Storm(seconds, statuses.count(503), statuses.count(429), len(entries) - len(good))


def _sessions(stage: Stage) -> int:
    """Count the people who have a living session, each as often as they have one."""
    return int(stage.house.sql("auth", "SELECT count(*) FROM sign_in WHERE ended_at IS NULL")[0][0])
