"""The table of the grade grid, and what tells whether it has changed since it was made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.db import AnyRow
from chassis.i18n import gettext as _
from chassis.i18n import localized
from ejournal.control.service import RuleBook
from ejournal.journal import service, windows, wording
from ejournal.journal.remarks_model import Remark
from ejournal.journal.rules import Column
from ejournal.journal.rules_membership import outside
from ejournal.teaching.rules import full_name, short_name

COMPUTED = ("mean", "p1", "p2", "rounded", "admitted")


@dataclass(frozen=True)
class Sheet:
    """What a page shows of a journal beside its head."""

    table: Markup
    teachers: Sequence[str]
    remarks: Sequence[Mapping[str, Any]]


def get(ctx: Context, head: AnyRow, book: RuleBook) -> Sheet:
    """Make the table of a journal, name its teachers and the remarks that wait for an answer."""
    closed = locks(ctx.session, head) if head.writable or head.frozen_at else {}
    teachers = service.list_teachers(ctx.session, journal_id=head.id)
    names = [short_name(row.family_name, row.given_name, row.patronymic) for row in teachers]
    remarks = [_remark(head, remark) for remark in service.list_remarks(ctx.session, journal_id=head.id)]
    return Sheet(_render(ctx, head, book, closed), names, remarks)


def _remark(head: AnyRow, remark: Remark) -> dict[str, Any]:
    """Tell a remark that waits for an answer: on what, the words, the term of a returned column."""
    columns = [one for one in head.columns if one["id"] == str(remark.column_id)]
    return {
        "id": remark.id,
        "version": remark.version,
        "words": remark.words,
        "column": wording.full_title(columns[0]) if columns else "",
        "until": remark.returned_until,
        "at": remark.made_at,
    }


def _render(ctx: Context, head: AnyRow, book: RuleBook, closed: Mapping[str, str]) -> Markup:
    low = pass_line(head, book)
    listed = service.list_rows(ctx.session, journal_id=head.id)
    left = service.list_leavers(ctx.session, journal_id=head.id)
    rows = []
    for number, row in enumerate([*listed, *left], 1):
        cells = [
            _cell(row, column, book, ctx.language, low, frozen=bool(head.frozen_at))
            for column in head.columns
        ]
        name = full_name(row.family_name or "", row.given_name or "")
        computed = wording.results(row.results)
        rows.append((number, str(row.person_id), name, cells, computed, wording.movement(row.spans)))
    template = ctx.state.app.jinja_env.get_template("ejournal/journal/_table.html")
    heads = [
        (
            column,
            wording.short_title(column),
            wording.note(column),
            wording.full_title(column),
            wording.closed(closed.get(column["id"], "")),
        )
        for column in head.columns
    ]
    return Markup(  # noqa: S704
        template.render(
            head=head,
            heads=heads,
            rows=rows,
            computed=computed_heads(),
            keys=COMPUTED,
            title=title(head),
        )
    )


def locks(session: Session, head: AnyRow) -> dict[str, str]:
    """Say which columns of a journal take no marks today: the reason's code of `wording.CLOSED`, or `journal`, by column id."""
    if head.status == "active" and head.rule_set is not None:
        return windows.closed_today(session, head)
    return dict.fromkeys((column["id"] for column in head.columns), "journal")


def _cell(
    row: AnyRow, column: Column, book: RuleBook, language: str, low: int, *, frozen: bool
) -> tuple[str, int, str, str]:
    """Give the text, the version and the classes of a cell, and why the learner has no mark on that day."""
    value, version = row.cells.get(column["id"]) or (None, 0)
    mark = book.letters.read(value)
    classes = ["rk"] if column["kind"] != "lesson" else []
    if mark.number is not None and mark.number < low:
        classes.append("low")
    elif mark.kind not in {"number", "empty"}:
        classes.append("abs")
    if frozen:  # no script marks the cells of a page that nobody can write on
        classes.append("locked")
    away = outside(row.spans, column["date"])
    if away:
        classes.append("out")
    shown = book.letters.show(value, language)
    return shown, version, " ".join(classes), wording.away(away) if away else ""


def pass_line(head: AnyRow, book: RuleBook) -> int:
    """Give the mark below which a cell is shown as low: the threshold of admission of the journal's rules."""
    rules = book.sets.get(head.rule_set)
    return int(rules.parameters.admit_min) if rules else 0


def title(head: AnyRow) -> str:
    """Name a journal: discipline and group."""
    return ", ".join(part for part in (localized(head.discipline), head.group) if part) or _("Journal")


def computed_heads() -> list[tuple[str, str, str]]:
    """Name the computed columns: short, note, full."""
    return [
        (_("Mean"), _("current"), _("Mean of current control")),
        (_("P1"), "", _("Progress of the first half")),
        (_("P2"), "", _("Progress of the second half")),
        (_("AR"), "", _("Admission rating")),
        (_("Admitted"), "", _("Admitted to the examination")),
    ]


def saving_words() -> dict[str, str]:
    """Give the words of a page that saves by itself."""
    return {
        "ok": _("All saved"),
        "saving": _("Saving…"),
        "offline": _("No connection: changes are kept on this device"),
        "signin": _("Please sign in again: your changes are kept on this device"),
        "other": _(
            "Another person has signed in on this device: your changes are kept until you sign in again"
        ),
        "conflict": _("There is a conflict"),
        "refused": _("Some marks were not accepted"),
        "counts": _("Saved: {saved}, waiting: {pending}, refused: {invalid}, in conflict: {conflict}"),
        "restored": _("Restored from this device: {count}"),
        "conflictTitle": _("A colleague has changed this cell"),
        "keepMine": _("Keep mine"),
        "takeTheirs": _("Take theirs"),
    }


def words() -> dict[str, str]:
    """Give the words the grid's script speaks with."""
    return saving_words() | {
        "range": _("Selected: {count}, mean {mean}"),
        "pasted": _("Pasted: {count}"),
        "pastedPart": _("Pasted: {count}, left out beside the open cells: {rest}"),
        "filled": _("Filled: {count}"),
        "changed": _("Changed: {count}"),
        "publish": _("Publish {column}"),
        "published": _("Published: the learners see these marks now."),
        "readonly": _("computed"),
    }
