"""Rules of the duty roster as pure functions: kinds, days, and how numbers of learners are typed."""

import re
from datetime import date, timedelta

KINDS = ("detail", "guard", "service")
"""Daily detail, guard, another task of service."""
KIND_WORDS = {
    "detail": ("тәуліктік наряд", "суточный наряд", "daily detail", "наряд"),
    "guard": ("қарауыл", "караул", "guard"),
    "service": ("қызметтік тапсырма", "служебное задание", "task of service"),
}
MOST_DAYS = 31
MOST_PEOPLE = 300


def days_between(first: date, last: date) -> list[date]:
    """List the days from one to another, both included; empty when they are out of order."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def numbers(text: str) -> list[str]:
    """Take personal numbers out of what was typed: separated by spaces, commas, semicolons or new lines, each once."""
    return list(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))
