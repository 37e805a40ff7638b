"""What a cell may hold, and how what a person types becomes it.

A cell is one of: a number, empty (not yet), absent, excused with a code, not planned. The letters for absence and duty are a
dictionary of the institution: "Н" means duty in one place and absence in another.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ejournal.control.rules_sets import Parameters
from ejournal.fractions import decimal_text

NUMBER = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,12})(?:[.,](?P<rest>[0-9]{1,6}))?")
KINDS = ("absent", "excused", "not_planned")
LONGEST = 40
SHORT = 3
DUTY_CODES = frozenset({"duty", "detail", "guard", "service"})
"""Codes of letters that mean duty: that of the dictionary, and those an institution may add for each kind of duty."""


class ValueRefused(ValueError):
    """What was typed is no mark; `reason` is one of `not-a-mark`, `out-of-range`, `too-precise`.

    Args:
        reason: the code; words are the caller's.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Mark:
    """The value of one cell: `kind` is number, empty, absent, excused or not_planned; `code` its stored text."""

    kind: str
    number: Fraction | None = None
    code: str | None = None


EMPTY = Mark("empty")


@dataclass(frozen=True, slots=True)
class Letter:
    """One entry of the dictionary: a code, what it means for computing, how it is shown and typed."""

    code: str
    kind: str
    shown: Mapping[str, str]
    typed: frozenset[str]


class _Marks(dict[str | None, Mark]):
    """Marks by their stored text; the few there are stay in memory."""

    def __init__(self, letters: Mapping[str, Letter]) -> None:
        super().__init__({None: EMPTY})
        self._letters = letters

    def __missing__(self, stored: str) -> Mark:
        letter = self._letters.get(stored)
        mark = Mark(letter.kind, None, stored) if letter else Mark("number", Fraction(stored), stored)
        return self.setdefault(stored, mark)


class Letters:
    """The dictionary of letters of an institution.

    Args:
        entries: rows `{"code", "kind", "shown": {"kk", "ru", "en"}, "typed": [text]}`; what is shown may always be typed, but of a
            letter with `dormant` (retired, or not yet known everywhere), which is only read.

    Raises:
        ValueError: one text is claimed by two entries, or a kind is unknown.
    """

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self.by_code: dict[str, Letter] = {}
        self.by_text: dict[str, Letter] = {}
        self.marks = _Marks(self.by_code)
        for entry in entries:
            texts = () if entry.get("dormant") else (*entry["shown"].values(), *entry["typed"], entry["code"])
            typed = {folded(text) for text in texts}
            letter = Letter(entry["code"], entry["kind"], dict(entry["shown"]), frozenset(typed))
            if letter.kind not in KINDS or not typed.isdisjoint(self.by_text):
                raise ValueError(f"the letters of {letter.code} are not usable")
            self.by_code[letter.code] = letter
            self.by_text.update(dict.fromkeys(typed, letter))

    def __eq__(self, other: object) -> bool:
        """Tell whether another dictionary holds the same letters."""
        return isinstance(other, Letters) and other.by_code == self.by_code

    __hash__ = None  # type: ignore[assignment]

    def read(self, stored: str | None) -> Mark:
        """Turn the stored text of a cell into a mark."""
        return self.marks[stored]

    def show(self, stored: str | None, language: str) -> str:
        """Turn the stored text of a cell into what a person reads."""
        if stored is None:
            return ""
        letter = self.by_code.get(stored)
        return stored if letter is None else letter.shown.get(language) or letter.shown["ru"]


def folded(text: str) -> str:
    """Fold what was typed for comparison: no spaces around, one Unicode form, small letters."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def parse(text: str, letters: Letters, parameters: Parameters) -> str | None:
    """Turn what a person typed or pasted into the stored text of a cell.

    Only digits 0-9 count as digits; a decimal comma or point is read, and refused where the rule set wants whole marks.

    Args:
        text: as typed.
        letters: the institution's dictionary.
        parameters: bounds and decimal places of marks.

    Returns:
        Decimal text ("92"), the code of a letter ("absent"), or None for an empty cell.

    Raises:
        ValueRefused: it is none of these.
    """
    typed = folded(text)
    if not typed:
        return None
    if letter := letters.by_text.get(typed):
        return letter.code
    if len(typed) <= SHORT and typed.isascii() and typed.isdigit():  # nearly every mark
        whole = int(typed)
        if parameters.mark_min <= whole <= parameters.mark_max:
            return str(whole)
    found = NUMBER.fullmatch(typed) if len(typed) <= LONGEST else None
    if found is None:
        raise ValueRefused("not-a-mark")
    rest = found["rest"] or ""
    number = Fraction(int(f"{found['sign']}{found['whole']}{rest}"), 10 ** len(rest))
    if not parameters.mark_min <= number <= parameters.mark_max:
        raise ValueRefused("out-of-range")
    if (number * 10**parameters.mark_places).denominator != 1:
        raise ValueRefused("too-precise")
    return decimal_text(number)
