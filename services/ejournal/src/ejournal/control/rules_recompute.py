"""What another rule set would change for one learner: the results that stand against those it would give."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ejournal.control.rules_sets import RuleSet
from ejournal.fractions import exact


@dataclass(frozen=True, slots=True)
class Change:
    """What changes; `admission` is `gain`, `lose` or empty. `was` and `becomes` are the rounded ratings."""

    p: bool
    rd: bool
    letter: bool
    admission: str
    was: str | None
    becomes: str | None


def compare(old: Mapping[str, Any], new: Mapping[str, Any], old_rules: RuleSet, new_rules: RuleSet) -> Change:
    """Compare stored results of two rule sets (as `journal.rules.results` writes them).

    A letter is that of the admission rating on the scale of its own set: it is the final mark where the plan has no examination
    (rule 6), and the best forecast there is before one.
    """
    before, after = old.get("admitted"), new.get("admitted")
    admission = "gain" if after and not before else "lose" if before and not after else ""
    return Change(
        p=any(old.get(name) != new.get(name) for name in ("p1", "p2")),
        rd=old.get("rounded") != new.get("rounded"),
        letter=letter(old.get("rounded"), old_rules) != letter(new.get("rounded"), new_rules),
        admission=admission,
        was=old.get("rounded"),
        becomes=new.get("rounded"),
    )


def letter(rating: str | None, rules: RuleSet) -> str | None:
    """Give the letter of a stored rating, None while there is no rating."""
    value = exact(rating)
    if value is None:
        return None
    top = Fraction(rules.parameters.mark_max)
    return rules.band(min(value, top)).letter
