"""Logins, passwords and how often one may try (clause 10 of Order No. 21)."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
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
LOGIN = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")

MIN_LENGTH, MAX_LENGTH, MIN_DISTINCT = 10, 128, 5
DIGITS = "0123456789"
ALIKE = str.maketrans("0134578@$!", "oieastbasi")
OBVIOUS = frozenset(
    [
        "password",
        "passw0rd",
        "parol",
        "kupiasoz",
        "qupiasoz",
        "shanyraq",
        "shanyrak",
        "academy",
        "akademiia",
        "akademiya",
        "kazakhstan",
        "qazaqstan",
        "police",
        "policia",
        "politsiya",
        "polisiia",
        "kursant",
        "kadet",
        "tyndaushy",
        "letmein",
        "welcome",
        "admin",
        "administrator",
        "пароль",
        "құпиясөз",
        "шаңырақ",
        "академия",
        "қазақстан",
        "казахстан",
        "полиция",
        "курсант",
        "тыңдаушы",
    ]
)
RUNS = tuple(
    run + run[::-1]
    for run in (
        "01234567890123456789",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "qazwsxedcrfvtgbyhnujmikolp",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "1q2w3e4r5t6y7u8i9o0p",
        "йцукенгшщзхъфывапролджэячсмитьбю",
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "әіңғүұқөһ",
    )
)

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


def normalise_login(text: str) -> str:
    """Bring what a person typed to the form logins are stored in; look-alike Cyrillic is not guessed at."""
    return unicodedata.normalize("NFKC", text).strip().lower()[:64]


def password_faults(password: str, *, about: tuple[str, ...]) -> list[str]:
    """Answer every fault code of a new password.

    Args:
        password: as typed.
        about: login, names and number of the person, none of which may stand in it.
    """
    folded = unicodedata.normalize("NFKC", password).casefold()
    own = {part for text in about for part in re.split(r"[\W_\d]+", text.casefold()) if len(part) >= 4}
    own |= {plain(part) for part in own if len(plain(part)) >= 4}
    checks = {
        "short": len(password) < MIN_LENGTH,
        "long": len(password) > MAX_LENGTH,
        "about-you": any(part in folded for part in own),
        "obvious": is_obvious(folded),
    }
    return [code for code, failed in checks.items() if failed]


def is_obvious(folded: str) -> bool:
    """Tell whether a password is among the first a stranger would try.

    A known word with digits around it, also in `p@ssw0rd` spelling; a run of keys; too few different characters.
    """
    letters = re.sub(r"[\W_]", "", folded)
    core = letters.strip(DIGITS)
    alike = re.sub(r"[\W_]", "", folded.strip(DIGITS).translate(ALIKE))
    return (
        len(set(letters)) < MIN_DISTINCT
        or core in OBVIOUS
        or alike in OBVIOUS
        or any(letters in run or (len(core) >= 6 and core in run) for run in RUNS)
    )


def wait_after(kind: str, failures: int) -> timedelta:
    """Answer how long the next try has to wait: nothing at first, then 30 s doubling up to 15 minutes."""
    over = failures - FREE_FAILURES[kind]
    return timedelta() if over < 0 else min(LONGEST_WAIT, timedelta(seconds=30 * 2 ** min(over, 10)))
