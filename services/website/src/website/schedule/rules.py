"""Rules of the calendar: how many days ahead an event was announced."""

from datetime import date


def days_ahead(announced_on: date, starts_on: date) -> int:
    """Count the days between the announcement and the first day; never below zero."""
    return max(0, (starts_on - announced_on).days)
