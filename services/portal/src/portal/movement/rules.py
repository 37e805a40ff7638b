"""Rules of movement as pure functions: where a learner stands on a day, and why an order cannot be applied.

A learner stands where the records of people say until the first order; from then on orders alone move (an order of the academy is
the only ground on which a learner changes groups). Orders of one learner follow each other by day, one a day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

KINDS = ("transfer", "leave", "expulsion", "reinstatement")
WITH_GROUP = frozenset({"transfer", "reinstatement"})
STATES = {"leave": "on_leave", "expulsion": "expelled"}
"""What a learner is after an order that takes out of every group."""
ALLOWED = {
    "transfer": frozenset({"studying"}),
    "leave": frozenset({"studying"}),
    "expulsion": frozenset({"studying", "on_leave"}),
    "reinstatement": frozenset({"on_leave", "expelled", "outside"}),
}
"""From which states each kind of order leads (portal.md, people's movement)."""
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Move:
    """A standing order of one learner: its kind, its day and the group it leads to."""

    kind: str
    effective_on: date
    group_id: UUID | None
    number: str
    order_date: date


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a learner stands from a day on (None: since ever); `move` is the order that says so."""

    group_id: UUID | None
    starts: date | None
    move: Move | None = None

    @property
    def state(self) -> str:
        """`studying`, `on_leave`, `expelled`, or `outside` of all groups without an order."""
        if self.group_id is not None:
            return "studying"
        return STATES[self.move.kind] if self.move else "outside"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to apply, and what it is judged against."""

    kind: str
    effective_on: date
    order_date: date
    group_id: UUID | None
    chain: Sequence[Placement]
    today: date
    is_learner: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: the field it stands `at`, a stable code, and what its words need."""

    at: str
    code: str
    params: dict[str, object] = field(default_factory=dict)


def placements(base: UUID | None, moves: Sequence[Move]) -> list[Placement]:
    """Give where a learner stands, from the beginning on.

    Args:
        base: the group before the first order.
        moves: standing orders, in any order.
    """
    ordered = sorted(moves, key=lambda move: move.effective_on)
    return [Placement(base, None), *(Placement(m.group_id, m.effective_on, m) for m in ordered)]


def placed_on(chain: Sequence[Placement], day: date) -> Placement:
    """Find where a learner stands on a day; a chain begins with a placement since ever."""
    return next(one for one in reversed(chain) if one.starts is None or one.starts <= day)


def not_a_learner(wish: Wish) -> Refusal | None:
    """Refuse somebody who does not learn at the academy."""
    return None if wish.is_learner else Refusal("person", "not-a-learner")


def dated_tomorrow(wish: Wish) -> Refusal | None:
    """Refuse an order whose date is still to come."""
    return Refusal("order_date", "dated-tomorrow") if wish.order_date > wish.today else None


def too_far(wish: Wish) -> Refusal | None:
    """Refuse a day more than a year away: it is a slip of the pen."""
    return Refusal("effective_on", "too-far") if abs(wish.effective_on - wish.today) > FARTHEST else None


def same_day(wish: Wish) -> Refusal | None:
    """Refuse a second order for the same day."""
    found = [one.move for one in wish.chain if one.starts == wish.effective_on and one.move]
    return Refusal("effective_on", "same-day", {"number": found[0].number}) if found else None


def later_order(wish: Wish) -> Refusal | None:
    """Refuse an order for a day before that of one that stands."""
    last = wish.chain[-1]
    if last.move is None or last.starts is None or last.starts <= wish.effective_on:
        return None
    return Refusal("effective_on", "later-order", {"number": last.move.number, "day": last.starts})


def wrong_state(wish: Wish) -> Refusal | None:
    """Refuse what cannot follow: a transfer of somebody expelled, a reinstatement of somebody who studies."""
    if not wish.is_learner:
        return None
    state = placed_on(wish.chain, wish.effective_on).state
    return None if state in ALLOWED[wish.kind] else Refusal("kind", f"{wish.kind}-of-{state}")


def wrong_group(wish: Wish) -> Refusal | None:
    """Refuse a transfer into the own group."""
    here = placed_on(wish.chain, wish.effective_on).group_id
    same = wish.kind == "transfer" and wish.group_id is not None and wish.group_id == here
    return Refusal("group_code", "same-group") if same else None


REFUSALS: tuple[Callable[[Wish], Refusal | None], ...] = (
    not_a_learner,
    dated_tomorrow,
    too_far,
    same_day,
    later_order,
    wrong_state,
    wrong_group,
)


def refusals(wish: Wish) -> list[Refusal]:
    """Give every reason at once why an order cannot be applied; none when it can."""
    return [found for refuse in REFUSALS if (found := refuse(wish))]
