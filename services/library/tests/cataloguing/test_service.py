"""clause_4_6, clause_16, clause_17_3: real exchange files come into the catalogue whole, once, and changes are seen."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.outbox import pending
from library.cataloguing.model import Record
from library.cataloguing.service import (
    BatchNotFound,
    EmptyFile,
    NothingToApply,
    apply_batch,
    check_file,
    get_batch_or_raise,
)

MARC = Path(__file__).parents[5] / "shared" / "data" / "marc"
BY = UUID("00000000-0000-4000-8000-00000000000b")


def take(session: Session, content: bytes) -> dict[str, object]:
    batch = check_file(session, filename="f.iso", content=content, by=BY, now=clock.now())
    return apply_batch(session, batch_id=batch.id, by=BY, now=clock.now()).report


@pytest.mark.parametrize(("name", "count"), [("irbis-demo.iso", 81), ("jazz-1k.mrc", 1000)])
def test_real_file_is_taken_over_whole(session: Session, name: str, count: int) -> None:
    content = (MARC / name).read_bytes()
    report = take(session, content)
    assert (report["good"], report["bad"], report["new"]) == (count, [], count)
    assert session.scalar(select(func.count()).select_from(Record)) == count
    assert len(pending(session)) == count
    kept = session.scalars(select(Record.raw)).all()
    assert sorted(kept) == sorted(part + b"\x1d" for part in content.split(b"\x1d") if part.strip())


def test_the_same_file_twice_is_one_import(session: Session) -> None:
    content = (MARC / "irbis-demo.iso").read_bytes()
    first = take(session, content)
    assert take(session, content) == first
    assert session.scalar(select(func.count()).select_from(Record)) == 81


def test_a_changed_record_gets_a_new_version(session: Session) -> None:
    content = (MARC / "irbis-demo.iso").read_bytes()
    take(session, content)
    first = content.split(b"\x1d")[0] + b"\x1d"
    changed = first.replace("портр".encode("cp1251"), "карты".encode("cp1251"))
    assert changed != first
    assert len(changed) == len(first)
    report = take(session, changed)
    assert (report["new"], report["changed"], report["same"]) == (0, 1, 0)
    assert session.scalars(select(Record.version).where(Record.raw == changed)).one() == 2


def test_bad_records_are_named_and_the_good_ones_taken(session: Session) -> None:
    content = (MARC / "irbis-demo.iso").read_bytes()
    batch = check_file(session, filename="f.iso", content=b"99999" + content[5:], by=BY, now=clock.now())
    assert batch.report["good"] == 80
    assert batch.report["bad"] == [{"position": 1, "offset": 0, "reason": "length"}]


def test_check_alone_takes_nothing_over(session: Session) -> None:
    content = (MARC / "irbis-demo.iso").read_bytes()
    check_file(session, filename="f.iso", content=content, by=BY, now=clock.now())
    assert session.scalar(select(func.count()).select_from(Record)) == 0
    assert not pending(session)


@pytest.mark.parametrize("content", [b"", b"\r\n\x1a"])
def test_an_empty_file_is_refused(session: Session, content: bytes) -> None:
    with pytest.raises(EmptyFile):
        check_file(session, filename="f.iso", content=content, by=BY, now=clock.now())


def test_a_file_of_junk_cannot_be_applied(session: Session) -> None:
    batch = check_file(session, filename="f.iso", content=b"junk\x1d", by=BY, now=clock.now())
    with pytest.raises(NothingToApply):
        apply_batch(session, batch_id=batch.id, by=BY, now=clock.now())


def test_an_unknown_batch_is_named(session: Session) -> None:
    with pytest.raises(BatchNotFound):
        get_batch_or_raise(session, batch_id=uuid4())
