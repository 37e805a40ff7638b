"""Rules of content: what must be there before anything goes public, when a translation fell behind, when an event is late.

Sources: clauses 20 (international events half a year ahead) and 25 (state language and Russian) of Order No. 21.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

LANGUAGES = ("kk", "ru", "en")
OBLIGATORY = ("kk", "ru")
MONTHS_AHEAD = 6


@dataclass(frozen=True)
class SectionRule:
    """A section of clause 19: the words of the order, how strict translation is, what kinds of items it holds."""

    clause: str
    policy: str
    kinds: tuple[str, ...] = ("page",)


SECTIONS: Mapping[str, SectionRule] = {
    "about": SectionRule("19.1", "warn", ("page", "unit", "head")),
    "activity": SectionRule("19.2", "warn"),
    "statistics": SectionRule("19.3", "warn", ("release",)),
    "education_acts": SectionRule("19.4", "require_both", ("act",)),
    "service_acts": SectionRule("19.5", "require_both", ("act",)),
    "links": SectionRule("19.6", "free", ("link",)),
    "applicants": SectionRule("19.7", "require_both", ("page", "step")),
    "contacts": SectionRule("19.8", "require_both", ("contact",)),
    "blog": SectionRule("19.9", "warn", ("page", "question")),
    "news": SectionRule("19.10", "require_both", ("news",)),
    "schedule": SectionRule("19.11", "warn", ("event",)),
}

TRANSITIONS: Mapping[str, Mapping[str, str]] = {
    "draft": {"publish": "published"},
    "published": {"publish": "published", "unpublish": "draft"},
}

LATIN: Mapping[str, str] = dict(
    zip(
        "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
        [
            "a",
            "a",
            "b",
            "v",
            "g",
            "g",
            "d",
            "e",
            "yo",
            "zh",
            "z",
            "i",
            "i",
            "k",
            "q",
            "l",
            "m",
            "n",
            "ng",
            "o",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "u",
            "u",
            "f",
            "kh",
            "h",
            "ts",
            "ch",
            "sh",
            "shch",
            "-",
            "y",
            "i",
            "-",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
) | {"ъ": "", "ь": ""}


def slug(text: str, longest: int = 60) -> str:
    """Write a title as the readable end of an address: small Latin letters, digits and hyphens.

    Args:
        text: a title in any of the languages.
        longest: where to cut, at the end of a word where there is one.

    Returns:
        The slug; `x` when nothing of the title can be written.
    """
    latin = "".join(LATIN.get(char, char) for char in unicodedata.normalize("NFC", text).lower())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    made = "-".join(words)
    if len(made) > longest:
        cut = made[: longest + 1]
        made = cut[: cut.rfind("-")] if "-" in cut else made[:longest]
    return made or "x"


def digest(text: str) -> str:
    """Give the mark of a source text a translation is stamped with."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def standing(source: str, translation: str, stamp: str) -> str:
    """Tell how a translation stands to its source; computed, never kept.

    Args:
        source: the text in the language of the original.
        translation: the text in another language.
        stamp: digest of the source the translation was made from.

    Returns:
        `ok`, `stale` (the source changed since), `missing` (not translated) or `orphan` (the source is gone).
    """
    if not source:
        return "orphan" if translation else "ok"
    if not translation:
        return "missing"
    return "ok" if stamp == digest(source) else "stale"


def last_lawful_date(starts_on: date) -> date:
    """Compute the last day an international event may be announced (clause 20).

    Args:
        starts_on: planned first day.

    Returns:
        The day six calendar months before; the last of that month when it is shorter.
    """
    months = starts_on.year * 12 + starts_on.month - 1 - MONTHS_AHEAD
    year, month = divmod(months, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(starts_on.day, longest))


def is_late(*, international: bool, starts_on: date | None, announced_on: date) -> bool:
    """Tell whether an announcement comes later than clause 20 allows."""
    return international and starts_on is not None and announced_on > last_lawful_date(starts_on)


def is_live(state: str, publish_at: datetime | None, expire_at: datetime | None, now: datetime) -> bool:
    """Tell whether visitors see an item: evaluated at each reading, nothing has to fire."""
    if state != "published" or publish_at is None or publish_at > now:
        return False
    return expire_at is None or now < expire_at


@dataclass(frozen=True)
class Candidate:
    """What is known of an item that is to go public."""

    policy: str
    titles: Mapping[str, str]
    blocks: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    kind: str = "news"
    international: bool = False
    starts_on: date | None = None
    announced_on: date = date.min
    late_reason: str = ""


def no_kazakh(candidate: Candidate) -> bool:
    """Refuse what has no title in the state language (clause 25)."""
    return not candidate.titles.get("kk", "").strip()


def no_russian(candidate: Candidate) -> bool:
    """Refuse what has no title in Russian (clause 25)."""
    return not candidate.titles.get("ru", "").strip()


def text_not_in_kazakh(candidate: Candidate) -> bool:
    """Refuse, where both languages are required, a paragraph without its Kazakh text."""
    return _gap(candidate, "kk")


def text_not_in_russian(candidate: Candidate) -> bool:
    """Refuse, where both languages are required, a paragraph without its Russian text."""
    return _gap(candidate, "ru")


def _gap(candidate: Candidate, language: str) -> bool:
    given = [block for block in candidate.blocks if any(block.values())]
    blank = [block for block in given if not block.get(language, "").strip()]
    # In one language alone nothing goes public anywhere; a single untranslated paragraph is refused where the policy says so.
    return bool(blank) and (candidate.policy == "require_both" or len(blank) == len(given))


def event_without_date(candidate: Candidate) -> bool:
    """Refuse an event nobody could come to."""
    return candidate.kind == "event" and candidate.starts_on is None


def late_without_reason(candidate: Candidate) -> bool:
    """Refuse a late announcement of an international event without a stated reason (clause 20)."""
    late = is_late(
        international=candidate.international,
        starts_on=candidate.starts_on,
        announced_on=candidate.announced_on,
    )
    return late and not candidate.late_reason.strip()


REFUSALS: tuple[Callable[[Candidate], bool], ...] = (
    no_kazakh,
    no_russian,
    text_not_in_kazakh,
    text_not_in_russian,
    event_without_date,
    late_without_reason,
)


def refusals(candidate: Candidate) -> list[str]:
    """Collect every reason against publishing; empty when the item may go public."""
    return [refuse.__name__ for refuse in REFUSALS if refuse(candidate)]
