"""Short ways to write marks and rule sets in tests of the rules."""

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from ejournal.control.rules_sets import RuleSet, load
from ejournal.control.rules_values import EMPTY, Letters, Mark

DATA = Path(__file__).parents[1] / "migrations" / "data"


def read_data(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


RULES = load(read_data("kz-mia-2016"))
OLDER = load(read_data("kz-before-2016"))
LETTERS = Letters(read_data("letters"))


def changed(rules: RuleSet = RULES, **changes: Any) -> RuleSet:
    return replace(rules, parameters=replace(rules.parameters, **changes))


def mark(value: str | int | None) -> Mark:
    return EMPTY if value is None else LETTERS.read(str(value))


def marks(text: str) -> Sequence[Mark]:
    return [mark(word) for word in text.split()]


def number(text: str | int) -> Fraction:
    return Fraction(text)
