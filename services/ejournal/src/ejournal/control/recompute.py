"""What a draft would change in a period: asked for on a page, computed by the worker journal by journal, kept to be read.

Nothing that stands is touched: the results of journals are read, those the draft would give are computed beside them. A run of the job
takes as many journals as fit into its time, so that the page sees how far it is.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow, new_id
from chassis.problems import NotFound
from chassis.service import Job
from chassis.settings import Settings
from ejournal.control.model import REPORT_LINE, RuleDraft, RuleReport
from ejournal.control.rules_drafts import Content, rule_set
from ejournal.control.rules_recompute import Change, compare
from ejournal.control.rules_sets import RuleSet
from ejournal.control.service import RuleBook, get_book
from ejournal.journal.model import JOURNAL, SHEET_ROW
from ejournal.journal.rules import all_results
from ejournal.journal.rules_membership import standing
from ejournal.journal.service import Reader, within
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD, PERSON
from ejournal.teaching.rules import full_name

SECONDS = 1.5
"""How long one run of the job works before it shows how far it is."""


def list_periods(session: Session) -> Sequence[AnyRow]:
    """List the periods that have journals, the latest first."""
    with_journals = select(JOURNAL.c.id).where(JOURNAL.c.period_id == PERIOD.c.period_id).exists()
    query = select(PERIOD.c.period_id, PERIOD.c.title, PERIOD.c.code).where(with_journals)
    return session.execute(query.order_by(PERIOD.c.starts.desc())).all()


def ask(session: Session, *, draft: RuleDraft, period_id: UUID, actor: UUID) -> RuleReport:
    """Ask for the report of a draft over a period; the worker makes it.

    Raises:
        NotFound: there is no such period with journals.
    """
    total = session.scalar(select(func.count()).select_from(JOURNAL).where(_of(period_id))) or 0
    if not total:
        raise NotFound
    report = RuleReport(
        id=new_id(),
        draft_id=draft.id,
        draft_version=draft.version,
        period_id=period_id,
        parameters=draft.parameters,
        scale=draft.scale,
        asked_by=actor,
        asked_at=clock.now(),
        total=total,
        done=0,
    )
    session.add(report)
    session.flush()
    return report


def get_or_raise(session: Session, id: UUID) -> RuleReport:
    """Get a report.

    Raises:
        NotFound: there is none.
    """
    report = session.get(RuleReport, id)
    if report is None:
        raise NotFound
    return report


def list_(session: Session, *, draft: RuleDraft) -> Sequence[AnyRow]:
    """List the reports of a draft with the titles of their periods, the latest first."""
    query = select(RuleReport, PERIOD.c.title).outerjoin(PERIOD, PERIOD.c.period_id == RuleReport.period_id)
    found = query.where(RuleReport.draft_id == draft.id).order_by(RuleReport.asked_at.desc()).limit(20)
    return session.execute(found).all()


def find_finished(session: Session, *, draft: RuleDraft) -> RuleReport | None:
    """Find the latest finished report for a draft as it is now."""
    query = select(RuleReport).where(
        RuleReport.draft_id == draft.id,
        RuleReport.draft_version == draft.version,
        RuleReport.finished_at.is_not(None),
    )
    return session.scalars(query.order_by(RuleReport.finished_at.desc()).limit(1)).one_or_none()


def _of(period_id: UUID) -> Any:
    return (JOURNAL.c.period_id == period_id) & JOURNAL.c.rule_set.is_not(None)


def work(session: Session, _settings: Settings) -> None:
    """Go on with the oldest unfinished report for a moment."""
    query = select(RuleReport).where(RuleReport.finished_at.is_(None)).order_by(RuleReport.asked_at).limit(1)
    report = session.scalars(query.with_for_update(key_share=True, skip_locked=True)).one_or_none()
    if report is None:
        return
    draft = session.get_one(RuleDraft, report.draft_id)
    content = Content(report.parameters, report.scale)
    rules = rule_set(content, code=draft.code, valid_from=draft.valid_from)
    until = clock.monotonic() + SECONDS
    while clock.monotonic() < until:
        journal = _next(session, report)
        if journal is None:
            report.finished_at = clock.now()
            return
        line = _line(session, journal, rules, get_book(session, rule_set=journal.rule_set))
        session.execute(insert(REPORT_LINE).values(report_id=report.id, journal_id=journal.id, **line))
        report.last_journal, report.done = journal.id, report.done + 1


def _next(session: Session, report: RuleReport) -> AnyRow | None:
    query = select(JOURNAL.c.id, JOURNAL.c.columns, JOURNAL.c.rule_set).where(_of(report.period_id))
    if report.last_journal is not None:
        query = query.where(JOURNAL.c.id > report.last_journal)
    return session.execute(query.order_by(JOURNAL.c.id).limit(1)).one_or_none()


def _line(session: Session, journal: AnyRow, rules: RuleSet, book: RuleBook) -> dict[str, Any]:
    names = ("person_id", "cells", "results", "spans", "carried")
    query = select(*(SHEET_ROW.c[name] for name in names)).where(
        SHEET_ROW.c.journal_id == journal.id, SHEET_ROW.c.active
    )
    old_rules = book.sets[journal.rule_set]
    changes: dict[str, Change] = {
        str(row.person_id): compare(
            row.results,
            all_results(*standing(row.cells, journal.columns, row.spans, row.carried), book.letters, rules),
            old_rules,
            rules,
        )
        for row in session.execute(query)
    }
    return {
        "learners": len(changes),
        "p": sum(change.p for change in changes.values()),
        "rd": sum(change.rd for change in changes.values()),
        "letters": sum(change.letter for change in changes.values()),
        "gains": _people(changes, "gain"),
        "losses": _people(changes, "lose"),
    }


def _people(changes: dict[str, Change], kind: str) -> list[dict[str, Any]]:
    return [
        {"person_id": person, "was": change.was, "becomes": change.becomes}
        for person, change in changes.items()
        if change.admission == kind
    ]


COUNTS = {
    **{name: func.sum(REPORT_LINE.c[name]) for name in ("learners", "p", "rd", "letters")},
    "gains": func.sum(func.jsonb_array_length(REPORT_LINE.c.gains)),
    "losses": func.sum(func.jsonb_array_length(REPORT_LINE.c.losses)),
}


def count(session: Session, *, report: RuleReport, by: str = "") -> Sequence[RowMapping]:
    """Count what changes: altogether, or by `group` or `department` (those with changes, the most changed admissions first)."""
    columns = [column.label(name) for name, column in COUNTS.items()]
    place = {"group": GROUP.c.code, "department": DISCIPLINE.c.department_code}.get(by)
    query = select(*columns) if place is None else select(place.label("place"), *columns).group_by(place)
    query = (
        query.select_from(REPORT_LINE)
        .join(JOURNAL, JOURNAL.c.id == REPORT_LINE.c.journal_id)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .where(REPORT_LINE.c.report_id == report.id)
    )
    if place is not None:
        query = query.order_by((COUNTS["gains"] + COUNTS["losses"]).desc(), COUNTS["rd"].desc(), place)
    return session.execute(query).mappings().all()


def list_people(session: Session, *, report: RuleReport, reader: Reader) -> list[dict[str, Any]]:
    """List who would gain or lose admission, with names, in journals the reader may see."""
    query = (
        select(
            JOURNAL.c.id,
            DISCIPLINE.c.title,
            GROUP.c.code.label("group"),
            REPORT_LINE.c.gains,
            REPORT_LINE.c.losses,
        )
        .join(JOURNAL, JOURNAL.c.id == REPORT_LINE.c.journal_id)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .where(REPORT_LINE.c.report_id == report.id, within(reader))
        .order_by(GROUP.c.code, DISCIPLINE.c.code)
    )
    lines = session.execute(query).all()
    found = [
        {"kind": kind, "journal_id": line.id, "discipline": line.title, "group": line.group, **person}
        for line in lines
        for kind, people in (("lose", line.losses), ("gain", line.gains))
        for person in people
    ]
    names = _names(session, {UUID(one["person_id"]) for one in found})
    return [{**one, "name": names.get(UUID(one["person_id"]), "")} for one in found]


def _names(session: Session, people: set[UUID]) -> dict[UUID, str]:
    query = select(PERSON.c.person_id, PERSON.c.family_name, PERSON.c.given_name)
    rows = session.execute(query.where(PERSON.c.person_id.in_(people)))
    return {row.person_id: full_name(row.family_name, row.given_name) for row in rows}


JOBS = (Job("rule reports", timedelta(seconds=1), work),)
"""The worker goes on with reports every second."""
