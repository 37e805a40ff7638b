"""The transcript as a paper: PDF in Kazakh, Russian or English with a QR code of the public check page."""

from functools import cache
from importlib.resources import files
from typing import Any

from chassis import i18n
from chassis.i18n import format_date, localized
from chassis.i18n import gettext as _
from design import paper
from ejournal.attestation import wording
from ejournal.attestation.transcript import Part, Transcript
from ejournal.control.service import RuleBook

COLUMNS = ("code", "title", "credits", "attempt", "kind", "exam", "final", "letter", "points", "traditional")


def heads() -> list[str]:
    """Name the columns of a transcript, in the order of `COLUMNS`."""
    return [
        _("Code"), _("Discipline"), _("Credits"), _("Attempt"), _("Form of control"), _("Examination"), _("Final mark"),
        _("Letter"), _("Points"), _("Traditional mark"),
    ]  # fmt: skip


def make_pdf(
    transcript: Transcript, *, book: RuleBook, catalogue: i18n.Catalogue, language: str, address: str
) -> bytes:
    """Print a transcript.

    Args:
        transcript: what it says.
        book: for the letters of absence.
        catalogue: words in all languages.
        language: of the paper.
        address: of the check page, with the seal.
    """
    with i18n.speaking(catalogue[language]):
        data = _data(transcript, book, language)
    return paper.pdf(_template(), data | {"qr": paper.qr(address), "address": address})


@cache
def _template() -> bytes:
    return files("ejournal.attestation").joinpath("transcript.typ").read_bytes()


def _data(transcript: Transcript, book: RuleBook, language: str) -> dict[str, Any]:
    learner = transcript.learner
    names = (learner.family_name, learner.given_name, learner.patronymic)
    return {
        "language": language,
        "institution": _("Academy of the Ministry of Internal Affairs of the Republic of Kazakhstan"),
        "title": _("Transcript"),
        "name": " ".join(name for name in names if name),
        "facts": [
            [_("Group"), learner.group or "—"],
            [_("Date"), format_date(transcript.day)],
            *(list(pair) for pair in wording.figures(transcript.whole)),
        ],
        "heads": heads(),
        "parts": [_part(part, book, language) for part in transcript.parts],
        "empty": "" if transcript.parts else _("No final marks yet."),
        "page": _("Page"),
        "note": _(
            "All attempts are shown; the latest at each discipline counts for GPA. Each mark is read by the scale of its own period."
        ),
        "check": _(
            "Read the QR code to check this transcript: compare the date, GPA, credits and number of lines."
        ),
        "count": _("Lines: %(count)s", count=transcript.count),
        "digest": f"SHA-256 {transcript.digest}",
    }


def _part(part: Part, book: RuleBook, language: str) -> dict[str, Any]:
    told = [wording.line(line, book, language) for line in part.lines]
    return {
        "title": localized(part.title) or _("Period not known yet"),
        "gpa": f"{_('GPA')}: {wording.gpa(part.summary.gpa)}",
        "rows": [[one[name] for name in COLUMNS] for one in told],
    }
