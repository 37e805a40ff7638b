"""What a password must not be: the policy of the academy, and what strangers try first (clause 10 of Order No. 21).

After NIST SP 800-63B, 3.1.1.2: length, a list of leaked and expected passwords, no rule about kinds of characters.
"""

import re
import unicodedata
from collections.abc import Container

from auth.accounts.lookalikes import has_invisible
from auth.accounts.rules import plain

MIN_LENGTH, MAX_LENGTH, MIN_DISTINCT = 10, 128, 5
AROUND = 6
"""So many digits and signs around a listed word make no password of it."""
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

KEYS = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.", "йцукенгшщзхъфывапролджэячсмитьбю")
"""A Russian word typed while the keyboard was Latin: `gfhjkm` is `пароль`."""


def typed_fault(password: str) -> str | None:
    """Answer why a typed password cannot be anybody's, found without hashing: too long, or with unseen characters."""
    if len(password) > MAX_LENGTH:
        return "long"
    return "invisible" if has_invisible(password) else None


def password_faults(
    password: str, *, about: tuple[str, ...] = (), length: int = MIN_LENGTH, listed: Container[str] = ()
) -> list[str]:
    """Answer every fault code of a new password.

    Args:
        password: as typed.
        about: login, names and number of the person, none of which may stand in it.
        length: the academy's minimum.
        listed: passwords that leaked somewhere, in small letters.
    """
    if fault := typed_fault(password):
        return [fault]
    folded = unicodedata.normalize("NFKC", password).casefold()
    own = {part for text in about for part in re.split(r"[\W_\d]+", text.casefold()) if len(part) >= 4}
    own |= {plain(part) for part in own if len(plain(part)) >= 4}
    readings = (folded, folded.translate(KEYS))
    checks = {
        "short": len(password) < length,
        "about-you": any(part in reading for part in own for reading in readings),
        "obvious": any(is_obvious(reading) for reading in readings),
    }
    found = [code for code, failed in checks.items() if failed]
    return found or (["leaked"] if is_leaked(folded, listed) else [])


def is_leaked(folded: str, listed: Container[str]) -> bool:
    """Tell whether a password is a listed one, as it is, repeated, respelled, or with a few digits and signs around it."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    readings = [folded, _repeated(folded)]
    if len(core) >= 4 and len(folded) - len(core) <= AROUND:
        readings += [core, _repeated(core), core.translate(ALIKE)]
    return any(reading in listed for reading in readings)


def _repeated(text: str) -> str:
    """Answer the part a text is repetitions of; itself where it repeats nothing."""
    period = (text + text).find(text, 1)
    return text[:period] if period > 0 else text


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
