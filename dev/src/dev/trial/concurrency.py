"""`make concurrency CLIENTS=200`: many teachers save marks at the same time, then the checker and the offline verifier say what stands.

Every client has its own cells and a column it shares with colleagues, keeps a journal of what it was answered, and sends some
requests twice. Afterwards a hundred save within one second. With `ROWS=12000` they type while a file of so many rows is handed in.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from dev import console
from dev.bench.__main__ import running_house
from dev.bench.load import percentile
from dev.bench.stage import Stage
from dev.drill.scene import dumped
from dev.invariants.__main__ import run as check
from dev.invariants.report import Report, table
from dev.invariants.view import papers
from dev.testing import until
from dev.trial.client import PATIENCE, Moment, Tally, work
from dev.trial.midterms import Course, Handed
from dev.trial.people import Room, Teacher
from ejournal.integrity import onefile
from ejournal.integrity.export import gather
from ejournal.journal.model import JOURNAL

CLIENTS, SECONDS, AT_ONCE = 200, 30.0, 100


@dataclass(frozen=True)
class Verdict:
    """What a run came to: what clients counted, what the checker found, what the offline verifier said."""

    tally: Tally
    seconds: float
    reports: Sequence[Report]
    verified: str
    sound: bool

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, doubled or surprising."""
        return self.sound and not self.tally.surprises and not any(one.breaches for one in self.reports)


def many(stage: Stage, count: int, seconds: float, *, enough: int = 0) -> Verdict:
    """Let many teachers work for a while, and on until there were so many conflicts and repetitions; give the verdict."""
    with _room(stage) as room:
        clients = room.teachers(count)

        def seen() -> bool:
            tallies = [client.tally for client in clients]
            return min(sum(one.conflicts for one in tallies), sum(one.replays for one in tallies)) >= enough

        def busy() -> None:
            room.moment.over.wait(seconds)
            until(seen, "conflicts and repetitions", PATIENCE)

        return _judged(room, *work(clients, room.moment, busy))


def importing(stage: Stage, count: int, rows: int) -> tuple[Handed, Verdict]:
    """Hand in a file of midterm marks while teachers type into the same columns; give what came of both."""
    course = Course(stage, rows, count)
    handed: list[Handed] = []
    try:
        with _room(stage) as room:
            done = work(course.typists(room), room.moment, lambda: handed.append(course.hand_in(room)))
            # The learners of the file were made up for it and follow from no event.
            return handed[0], _judged(room, *done, but="I3")
    finally:
        course.close()


@contextmanager
def _room(stage: Stage) -> Iterator[Room]:
    with tempfile.TemporaryDirectory(prefix="trial-") as name:
        moment = Moment()
        moment.name = "work"
        yield Room(stage, moment, Path(name))


def _judged(room: Room, tally: Tally, seconds: float, *, but: str = "") -> Verdict:
    found = check(room.stage.house.layout, journals=room.folder)
    reports = [one for one in found if one.code != but]
    sound, said = verified(room.stage, room.folder)
    return Verdict(tally, seconds, reports, said, sound)


def verified(stage: Stage, folder: Path) -> tuple[bool, str]:
    """Export every journal and let the verifier, run as the one file it is, check them.

    Returns:
        Whether it found no fault, and its words: faults, or how much it checked.
    """
    files = papers(stage.house.layout)
    with stage.session("ejournal") as session:
        ids = session.scalars(select(JOURNAL.c.id).where(JOURNAL.c.stream_number > 0)).all()
        names = [f"{at}.json" for at, _id in enumerate(ids)]
        for name, id_ in zip(names, ids, strict=True):
            document = gather(session, journal_id=id_, store=files) | {"audit": None}
            (folder / name).write_text(dumped(document), encoding="utf-8")
    (folder / "verify_journal.py").write_text(onefile.source(), encoding="utf-8")
    command = [sys.executable, "-I", "verify_journal.py", *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return False, "\n".join(
            [*[line for line in done.stdout.splitlines() if "0 faults" not in line][:5], done.stderr]
        )
    return True, f"{len(names)} journals, 0 faults"


def rows(verdict: Verdict) -> list[str]:
    """Write the table of a run."""
    tally, reports = verdict.tally, {one.code: one for one in verdict.reports}
    times = sorted(tally.milliseconds)
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    good = tally.acknowledged.total()
    return [
        f"writes asked               {tally.asked:>9,}",
        f"acknowledged               {good:>9,}   {good / verdict.seconds:.0f}/s, p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms",
        f"a colleague was faster     {tally.conflicts:>9,}",
        f"sent twice, same answer    {tally.replays:>9,}",
        f"asked again after trouble  {tally.refusals.total():>9,}",
        f"never answered             {tally.unanswered:>9,}",
        f"lost                       {len(reports['I1'].breaches):>9,}",
        f"doubled                    {len(reports['I2'].breaches):>9,}",
        f"surprises                  {len(tally.surprises):>9,}",
        f"offline verifier           {verdict.verified}",
        *tally.surprises[:5],
    ]


def at_once(stage: Stage, count: int = AT_ONCE) -> str:
    """Let teachers each save four marks within one second; give how long they waited."""
    with tempfile.TemporaryDirectory(prefix="trial-") as name:
        moment = Moment()
        clients = [
            one for one in Room(stage, moment, Path(name)).teachers(count, each=1) if isinstance(one, Teacher)
        ]
        gate = threading.Barrier(len(clients))

        def one(at: int) -> None:
            gate.wait()
            time.sleep(at / len(clients))
            clients[at].save_own()

        threads = [threading.Thread(target=one, args=(at,)) for at in range(len(clients))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        total = Tally()
        for client in clients:
            total.take(client.tally)
    times = sorted(total.milliseconds)
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    return (
        f"{count} teachers in one second: {total.acknowledged.total()} saved, {total.refusals.total()} asked again, "
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {times[-1]:.0f} ms"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial.

    Returns:
        1 when something was lost, doubled or not as it should be.
    """
    parser = argparse.ArgumentParser(
        prog="dev.trial.concurrency", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rows", type=int, help="of a file of midterm marks that is handed in meanwhile")
    given = parser.parse_args(arguments)
    with running_house() as house:
        stage = Stage(house)
        if given.rows:
            console.say(f"{given.clients} clients while a file of {given.rows:,} rows is handed in")
            handed, verdict = importing(stage, given.clients, given.rows)
            console.announce(f"{handed}")
        else:
            console.say(f"{given.clients} clients for {given.seconds:g} s")
            handed, verdict = None, many(stage, given.clients, given.seconds)
            console.announce(at_once(stage))
        console.announce("\n".join([*rows(verdict), table(verdict.reports)]))
    return int(not verdict.holds or bool(handed and handed.lost))


if __name__ == "__main__":
    sys.exit(main())
