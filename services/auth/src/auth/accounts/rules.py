"""Logins, passwords and how often one may try (clause 10 of Order No. 21)."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

# Kazakh alphabet based on the Latin script, version of 2021; the letters it has no place for (ц ч щ ё э ю я) as passports write them.
_CYRILLIC = [
    "а",
    "ә",
    "б",
    "в",
    "г",
    "ғ",
    "д",
    "е",
    "ё",
    "ж",
    "з",
    "и",
    "й",
    "і",
    "к",
    "қ",
    "л",
    "м",
    "н",
    "ң",
    "о",
    "ө",
    "п",
    "р",
    "с",
    "т",
    "у",
    "ұ",
    "ү",
    "ф",
    "х",
    "һ",
    "ц",
    "ч",
    "ш",
    "щ",
    "ъ",
    "ы",
    "ь",
    "э",
    "ю",
    "я",
]
_LATIN = [
    "a",
    "ä",
    "b",
    "v",
    "g",
    "ğ",
    "d",
    "e",
    "io",
    "j",
    "z",
    "i",
    "i",
    "ı",
    "k",
    "q",
    "l",
    "m",
    "n",
    "ñ",
    "o",
    "ö",
    "p",
    "r",
    "s",
    "t",
    "u",
    "ū",
    "ü",
    "f",
    "h",
    "h",
    "ts",
    "ch",
    "ş",
    "şch",
    "-",
    "y",
    "-",
    "e",
    "iu",
    "ia",
]
ALPHABET = {
    cyrillic: "" if latin == "-" else latin for cyrillic, latin in zip(_CYRILLIC, _LATIN, strict=True)
}

FREE_FAILURES = {"login": 5, "address": 100}
"""Failures before waiting begins; a class of 30 behind one address has three tries each."""
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=1)


def transliterate(text: str) -> str:
    """Write a Cyrillic name in the Latin alphabet of 2021; Latin letters stay, anything else goes."""
    return "".join(ALPHABET.get(char, char) for char in unicodedata.normalize("NFC", text).lower())


def plain(text: str) -> str:
    """Transliterate and drop the diacritics, so that the login can be typed on any keyboard."""
    bare = unicodedata.normalize("NFKD", transliterate(text).replace("ı", "i"))
    return re.sub(r"[^a-z]", "", bare)


def login_candidates(family_name: str, given_name: str, patronymic: str | None) -> Iterator[str]:
    """Yield logins from the nicest on: `ahmetov.a`, `ahmetov.ab`, then `ahmetov.a2`, `ahmetov.a3` … without end."""
    family, given, middle = (plain(part or "") for part in (family_name, given_name, patronymic))
    base = (family[:24] or "user") + (f".{given[0]}" if given else "")
    yield base
    if middle and given:
        yield base + middle[0]
    yield from (f"{base}{number}" for number in count(2))


def number_candidates(number: str) -> Iterator[str]:
    """Yield logins made of a personal number: `k-0001`, then `k-0001-2` … for numbers that differ in their alphabet alone."""
    bare = unicodedata.normalize("NFKD", transliterate(number).replace("ı", "i").replace("/", "-"))
    base = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9-]", "", bare)).strip("-")[:48] or "user"
    yield base
    yield from (f"{base}-{again}" for again in count(2))


def standing(*, blocked: bool, deleted: bool, expires_on: date | None, today: date) -> str:
    """Answer what may be done with an account: `deleted`, `expired`, `blocked` or `open`; the weightiest counts.

    `expires_on` is the last day the account works.
    """
    if deleted:
        return "deleted"
    if expires_on is not None and expires_on < today:
        return "expired"
    return "blocked" if blocked else "open"


def last_day_fault(day: date, *, today: date) -> str | None:
    """Answer the fault code of a last day: orders come late by months and ahead by years, not by more."""
    if day < today - timedelta(days=366):
        return "long-over"
    return "too-far" if day > today + timedelta(days=3660) else None


STATUS = {"deleted": "left", "expired": "left", "blocked": "blocked", "open": "active"}
"""What other services are told of a person (auth.person.recorded.v1), by the standing of the account."""


def wait_after(kind: str, failures: int) -> timedelta:
    """Answer how long the next try has to wait: nothing at first, then 30 s doubling up to 15 minutes."""
    over = failures - FREE_FAILURES[kind]
    return timedelta() if over < 0 else min(LONGEST_WAIT, timedelta(seconds=30 * 2 ** min(over, 10)))
