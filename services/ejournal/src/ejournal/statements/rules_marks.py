"""What becomes of a mark that an examiner types into a statement: the same answers as the cells of the journal give."""

from collections.abc import Mapping
from typing import Any

from ejournal.control.rules_sets import RuleSet
from ejournal.control.rules_values import Letters, ValueRefused, parse
from ejournal.journal.rules import Asked, Verdict, against


def judge_mark(
    asked: Asked,
    row: Mapping[str, Any] | None,
    *,
    field: str,
    is_open: bool,
    letters: Letters,
    rules: RuleSet,
) -> Verdict:
    """Decide about one mark against what stands now.

    Args:
        asked: key (the learner), text and the version it was typed over.
        row: the learner's row; None: not in this statement.
        field: `mark`, or `reading` for an own blind entry.
        is_open: whether the statement takes marks now.
        letters: the institution's dictionary; what is not planned cannot be in an examination.
        rules: the rule set of the journal's period.
    """
    if row is None:
        return Verdict(asked, "missing")
    value, version = row[field], row["version"]
    if not is_open or not row["admitted"]:
        return Verdict(asked, "locked", value, version)
    try:
        wanted = _read(asked.text, letters, rules)
    except ValueRefused as refused:
        return Verdict(asked, "invalid", value, version, refused.reason)
    return against(asked, wanted, value, version)


def _read(text: str, letters: Letters, rules: RuleSet) -> str | None:
    wanted = parse(text, letters, rules.parameters)
    if letters.read(wanted).kind == "not_planned":
        raise ValueRefused("not-a-mark")
    return wanted
