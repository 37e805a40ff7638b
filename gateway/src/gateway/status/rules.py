"""How availability is judged and told (clause 14 of Order No. 21).

The server works round the clock, "except for updates, technical work, unforeseen circumstances": time out of service is planned
when it was announced before it began, unforeseen otherwise. Everything is counted in whole minutes since 1970, UTC; months
are those of the academy (Almaty, five hours ahead of UTC all year since 1 March 2024).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

ALMATY = timezone(timedelta(hours=5))
ENOUGH_FAILURES = 2
LONGEST_WINDOW = 72 * 60
LONGEST_AHEAD = 366 * 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive minutes in which a part of the house was in one state; `until` is the first minute after it."""

    part: str
    up: bool
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Window:
    """Announced work: from when to when, for which parts (none: all), why, and when it was announced and withdrawn."""

    id: str
    starts: int
    ends: int
    announced: int
    reason: Mapping[str, str]
    parts: tuple[str, ...] = ()
    withdrawn: int | None = None

    @property
    def force(self) -> tuple[int, int]:
        """The minutes it covers: nothing before it was announced, nothing after it was withdrawn."""
        ends = self.ends if self.withdrawn is None else min(self.ends, self.withdrawn)
        return max(self.starts, self.announced), ends

    def concerns(self, part: str) -> bool:
        """Tell whether it was announced for a part of the house."""
        return not self.parts or part in self.parts


@dataclass(frozen=True, slots=True)
class Account:
    """One part of the house over some time, in minutes: how long it was watched, and how long it was out of service."""

    measured: int = 0
    planned: int = 0
    unplanned: int = 0

    @property
    def available(self) -> Fraction | None:
        """The share of the time in service; None for what nobody watched."""
        return (
            Fraction(self.measured - self.planned - self.unplanned, self.measured) if self.measured else None
        )

    @property
    def beside_planned(self) -> Fraction | None:
        """The same, announced work left out of the account: what clause 14 asks for."""
        left = self.measured - self.planned
        return Fraction(left - self.unplanned, left) if left else None


def judge(probes: Sequence[bool]) -> bool | None:
    """Say whether a minute counts as in service: one probe may fail by itself, two are an outage.

    Args:
        probes: those of the minute, in any order.

    Returns:
        None when there were none.
    """
    if not probes:
        return None
    return probes.count(False) < min(ENOUGH_FAILURES, len(probes))


def extend(spans: Sequence[Span], minute: int, states: Mapping[str, bool]) -> list[Span]:
    """Add one minute to a history: a span grows while the state is the same and no minute is missing between.

    A minute that was judged already stays as it is: clocks are set back now and then.
    """
    last = {span.part: at for at, span in enumerate(spans)}
    found = list(spans)
    for part, up in states.items():
        at = last.get(part)
        known = None if at is None else found[at]
        if (
            at is None
            or known is None
            or (known.until <= minute and (known.until < minute or known.up != up))
        ):
            found.append(Span(part, up, minute, minute + 1))
        elif known.until == minute:
            found[at] = Span(part, up, known.since, minute + 1)
    return found


def announced_minutes(part: str, since: int, until: int, windows: Iterable[Window]) -> int:
    """Count the minutes of a time that announced work covers; where windows overlap, once."""
    edges = sorted(
        (max(since, starts), min(until, ends))
        for window in windows
        if window.concerns(part)
        for starts, ends in [window.force]
    )
    total, reached = 0, since
    for starts, ends in edges:
        total += max(0, ends - max(starts, reached))
        reached = max(reached, ends)
    return total


def account(part: str, spans: Iterable[Span], windows: Sequence[Window]) -> Account:
    """Split the time out of service of one part into planned and unplanned.

    Args:
        part: of the house.
        spans: of the time in question; others' are passed over.
        windows: all that were ever announced.
    """
    measured = planned = unplanned = 0
    for span in spans:
        if span.part != part:
            continue
        length = span.until - span.since
        measured += length
        if not span.up:
            covered = announced_minutes(part, span.since, span.until, windows)
            planned, unplanned = planned + covered, unplanned + length - covered
    return Account(measured, planned, unplanned)


def percent(share: Fraction | None) -> str:
    """Write a share as a percentage with two decimals, cut and never rounded up: 100.00 means not one minute was lost."""
    if share is None:
        return "—"
    hundredths = share.numerator * 10_000 // share.denominator
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def month_of(minute: int) -> str:
    """Give the month of the academy a minute lies in, as `2026-11`."""
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(ALMATY).strftime("%Y-%m")


def upcoming(windows: Iterable[Window], now: int) -> list[Window]:
    """List the announced work that is not over and was not withdrawn, the next one first."""
    open_ = (window for window in windows if window.withdrawn is None and window.ends > now)
    return sorted(open_, key=lambda window: (window.starts, window.id))


def current(part: str, windows: Iterable[Window], now: int) -> Window | None:
    """Give the announced work that goes on at a part now."""
    return next(
        (w for w in windows if w.concerns(part) and w.force[0] <= now < w.force[1] and w.withdrawn is None),
        None,
    )


def faults(window: Window, parts: Iterable[str]) -> Iterator[str]:
    """Say what is wrong with an announcement: it must be made beforehand, end after it begins, and tell people why."""
    known = set(parts)
    checks = (
        (window.starts <= window.announced, "FROM lies in the past: work is announced before it begins"),
        (window.ends <= window.starts, "TO must be later than FROM"),
        (window.ends - window.starts > LONGEST_WINDOW, "a window is at most 72 hours long; announce several"),
        (window.starts - window.announced > LONGEST_AHEAD, "FROM lies more than a year ahead"),
        (not window.reason.get("kk", "").strip(), "REASON_KK is missing: people read Kazakh first"),
        (not window.reason.get("ru", "").strip(), "REASON_RU is missing"),
        (any(len(text) > 300 for text in window.reason.values()), "a reason has at most 300 characters"),
        (not set(window.parts) <= known, f"PARTS may name {', '.join(sorted(known))}"),
    )
    return (text for wrong, text in checks if wrong)
