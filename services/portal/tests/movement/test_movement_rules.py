"""Where a learner stands by orders, and why an order cannot be applied."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.movement.rules import ALLOWED, Move, Wish, placed_on, placements, refusals

TODAY = date(2026, 11, 23)
A, B, C = (UUID(int=n) for n in (1, 2, 3))


def move(kind: str, day: int, group: UUID | None = None) -> Move:
    return Move(kind, date(2026, 11, day), group, f"{day}-к", TODAY)


def wish(
    kind: str, day: int, group: UUID | None = None, moves: tuple[Move, ...] = (), **more: object
) -> Wish:
    values = {"order_date": TODAY, "today": TODAY, "chain": placements(A, moves), **more}
    return Wish(kind=kind, effective_on=date(2026, 11, day), group_id=group, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (wish("transfer", 10, B), []),
        (wish("leave", 10), []),
        (wish("expulsion", 10), []),
        (wish("transfer", 10, A), ["same-group"]),
        (wish("transfer", 10, B, order_date=TODAY + timedelta(1)), ["dated-tomorrow"]),
        (wish("transfer", 10, B, is_learner=False), ["not-a-learner"]),
        (wish("transfer", 10, B, today=date(2028, 1, 1)), ["too-far"]),
        (wish("transfer", 10, C, (move("transfer", 10, B),)), ["same-day"]),
        (wish("expulsion", 9, None, (move("transfer", 10, B),)), ["later-order"]),
        (wish("reinstatement", 12, B), ["reinstatement-of-studying"]),
        (wish("transfer", 12, B, (move("expulsion", 10),)), ["transfer-of-expelled"]),
        (wish("leave", 12, None, (move("leave", 10),)), ["leave-of-on_leave"]),
        (wish("reinstatement", 12, B, (move("expulsion", 10),)), []),
        (wish("reinstatement", 12, A, (move("leave", 10),)), []),
        (wish("expulsion", 12, None, (move("leave", 10),)), []),
        (
            wish(
                "transfer",
                9,
                B,
                (move("transfer", 10, B),),
                order_date=TODAY + timedelta(1),
                is_learner=False,
            ),
            ["not-a-learner", "dated-tomorrow", "later-order"],
        ),
    ],
    ids=lambda value: "" if isinstance(value, Wish) else "+".join(value) or "fine",
)
def test_every_reason_is_given_at_once(asked: Wish, expected: list[str]) -> None:
    assert [refusal.code for refusal in refusals(asked)] == expected


def test_somebody_in_no_group_can_only_be_reinstated() -> None:
    for kind, states in ALLOWED.items():
        found = refusals(wish(kind, 10, B, chain=placements(None, ())))
        assert (found == []) == ("outside" in states)


@given(
    st.lists(st.tuples(st.integers(1, 28), st.sampled_from([A, B, C, None])), unique_by=lambda one: one[0])
)
def test_on_every_day_a_learner_stands_where_the_latest_order_says(
    steps: list[tuple[int, UUID | None]],
) -> None:
    moves = [move("transfer" if group else "expulsion", day, group) for day, group in steps]
    chain = placements(A, moves)
    for day in range(1, 30):
        before = [one for one in steps if one[0] <= day]
        expected = max(before, key=lambda one: one[0])[1] if before else A
        assert placed_on(chain, date(2026, 11, day)).group_id == expected
