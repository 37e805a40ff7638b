"""How statements speak: kinds, states, refusals, and the cells of their rows, in the reader's language."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chassis.i18n import format_date, format_number, ngettext
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from ejournal.control.rules_values import Letters
from ejournal.control.service import RuleBook
from ejournal.fractions import decimal_text, exact
from ejournal.journal.rules import Verdict
from ejournal.journal.wording import MIDTERM_NAMES, cell
from ejournal.journal.wording import REFUSALS as ADMISSION
from ejournal.learner.wording import TRADITIONAL
from ejournal.statements.rules import KINDS as RULES
from ejournal.statements.rules import Refusal
from ejournal.statements.rules_numbers import number_text
from ejournal.statements.rules_rows import Totals

KINDS = {
    "rating": _l("Rating statement"),
    "examination": _l("Examination statement"),
    "individual": _l("Individual statement"),
    "retake": _l("Retake statement (FX)"),
    "summer": _l("Summer semester statement"),
    "coursework": _l("Coursework statement"),
    "practice": _l("Practice statement"),
    "state_exam": _l("State examination statement"),
}
STATES = {
    "issued": _l("issued"),
    "filling": _l("being filled"),
    "submitted": _l("submitted by the examiner"),
    "accepted": _l("accepted and sealed"),
    "superseded": _l("superseded"),
}
STATE_TAGS = {"issued": "", "filling": "info", "submitted": "warn", "accepted": "ok", "superseded": "err"}
ROW_STATES = {
    "waiting": _l("no mark yet"),
    "not_admitted": _l("not admitted"),
    "individual": _l("absent with reason"),
    "retake": _l("retake"),
    "passed": _l("passed"),
    "failed": _l("not passed"),
}
REASONS = {
    "appeal": _l("appeal"),
    "clerical": _l("clerical error"),
    "integrity": _l("breach of academic integrity"),
}
ACTS = {
    "submit": _l("Sign and submit"),
    "accept": _l("Accept and seal"),
    "return": _l("Return with a remark"),
    "rectify": _l("Issue a rectification"),
}
ROLES = {"examiner": _l("Examiner"), "registrar": _l("Registrar")}
RELATED = {
    "after": _l("Issued from"),
    "rectifies": _l("Rectifies"),
    "rectified": _l("Rectified by"),
    "followed": _l("Followed by"),
}
WHY_NOT = {
    **ADMISSION,
    "rating-incomplete": _l(
        "the rating is not complete: a midterm control or the marks of a half are missing"
    ),
}
REFUSALS = {
    "wrong-state": _l("The statement is already in the state “%(state)s”."),
    "marks-missing": _l("Marks are missing: %(count)s. Enter a mark or a letter of absence for every admitted learner."),
    "readings-differ": _l("The two entries differ, and nobody has agreed yet: %(count)s."),
    "commission-overruled": _l("Marks differ from what the commission of the appeal decided: %(count)s."),
    "blind-entry": _l("Two teachers enter the marks of this statement, each alone, on the page “My entry”."),
    "two-teachers-needed": _l("Double entry needs two teachers of the journal."),
    "not-blind": _l("The marks of this statement are entered once, on the page of its marks."),
    "places-taken": _l("Two other teachers enter the marks of this statement."),
    "handed-in": _l("Your entry is handed in: it changes no more."),
    "entries-missing": _l("The two entries are not handed in yet."),
    "entered-oneself": _l("You entered marks of this statement: a third person agrees on what differs."),
    "nothing-differs": _l("There is nothing left to agree on."),
    "no-marks-here": _l("Marks are not entered in this statement: it keeps what the journal holds."),
    "key-missing": _l("You have no signing key yet: make one on the page “Signing key”."),
    "key-revoked": _l("Your signing key is revoked: nothing can be signed with it. Make a new one on the page “Signing key”."),
    "same-person": _l("The examiner and the registrar are two persons: you signed this statement as its examiner."),
    "examiner-key-revoked": _l("The examiner’s key was revoked after the signature. Return the statement: it is to be signed anew."),
    "already-rectified": _l("A rectification of this statement has been issued already."),
    "journal-withdrawn": _l("The journal is closed: its assignment was withdrawn."),
    "rules-unknown": _l("The period of the journal is not known yet."),
    "already-issued": _l("This statement has been issued already."),
    "midterm-empty": _l("There are no marks yet: %(which)s."),
    "source-missing": _l("This statement is issued from a sealed one: %(kinds)s."),
    "source-not-sealed": _l("The statement it is issued from is not sealed, or was superseded."),
    "nobody-needs-it": _l("There is no learner for this statement."),
}  # fmt: skip


Column = tuple[str, str, int]
"""A column of a paper or a page: the name of its cells, its head, its width on paper in millimetres."""


def columns(kind: str) -> list[Column]:
    """List the columns beside number and name."""
    rated: list[Column] = [
        ("tk1", _("CP1"), 13),
        ("rk1", _("MC1"), 11),
        ("p1", _("P1"), 13),
        ("tk2", _("CP2"), 13),
        ("rk2", _("MC2"), 11),
        ("p2", _("P2"), 13),
        ("rounded", _("AR"), 11),
        ("admitted", _("Admitted"), 17),
    ]
    marked: list[Column] = [
        ("mark", _("Exam") if RULES[kind].rated else _("Mark"), 17),
        ("final", _("Final"), 17),
        ("letter", _("Letter"), 19),
        ("points", _("Points"), 21),
        ("traditional", _("Traditional"), 37),
    ]
    return (rated if RULES[kind].rated else []) + (marked if RULES[kind].marked else [])


def basis(statement: Any) -> str:
    """Say on which ground a rectification was issued; empty for any other statement."""
    if statement.reason is None:
        return ""
    return _(
        "Rectification: %(reason)s, order No. %(order)s of %(date)s",
        reason=str(REASONS[statement.reason]),
        order=statement.order_number,
        date=format_date(statement.order_date),
    )


def code_of(statement: Any) -> str:
    """Write the check code in two groups, as people copy it."""
    return f"{statement.code[:5]}-{statement.code[5:]}"


def totals(found: Totals, kind: str) -> list[str]:
    """Say the totals in one or two lines."""
    first = _("Learners: %(listed)s, admitted: %(admitted)s.", listed=found.listed, admitted=found.admitted)
    if not RULES[kind].marked:
        return [first]
    letters = ", ".join(f"{one} — {found.letters[one]}" for one in sorted(found.letters, key=letter_place))
    shares = _(
        "Success: %(success)s, quality: %(quality)s.",
        success=percent(found.success),
        quality=percent(found.quality),
    )
    parts = [first, f"{letters}." if letters else "", shares]
    return [" ".join(filter(None, parts))]


def letter_place(letter: str) -> tuple[int, str]:
    """Order letters as the scale does: A before A-, B+ before B, FX before F."""
    return ("ABCDF".find(letter[0]), {"+": "0", "": "1", "-": "2", "X": "0"}.get(letter[1:], "3"))


def refusal(one: Refusal) -> str:
    """Say one reason."""
    params = dict(one.params)
    if "state" in params:
        params["state"] = STATES[params["state"]]
    if "which" in params:
        params["which"] = ", ".join(str(MIDTERM_NAMES[code]) for code in params["which"])
    if "kinds" in params:
        params["kinds"] = ", ".join(str(KINDS[code]) for code in params["kinds"])
    return _(REFUSALS[one.code].message, **params)


def reason(stored: Mapping[str, Any]) -> str:
    """Say a reason that was kept with its code and parameters."""
    return refusal(Refusal(stored["code"], stored["params"]))


def refused(found: Sequence[Refusal]) -> dict[str, Any]:
    """Say all reasons, as `StatementRefused` takes them."""
    reasons: list[dict[str, Any]] = [
        {"code": one.code, "params": dict(one.params), "text": refusal(one)} for one in found
    ]
    return {"detail": " ".join(one["text"] for one in reasons), "extra": {"reasons": reasons}}


def number_of(statement: Any) -> str:
    """Write the number of a statement."""
    return number_text(statement.kind, statement.year, statement.serial)


def exact_number(stored: str | None, places: int = 2) -> str:
    """Write an exact number in the reader's language, at most so many decimals."""
    value = exact(stored)
    return "" if value is None else format_number(Decimal(decimal_text(value, places)))


def percent(value: Fraction | None) -> str:
    """Write a percentage with at most one decimal, a dash when there is none."""
    return "—" if value is None else f"{format_number(Decimal(decimal_text(value, 1)))} %"


def why_not(row: Mapping[str, Any]) -> str:
    """Say why a learner is not admitted."""
    return "; ".join(str(WHY_NOT[code]) for code in row["refusals"])


def row(one: Mapping[str, Any], letters: Letters, language: str) -> dict[str, str]:
    """Say every cell of a row."""
    told = {name: exact_number(one[name]) for name in ("tk1", "p1", "tk2", "p2", "rd")}
    told |= {name: exact_number(one[name], 0) for name in ("rk1", "rk2", "rounded")}
    return told | {
        "number": str(one["position"]),
        "name": one["name"],
        "admitted": _("yes") if one["admitted"] else _("no"),
        "why": why_not(one),
        "mark": letters.show(one["mark"], language),
        "final": "" if one["final"] is None else str(one["final"]),
        "letter": one["letter"] or "",
        "points": "" if one["points"] is None else format_number(one["points"], 2),
        "traditional": str(TRADITIONAL[one["traditional"]]) if one["traditional"] else "",
        "state": str(ROW_STATES[one["state"]]),
    }


def marks(saved: Any, book: RuleBook, language: str) -> list[dict[str, Any]]:
    """Say what became of every mark, as cells of the journal are answered."""
    told = []
    for one in saved.verdicts:
        words = cell(one, saved.colleagues.get(one.asked.key), book, language)
        if one.state == "locked":
            words["detail"] = _("The learner is not admitted: no mark is entered.")
        if one.state == "missing":
            words["detail"] = _("This learner does not stand in the statement.")
        told.append(words)
    return told


def offered(book: RuleBook, language: str) -> list[tuple[str, Any]]:
    """List the letters that may stand in a statement, with their titles; what is not planned cannot."""
    return [
        (book.letters.show(code, language), words)
        for code, words in book.titles.items()
        if code != "not_planned"
    ]


def verdict(one: Verdict, book: RuleBook, language: str) -> dict[str, Any]:
    """Say why a mark of a third person was not taken."""
    told = cell(one, None, book, language)
    if one.state == "missing":
        told["detail"] = _("The two entries of this learner do not differ.")
    return told


def handed_in(both: bool, differing: int) -> str:
    """Say what became of an entry that was handed in."""
    if not both:
        return _("Your entry is handed in. The comparison is made when the other one is there too.")
    if not differing:
        return _("Both entries are handed in, and they are the same.")
    return str(
        ngettext(
            "Both entries are handed in: %(n)s mark differs, a third person agrees on it.",
            "Both entries are handed in: %(n)s marks differ, a third person agrees on them.",
            differing,
        )
    )
