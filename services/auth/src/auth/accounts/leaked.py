"""Passwords that leaked somewhere and are tried first everywhere: the list zxcvbn brings along, read once, when first asked for."""

from functools import cache


@cache
def listed() -> frozenset[str]:
    """Give the thirty thousand most used leaked passwords, in small letters."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])
