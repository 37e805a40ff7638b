"""Use cases of cataloguing: check an exchange file, apply it, read a record."""

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, undefer

from chassis.audit import audit
from chassis.db import new_id
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import sort_key
from chassis.outbox import record as record_event
from chassis.problems import Conflict, Invalid, NotFound
from library.cataloguing.model import ImportBatch, Record
from library.cataloguing.rules.brief import Brief, describe, tell_format
from library.cataloguing.rules.iso2709 import (
    BrokenRecordError,
    MarcRecord,
    RawRecord,
    decode_record,
    split_records,
)
from library.folding import fold

FEED = "library/catalogue"
CHUNK = 200

REASONS = {
    "no-terminator": _l("the record has no end mark"),
    "length": _l("the length in the leader is not the length of the record"),
    "base-address": _l("the leader does not say where the data begin"),
    "directory": _l("the directory points to places that are not fields"),
    "unreadable": _l("the record cannot be read"),
    "encoding": _l("the text is in no encoding the library knows"),
}


class EmptyFile(Invalid):
    """A file without a single record."""

    code = "library.empty-file"
    title = _l("There is not a single MARC record in this file")


class BatchNotFound(NotFound):
    """No such batch."""

    code = "library.batch-not-found"
    title = _l("There is no such import")


class RecordNotFound(NotFound):
    """No such record."""

    code = "library.record-not-found"
    title = _l("There is no such record in the catalogue")


class NothingToApply(Conflict):
    """A batch none of whose records is good."""

    code = "library.nothing-to-apply"
    title = _l("No record of this file can be taken over")


@dataclass(frozen=True)
class Good:
    """A record that can be taken over: its bytes, its fields and its brief description."""

    raw: RawRecord
    marc: MarcRecord
    brief: Brief


def read_file(content: bytes) -> tuple[list[Good], list[dict[str, Any]]]:
    """Read every record of an exchange file.

    Args:
        content: the file.

    Returns:
        The good records, and for each bad one its position (from 1), byte offset and reason code.
    """
    good, bad = [], []
    for raw in split_records(content):
        try:
            marc = decode_record(raw.data)
            good.append(Good(raw, marc, _numbered(describe(marc), raw)))
        except BrokenRecordError as error:
            bad.append({"position": raw.position, "offset": raw.offset, "reason": error.reason})
    return good, bad


def _numbered(brief: Brief, raw: RawRecord) -> Brief:
    """Give a record without field 001 a number made of its bytes, so that it is found again when it comes again."""
    if brief.control_number:
        return brief
    return replace(brief, control_number=f"sha256:{hashlib.sha256(raw.data).hexdigest()[:24]}")


def check_file(session: Session, *, filename: str, content: bytes, by: UUID, now: datetime) -> ImportBatch:
    """Check an exchange file without taking anything over.

    Args:
        session: unit of work.
        filename: as the person named it.
        content: the file.
        by: person who checks.
        now: present moment.

    Returns:
        The stored batch with its report; the batch of an earlier check when the same bytes came before.

    Raises:
        EmptyFile: nothing in the file looks like a record.
    """
    digest = hashlib.sha256(content).hexdigest()
    known = session.scalar(
        select(ImportBatch).where(ImportBatch.sha256 == digest).with_for_update(key_share=True)
    )
    if known is not None:
        return known
    good, bad = read_file(content)
    if not good and not bad:
        raise EmptyFile
    batch = ImportBatch(
        id=new_id(),
        filename=filename[:200],
        sha256=digest,
        content=content,
        report=_report(good, bad),
        checked_by=by,
        checked_at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def _report(good: list[Good], bad: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "good": len(good),
        "bad": bad,
        "formats": Counter(tell_format(item.marc) for item in good),
        "encodings": Counter(item.marc.encoding for item in good),
        "sample": [{"title": item.brief.title, "authors": list(item.brief.authors[:2])} for item in good[:5]],
    }


def apply_batch(session: Session, *, batch_id: UUID, by: UUID, now: datetime) -> ImportBatch:
    """Take the good records of a checked file over into the catalogue; applying twice changes nothing.

    Args:
        session: unit of work.
        batch_id: a batch of `check_file`.
        by: person who applies.
        now: present moment.

    Returns:
        The batch; its report says how many records are new, changed and the same as before.

    Raises:
        BatchNotFound: no such batch.
        NothingToApply: the file has no good record.
    """
    batch = session.scalar(
        select(ImportBatch)
        .where(ImportBatch.id == batch_id)
        .options(undefer(ImportBatch.content))
        .with_for_update(key_share=True)
    )
    if batch is None:
        raise BatchNotFound
    if batch.state == "applied":
        return batch
    good, _bad = read_file(batch.content)
    if not good:
        raise NothingToApply
    counts: Counter[str] = Counter()
    for start in range(0, len(good), CHUNK):
        counts.update(_store(session, good[start : start + CHUNK], batch_id=batch.id, now=now))
    same = len(good) - counts.total()
    batch.report = batch.report | {"new": counts["new"], "changed": counts["changed"], "same": same}
    batch.state, batch.applied_at = "applied", now
    audit(
        session,
        act="library.records.imported",
        subject=str(batch.id),
        after=batch.report | {"sample": []},
        actor=str(by),
    )
    return batch


def _store(session: Session, goods: list[Good], *, batch_id: UUID, now: datetime) -> Counter[str]:
    """Insert or update one chunk in one statement and record an event per row that changed."""
    unique = {(tell_format(item.marc), item.brief.control_number): item for item in goods}
    rows = [_row(item, batch_id=batch_id, now=now) for item in unique.values()]
    statement = insert(Record).values(rows)
    kept = {"id", "created_at", "format", "control_number", "version"}
    changes = {name: statement.excluded[name] for name in rows[0] if name not in kept}
    stored = session.execute(
        statement.on_conflict_do_update(
            constraint="uq_record_control_number",
            set_=changes | {"version": Record.version + 1},
            where=Record.raw != statement.excluded.raw,
        ).returning(
            Record.id, Record.version, Record.title, Record.authors, Record.year, Record.language, Record.kind
        )
    ).all()
    for line in stored:
        record_event(
            session,
            "library.record.published.v1",
            feed=FEED,
            subject=str(line.id),
            subject_version=line.version,
            data={
                "record_id": str(line.id),
                "title": line.title,
                "authors": line.authors,
                "year": line.year,
                "language": line.language or None,
                "kind": line.kind,
            },
        )
    return Counter("new" if line.version == 1 else "changed" for line in stored)


def _row(item: Good, *, batch_id: UUID, now: datetime) -> dict[str, Any]:
    brief = asdict(item.brief)
    return {
        **brief,
        "id": new_id(),
        "batch_id": batch_id,
        "format": tell_format(item.marc),
        "encoding": item.marc.encoding,
        "raw": item.raw.data,
        "fields": [asdict(field) for field in item.marc.fields],
        "sort_key": sort_key(item.brief.title),
        **_folded(item.brief),
        "created_at": now,
        "version": 1,
        **{name: list(brief[name]) for name in ("authors", "isbns", "subjects", "classes")},
    }


def _folded(brief: Brief) -> dict[str, str]:
    """Fold what search looks in, by weight."""
    return {
        "folded": fold(f"{brief.title} {brief.remainder}"),
        "folded_people": fold(" ".join((*brief.authors, brief.responsibility))),
        "folded_subjects": fold(" ".join((*brief.subjects, brief.host))),
        "folded_rest": fold(" ".join((brief.publisher, brief.place, str(brief.year or ""), *brief.isbns))),
    }


def list_batches(session: Session, *, limit: int = 20) -> list[ImportBatch]:
    """List the newest batches."""
    return list(session.scalars(select(ImportBatch).order_by(ImportBatch.checked_at.desc()).limit(limit)))


def get_batch_or_raise(session: Session, *, batch_id: UUID) -> ImportBatch:
    """Give a batch, or raise `BatchNotFound`."""
    batch = session.get(ImportBatch, batch_id)
    if batch is None:
        raise BatchNotFound
    return batch
