"""What a learner is shown: own published marks, how everything was computed, and what the examination can bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.db import AnyRow
from ejournal.admission.rules import Admission, Standing, admit
from ejournal.admission.service import count_books
from ejournal.attestation.rules import Chance, what_if
from ejournal.control.rules import Progress, Step, explain
from ejournal.control.rules_sets import RuleSet
from ejournal.control.service import RuleBook, get_book
from ejournal.journal import service as journals
from ejournal.journal.rules import Column, progress, published_values
from ejournal.journal.rules_membership import standing


@dataclass(frozen=True)
class Known:
    """What is read of one journal for one learner; everything else is worked out of it.

    Attributes:
        head: the journal with the learner's own row.
        book: the rules.
        books: of the library, that stand against the admission.
    """

    head: AnyRow
    book: RuleBook
    books: int


@dataclass(frozen=True)
class OwnSheet:
    """All one learner may know of one journal."""

    head: AnyRow
    marks: Sequence[tuple[Column, str | None]]
    rules: RuleSet | None
    book: RuleBook
    progress: Progress | None
    admission: Admission | None
    chances: Sequence[Chance]

    @property
    def lessons(self) -> Sequence[tuple[Column, str, str]]:
        """Lessons with a topic or homework, the latest first: column, topic, homework."""
        words = self.head.lessons or {}
        found = [(column, *words[column["id"]]) for column in self.head.columns if column["id"] in words]
        return sorted(found, key=lambda one: (one[0]["date"], one[0]["pair"] or 0), reverse=True)

    @property
    def steps(self) -> Sequence[Step]:
        """The explanation, step by step; empty while no rules are known."""
        return tuple(explain(self.progress)) if self.progress else ()


def list_own(session: Session, *, person_id: UUID) -> Sequence[AnyRow]:
    """List the learner's journals."""
    return journals.list_own(session, person_id=person_id)


def get_own_or_raise(session: Session, *, journal_id: UUID, person_id: UUID) -> OwnSheet:
    """Get one journal as the learner sees it: published marks only, everything computed from them alone.

    Raises:
        NotFound: the learner does not stand in such a journal.
    """
    return work_out(get_known_or_raise(session, journal_id=journal_id, person_id=person_id))


def get_known_or_raise(session: Session, *, journal_id: UUID, person_id: UUID) -> Known:
    """Read what is known of one journal for a learner.

    Raises:
        NotFound: the learner does not stand in such a journal.
    """
    head = journals.get_own_or_raise(session, journal_id=journal_id, person_id=person_id)
    book = get_book(session, rule_set=head.rule_set)
    rules = book.sets.get(head.rule_set)
    books = count_books(session, people=[person_id], rules=rules).get(person_id, 0) if rules else 0
    return Known(head, book, books)


def work_out(known: Known) -> OwnSheet:
    """Work out what the learner is shown: published marks, the rating with its steps, admission, chances."""
    head, book = known.head, known.book
    values = published_values(head.cells, head.columns)
    marks = [(column, values[column["id"]]) for column in head.columns if column["published"]]
    rules = book.sets.get(head.rule_set)
    if rules is None:
        return OwnSheet(head, marks, None, book, None, None, ())
    return _with_rules(head, marks, rules, book, books=known.books)


def _with_rules(
    head: AnyRow,
    marks: Sequence[tuple[Column, str | None]],
    rules: RuleSet,
    book: RuleBook,
    *,
    books: int,
) -> OwnSheet:
    cells, columns = standing(head.cells, head.columns, head.spans, head.carried)
    found = progress(published_values(cells, columns), columns, book.letters, rules)
    first, second = found.halves
    admission = admit(
        Standing(rd=found.rd, rk1=first.rk, rk2=second.rk, attendance=found.attendance, books=books), rules
    )
    hopeful = found.rd is not None and admission.admitted and head.control == "exam"
    chances = what_if(found.rd, rules) if hopeful and found.rd is not None else ()
    return OwnSheet(head, marks, rules, book, found, admission, chances)
