"""Put 400 titles with copies on the shelves and books into readers' hands."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID

import pymarc
from sqlalchemy import select
from sqlalchemy.orm import Session

from dev.demo import words
from dev.demo.academy import SEED
from library.acquisition.service import add_copies
from library.cataloguing.model import Record
from library.cataloguing.service import apply_batch, check_file
from library.lending.service import issue
from library.readers.model import Reader

DEMO = UUID(int=21)
TITLES = 400
LOANS = 90
KINDS = (
    ("оқулық", "учебник"),
    ("оқу құралы", "учебное пособие"),
    ("практикум", "практикум"),
    ("дәрістер жинағы", "курс лекций"),
    ("сызбалар мен кестелерде", "в схемах и таблицах"),
    ("тест тапсырмалары", "тестовые задания"),
    ("монография", "монография"),
)
PUBLISHERS = (
    ("Астана", "Академия баспасы", "Издательство Академии"),
    ("Алматы", "Оқулық баспасы", "Изд-во «Оқулық»"),
    ("Қарағанды", "Зерде", "Зерде"),
)
# Leader of a printed book: language material, monograph.
BOOK = "     nam a22     uu 4500 "[:24]
PLACES = ("Негізгі кітап қоймасы", "Оқу залы", "Абонемент")


def load(session: Session, *, day: date, now: datetime) -> None:
    """Load titles, copies and loans; readers must be known already."""
    chance = random.Random(SEED)  # noqa: S311 - believable, not secret
    content = b"".join(_record(chance, number, day.year) for number in range(TITLES))
    batch = check_file(session, filename="demo.mrc", content=content, by=DEMO, now=now)
    apply_batch(session, batch_id=batch.id, by=DEMO, now=now)
    barcodes = []
    for record_id in session.scalars(select(Record.id).order_by(Record.control_number)):
        count, place = chance.choice((1, 2, 3, 5)), chance.choice(PLACES)
        copies = add_copies(session, record_id=record_id, count=count, place=place, by=DEMO, now=now)
        barcodes += [copy.barcode for copy in copies]
    _lend(session, chance, barcodes, day, now)


def _lend(session: Session, chance: random.Random, barcodes: list[str], day: date, now: datetime) -> None:
    """Issue books over the last twenty days, so that some are overdue."""
    query = select(Reader.person_id).where(Reader.category == "learner").order_by(Reader.number)
    readers = list(session.scalars(query))
    for reader, barcode in zip(readers, chance.sample(barcodes, min(LOANS, len(readers))), strict=False):
        ago = timedelta(days=chance.choice((1, 3, 7, 12, 20)))
        issue(session, barcode=barcode, reader_id=reader, by=DEMO, today=day - ago, now=now - ago)


def _record(chance: random.Random, number: int, year: int) -> bytes:
    _code, _department, _credits, title = words.DISCIPLINES[number % len(words.DISCIPLINES)]
    kazakh = chance.random() < 0.5
    kind = KINDS[number // len(words.DISCIPLINES) % len(KINDS)][not kazakh]
    place, kk, ru = chance.choice(PUBLISHERS)
    man = chance.random() < 0.6
    family = chance.choice(words.FAMILY_NAMES)[not man]
    initials = f"{chance.choice('АБЕЖМНС')}. {chance.choice('АБЕЖМНС')}."
    main = title.kk if kazakh else title.ru
    parts = [pymarc.Field(tag="001", data=f"SHQ{number:06d}")]
    for tag, subfields in (
        ("041", {"a": "kaz" if kazakh else "rus"}),
        ("100", {"a": f"{family}, {initials}"}),
        ("245", {"a": f"{main} :", "b": f"{kind} /", "c": f"{initials} {family}"}),
        ("260", {"a": f"{place} :", "b": f"{kk if kazakh else ru},", "c": str(year - chance.randint(0, 14))}),
        ("300", {"a": f"{chance.randint(80, 520)} {'б.' if kazakh else 'с.'}"}),
        ("650", {"a": main}),
    ):
        indicators = pymarc.Indicators(" ", " ")
        values = [pymarc.Subfield(code, value) for code, value in subfields.items()]
        parts.append(pymarc.Field(tag=tag, indicators=indicators, subfields=values))
    record = pymarc.Record(fields=parts, force_utf8=True, leader=BOOK)
    return bytes(record.as_marc())
