"""When an appeal may be filed and how it may be decided: one code per refusal, all collected."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

COMMISSION = 3
OUTCOMES = ("upheld", "changed")
OPEN_TO_APPEAL = frozenset({"passed", "retake", "failed"})


def last_day(accepted: date, days: int, is_free: Callable[[date], bool]) -> date:
    """Find the last day of a term in working days; Saturday and Sunday are none.

    Args:
        accepted: the day the statement was accepted; the term begins the day after.
        days: so many working days.
        is_free: tells the academy's own days off.
    """
    day = accepted
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and not is_free(day)
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What an appeal is judged by when it is filed."""

    state: str
    superseded: bool
    already: bool
    today: date
    last: date


def filing_refusals(filing: Filing) -> list[str]:
    """Name everything that stands against filing: `superseded`, `no-mark`, `already-filed`, `too-late`."""
    faults = {
        "superseded": filing.superseded,
        "no-mark": filing.state not in OPEN_TO_APPEAL,
        "already-filed": filing.already,
        "too-late": filing.today > filing.last,
    }
    return [code for code, stands in faults.items() if stands]


def decision_refusals(
    commission: Sequence[Hashable],
    *,
    examiners: Collection[Hashable],
    outcome: str,
    exam: int | None,
    sealed: bool = False,
    order: Sequence[object] = (None, None),
) -> list[str]:
    """Name everything that stands against a decision.

    Args:
        commission: its members.
        examiners: the teachers of the journal, who do not judge their own mark.
        outcome: upheld (the mark stays) or changed.
        exam: the examination mark the commission gives.
        sealed: whether the mark stands in a sealed statement, which only an order rectifies.
        order: number and date of the order, each None when it was not given.

    Returns:
        `commission-size`, `examiner-in-commission`, `mark-missing` (changed to nothing), `mark-not-needed` (upheld with a mark),
        `order-missing`, `order-not-needed`.
    """
    changed = outcome == "changed"
    faults = {
        "commission-size": len(set(commission)) != COMMISSION or len(commission) != COMMISSION,
        "examiner-in-commission": bool(set(commission) & set(examiners)),
        "mark-missing": changed and exam is None,
        "mark-not-needed": not changed and exam is not None,
        "order-missing": changed and sealed and None in order,
        "order-not-needed": not changed and any(one is not None for one in order),
    }
    return [code for code, stands in faults.items() if stands]
