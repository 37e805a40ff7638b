"""Logins that look alike are one login: how a typed one is read, and the form two are compared in.

After Unicode Technical Standard 39, for the letters that keyboards of Kazakhstan and its neighbours carry.
"""

import re
import unicodedata

LOGIN = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
MAX_LENGTH = 64
INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Categories of characters nobody sees: controls, marks of direction and of joining, halves of characters."""

_TWINS = {"асеорухіјѕһԁԛԝѵӏ": "aceopyxijshdqwvl", "αορνικυχ": "aopvikux", "ёѐїıɑɡ": "eeiiag"}
TWINS = str.maketrans(
    {other: latin for others, latins in _TWINS.items() for other, latin in zip(others, latins, strict=True)}
)
"""Cyrillic, Greek and rare letters that look like a Latin small one. Small `к м н т в` do not, and stay what they are."""
DIGITS = str.maketrans("01", "ol")
PAIRS = (("rn", "m"), ("vv", "w"))


def fold(text: str) -> str:
    """Read a login as typed: compatibility forms, case, invisible characters and look-alike letters do not matter.

    Safe, because a stored login has Latin letters alone: what is folded can be nothing else.
    """
    folded = unicodedata.normalize("NFKC", without_invisible(text[: 4 * MAX_LENGTH])).lower()
    return folded.strip().translate(TWINS)[:MAX_LENGTH]


def skeleton(login: str) -> str:
    """Make the form in which two logins must differ: `0` is `o`, `1` is `l`, `rn` is `m`, and a twin is its Latin letter."""
    found = fold(login).translate(DIGITS)
    for pair, one in PAIRS:
        found = found.replace(pair, one)
    return found


def login_fault(login: str) -> str | None:
    """Answer the fault code of a login somebody asks for; nothing is folded here, a mixture is refused."""
    scripts = {unicodedata.name(char, "?").split()[0] for char in login if char.isalpha()}
    if len(scripts) > 1:
        return "login-mixed"
    return None if LOGIN.fullmatch(login) and len(login) <= MAX_LENGTH else "login-letters"


def without_invisible(text: str) -> str:
    """Drop characters nobody sees."""
    return "".join(char for char in text if unicodedata.category(char) not in INVISIBLE)


def has_invisible(text: str) -> bool:
    """Tell whether a text holds a character nobody sees."""
    return any(unicodedata.category(char) in INVISIBLE for char in text)
