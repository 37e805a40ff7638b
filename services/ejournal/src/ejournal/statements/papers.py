"""The paper of a statement: PDF in Kazakh and Russian with a QR code of the public check page.

Of a sealed statement both papers are printed once, at the sealing, and kept; their digests are on record, so that a paper changed by
one bit is told. Before the sealing a draft says across the page that it is one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from chassis import i18n
from chassis.db import AnyRow
from chassis.files import Store
from chassis.i18n import format_date, format_datetime, localized
from chassis.i18n import gettext as _
from design import paper
from ejournal.control.rules_values import Letters
from ejournal.control.service import get_book
from ejournal.statements import keys, service, wording
from ejournal.statements.model import PAPER
from ejournal.statements.rules import EXAMINER, REGISTRAR, SEALED
from ejournal.statements.rules_rows import totals

LANGUAGES = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class Press:
    """What printing needs: words in all languages, the address of the house, the store of files."""

    catalogue: i18n.Catalogue
    public_url: str
    store: Store

    def __call__(self, session: Session, statement_id: UUID) -> Mapping[str, str]:
        """Print and keep the papers of a statement that was sealed just now; answer their digests by language."""
        digests = {}
        for language in LANGUAGES:
            made = self.print(session, statement_id=statement_id, language=language)
            digest = digests[language] = self.store.put(made)
            session.execute(
                insert(PAPER).values(
                    statement_id=statement_id, language=language, digest=digest, size=len(made)
                )
            )
        return digests

    def print(self, session: Session, *, statement_id: UUID, language: str) -> bytes:
        """Print a statement as it stands."""
        statement = service.read(session, statement_id=statement_id)
        rows = service.list_rows(session, statement_id=statement_id)
        signatures = service.list_signatures(session, statement_id=statement_id)
        letters = get_book(session).letters
        with i18n.speaking(self.catalogue[language]):
            data = _data(statement, rows, signatures, letters, language)
        if statement.state in SEALED:
            address = check_address(self.public_url, statement)
            data |= {"qr": paper.qr(address)}
        return paper.pdf(_template(), data)

    def kept(self, session: Session, *, statement: AnyRow, language: str) -> bytes:
        """Give the paper that was printed at the sealing, or a draft while there is none."""
        digest = service.list_papers(session, statement_id=statement.id).get(language)
        if digest is None:
            return self.print(session, statement_id=statement.id, language=language)
        return self.store.get(digest)


@cache
def _template() -> bytes:
    return files("ejournal.statements").joinpath("statement.typ").read_bytes()


def check_address(public_url: str, statement: AnyRow) -> str:
    """Give the address of the public check page for a statement, as its QR code has it."""
    asked = urlencode({"number": wording.number_of(statement), "code": statement.code})
    return f"{public_url}/journal/check?{asked}"


def _data(
    statement: AnyRow,
    rows: Sequence[Mapping[str, Any]],
    signatures: Sequence[AnyRow],
    letters: Letters,
    language: str,
) -> dict[str, Any]:
    number = wording.number_of(statement)
    sealed = statement.state in SEALED
    columns = wording.columns(statement.kind)
    return {
        "language": language,
        "institution": localized(statement.head["institution"]),
        "title": _("%(kind)s No. %(number)s", kind=str(wording.KINDS[statement.kind]), number=number),
        "basis": wording.basis(statement),
        "number_line": f"№ {number}",
        "page": _("Page"),
        "draft": "" if sealed else _("draft"),
        "facts": [list(fact) for fact in facts(statement)],
        "heads": ["№", _("Learner"), *(head for _name, head, _width in columns)],
        "widths": [width for _name, _head, width in columns],
        "rows": [_cells(row, columns, letters, language) for row in rows],
        "totals": wording.totals(totals(rows), statement.kind),
        "signatures": [_signature(statement, signatures, role) for role in (EXAMINER, REGISTRAR)],
        "qr": "",
        "check": _check_line(statement) if sealed else "",
        "digest": f"SHA-256 {statement.digest}" if sealed else "",
    }


def facts(statement: AnyRow) -> list[tuple[str, str]]:
    """Say what stands above the rows, as pairs of a word and its value; what is not known is left out."""
    head = statement.head
    day = date.fromisoformat(head["date"]) if head["date"] else None
    hour = " ".join(part for part in (format_date(day) if day else "", head["time"]) if part)
    pairs = [
        (_("Discipline"), localized(head["discipline"])),
        (_("Group"), head["group"]),
        (_("Year of study"), str(head["course"] or "")),
        (_("Period"), localized(head["period"])),
        (_("Credits"), head["credits"]),
        (_("Form of control"), _("exam") if head["control"] == "exam" else _("credit test")),
        (_("Date and time"), hour),
        (_("Room"), head["room"]),
        (_("Examiners"), ", ".join(head["teachers"])),
        (_("Issued"), format_date(statement.issued_at)),
    ]
    return [pair for pair in pairs if pair[1]]


def _cells(
    row: Mapping[str, Any], columns: Sequence[wording.Column], letters: Letters, language: str
) -> list[str]:
    told = wording.row(row, letters, language)
    return [told["number"], told["name"], *(told[name] for name, _head, _width in columns)]


def _signature(statement: AnyRow, signatures: Sequence[AnyRow], role: str) -> dict[str, str]:
    found = next((one for one in reversed(signatures) if one.role == role), None)
    counts = found is not None and (statement.state in SEALED or found.version == statement.version)
    told = {"role": str(wording.ROLES[role]), "name": "", "when": "", "key": "", "blank": _("signature")}
    if found is None or not counts:
        return told
    return told | {
        "name": found.name,
        "when": _("Signed electronically %(when)s", when=format_datetime(found.signed_at)),
        "key": _("Key %(key)s", key=keys.fingerprint(found.public)),
    }


def _check_line(statement: AnyRow) -> str:
    return _(
        "To check this paper, read the QR code, or open the page “Check a statement” of the electronic journal and enter "
        "the number %(number)s and the code %(code)s.",
        number=wording.number_of(statement),
        code=wording.code_of(statement),
    )
