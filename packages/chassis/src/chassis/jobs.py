"""What a worker does by the clock: the jobs of a service, each in a unit of work of its own, by one worker at a time."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import structlog
from sqlalchemy import Engine, func, select

from chassis import board as boards
from chassis import clock
from chassis.board import Board
from chassis.db import unit_of_work
from chassis.service import Job
from chassis.settings import Settings

LONGEST_REST = 1.0
logger = structlog.get_logger(__name__)


def run_job(engine: Engine, settings: Settings, job: Job, board: Board | None = None) -> bool:
    """Run a job once, unless another worker is at it.

    Returns:
        Whether it ran to its end; what it raised is logged.
    """
    try:
        with unit_of_work(engine) as session:
            mine = session.scalar(
                select(func.pg_try_advisory_xact_lock(func.hashtextextended(f"job:{job.name}", 0)))
            )
            if mine:
                job.run(session, settings)
        if board is not None:
            board.well(job.name)
        return bool(mine)
    except Exception as error:
        logger.exception("job failed", job=job.name)
        if board is not None:
            board.trouble(job.name, boards.JOB, repr(error))
        return False


def run(
    engine: Engine,
    settings: Settings,
    jobs: Sequence[Job],
    stop: threading.Event,
    board: Board | None = None,
) -> None:
    """Run jobs until ``stop``, each when its time has come; the first time soon after the start."""
    due = {job: clock.monotonic() for job in jobs}
    while not stop.is_set():
        for job in jobs:
            if clock.monotonic() >= due[job] and not stop.is_set():
                due[job] = clock.monotonic() + job.every.total_seconds()
                run_job(engine, settings, job, board)
        stop.wait(LONGEST_REST)
