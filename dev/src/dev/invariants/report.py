"""What an invariant came to, and the table people read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

TITLES = {
    "I1": "every acknowledged write stands once",
    "I2": "one without an answer stands once or not at all",
    "I3": "every event is applied once, projections equal a rebuild",
    "I4": "versions and numbers have no gap",
    "I5": "a copy is out once at a time, ever",
    "I6": "a sealed statement is as it was signed",
    "I7": "ratings equal their recomputation",
    "I8": "audit and streams are unbroken",
    "I9": "nothing succeeds after a revocation",
}
SHOWN = 5
WIDTH = 58


@dataclass
class Report:
    """One invariant: what was counted, and what breaks it.

    Attributes:
        code: `I1` to `I9`.
        counted: what was looked at, by name.
        breaches: one line each.
        blame: breaches by what was going on when it was asked, where clients' journals tell.
    """

    code: str
    counted: dict[str, int] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    blame: Counter[str] = field(default_factory=Counter)

    def count(self, what: str, number: int = 1) -> None:
        """Add to what was looked at."""
        self.counted[what] = self.counted.get(what, 0) + number

    def add(self, breaches: Iterable[str], prefix: str = "") -> None:
        """Add breaches."""
        self.breaches += [prefix + breach for breach in breaches]


def table(reports: Sequence[Report]) -> str:
    """Draw the table, and below it the first breaches of each invariant."""
    lines = []
    for one in reports:
        counted = (
            ", ".join(f"{number:,} {what}" for what, number in one.counted.items() if number)
            or "nothing to look at"
        )
        verdict = "holds" if not one.breaches else f"BROKEN ({len(one.breaches)})"
        lines.append(f"{one.code}  {TITLES[one.code]:{WIDTH}} {verdict:13} {counted}")
    for one in reports:
        lines += [f"{one.code}: {breach}" for breach in one.breaches[:SHOWN]]
        if len(one.breaches) > SHOWN:
            lines.append(f"{one.code}: … and {len(one.breaches) - SHOWN} more")
    broken = sum(bool(one.breaches) for one in reports)
    return "\n".join([*lines, f"{len(reports)} invariants, {broken} broken"])
