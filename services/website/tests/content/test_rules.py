"""Rules of content: addresses, standing of translations, clause_20 (half a year ahead), clause_25 (both languages)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.content.rules import (
    SECTIONS,
    Candidate,
    digest,
    is_late,
    is_live,
    last_lawful_date,
    refusals,
    slug,
    standing,
)

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Курсанттар ант қабылдады", "kursanttar-ant-qabyldady"),
        ("Курсанты приняли присягу", "kursanty-prinyali-prisyagu"),
        ("Ғылым, өнер және әдеп: үш ұғым", "gylym-oner-zhane-adep-ush-ugym"),
        ("Law & Order — 2027", "law-order-2027"),
        ("Щётка, съезд, объём", "shchyotka-sezd-obyom"),
        ("№ 21", "no-21"),
        ("«»", "x"),
        ("", "x"),
    ],
)
def test_slug(title: str, expected: str) -> None:
    assert slug(title) == expected


@given(st.text(max_size=300))
def test_any_title_gives_an_address(title: str) -> None:
    made = slug(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= 60
    assert slug(made) == made


@pytest.mark.parametrize(
    ("source", "translation", "stamp", "expected"),
    [
        ("Мәтін", "Текст", digest("Мәтін"), "ok"),
        ("Мәтін  ", "Текст", digest(" Мәтін"), "ok"),
        ("Жаңа мәтін", "Текст", digest("Мәтін"), "stale"),
        ("Мәтін", "", digest("Мәтін"), "missing"),
        ("Мәтін", "", "", "missing"),
        ("", "Текст", digest("Мәтін"), "orphan"),
        ("", "", "", "ok"),
    ],
)
def test_clause_25_standing_of_a_translation(
    source: str, translation: str, stamp: str, expected: str
) -> None:
    assert standing(source, translation, stamp) == expected


@pytest.mark.parametrize(
    ("starts", "last"),
    [
        (date(2027, 5, 27), date(2026, 11, 27)),
        (date(2027, 1, 15), date(2026, 7, 15)),
        (date(2027, 8, 31), date(2027, 2, 28)),
        (date(2028, 8, 31), date(2028, 2, 29)),
        (date(2027, 6, 30), date(2026, 12, 30)),
        (date(2027, 12, 31), date(2027, 6, 30)),
    ],
)
def test_clause_20_last_lawful_date(starts: date, last: date) -> None:
    assert last_lawful_date(starts) == last
    assert not is_late(international=True, starts_on=starts, announced_on=last)
    assert is_late(international=True, starts_on=starts, announced_on=last + timedelta(days=1))
    assert not is_late(international=False, starts_on=starts, announced_on=starts)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_clause_20_half_a_year_is_181_to_184_days(starts: date) -> None:
    last = last_lawful_date(starts)
    assert 181 <= (starts - last).days <= 184
    assert (starts.year * 12 + starts.month) - (last.year * 12 + last.month) == 6


@given(
    st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)),
    st.integers(min_value=0, max_value=400),
)
def test_clause_20_later_events_may_be_announced_no_earlier(starts: date, days: int) -> None:
    assert last_lawful_date(starts) <= last_lawful_date(starts + timedelta(days=days))


BOTH = {"kk": "Тақырып", "ru": "Заголовок"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"titles": {"kk": "Тақырып"}}, ["no_russian"]),
        ({"titles": {"ru": "Заголовок"}}, ["no_kazakh"]),
        ({"titles": {"en": "Title", "kk": " "}}, ["no_kazakh", "no_russian"]),
        ({"blocks": [{"kk": "а", "ru": "б"}]}, []),
        ({"blocks": [{"kk": "а", "ru": "б"}, {"kk": "а"}]}, ["text_not_in_russian"]),
        ({"blocks": [{"ru": "б"}]}, ["text_not_in_kazakh"]),
        ({"policy": "warn", "blocks": [{"kk": "а", "ru": "б"}, {"kk": "а"}]}, []),
        ({"policy": "free", "blocks": [{"kk": "а"}, {"kk": "б"}]}, ["text_not_in_russian"]),
        ({"blocks": [{"kk": "", "ru": ""}]}, []),
        ({"kind": "event"}, ["event_without_date"]),
    ],
)
def test_clause_25_refusals(changes: dict[str, object], expected: list[str]) -> None:
    given_ = {"policy": "require_both", "titles": BOTH} | changes
    assert refusals(Candidate(**given_)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("", ["late_without_reason"]), ("  ", ["late_without_reason"]), ("Шақыру кеш келді", [])],
)
def test_clause_20_late_only_with_a_reason(reason: str, expected: list[str]) -> None:
    late = Candidate(
        policy="warn",
        titles=BOTH,
        kind="event",
        international=True,
        starts_on=date(2027, 3, 1),
        announced_on=date(2026, 11, 23),
        late_reason=reason,
    )
    assert refusals(late) == expected


@pytest.mark.parametrize(
    ("state", "publish_at", "expire_at", "live"),
    [
        ("published", NOW, None, True),
        ("published", NOW - HOUR, NOW + HOUR, True),
        ("published", NOW + HOUR, None, False),
        ("published", NOW - HOUR, NOW, False),
        ("draft", NOW - HOUR, None, False),
        ("published", None, None, False),
    ],
)
def test_clause_21_time_is_looked_at_when_read(
    state: str, publish_at: datetime | None, expire_at: datetime | None, live: bool
) -> None:
    assert is_live(state, publish_at, expire_at, NOW) is live


def test_clause_19_eleven_sections_each_with_its_clause() -> None:
    assert [rule.clause for rule in SECTIONS.values()] == [f"19.{n}" for n in range(1, 12)]
    strict = {code for code, rule in SECTIONS.items() if rule.policy == "require_both"}
    assert strict == {"education_acts", "service_acts", "applicants", "contacts", "news"}
