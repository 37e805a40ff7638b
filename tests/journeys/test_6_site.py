"""Journey 6: eleven sections in both languages, the ways to see them, and a web editor's news that are there at once."""

import secrets
import time
from typing import Any

import httpx
import pytest

from design.menu import SECTIONS
from dev.testing import House, until

EDIT = "/website/edit"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_site_has_eleven_sections_the_flag_and_its_versions(desk: Any, language: str) -> None:
    """Clause 19: eleven sections; clause 25: each in Kazakh and Russian."""
    other = {"kk": "ru", "ru": "kk"}[language]
    visitor = desk("", language)
    page = visitor.open(f"/{language}/")
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("img.flag").evaluate("flag => flag.complete && flag.naturalWidth > 0")
    assert (
        len(
            page.locator(
                "section[aria-labelledby=news] article, section[aria-labelledby=news] .news > *"
            ).all()
        )
        >= 3
    )
    assert len(SECTIONS) == 11
    for section in SECTIONS:
        visitor.go(page, f"/{language}/{section}")
        assert page.locator("html").get_attribute("lang") == language
        assert len(page.locator("main").inner_text()) > 150, section
        assert page.locator("h1").count() == 1
        # The switch leads to the same section in the other language.
        assert (
            page.locator(f"nav.lang a[hreflang={other}]").get_attribute("href")
            == (f"{visitor.house.url}/{other}/{section}")
            or page.locator(f"nav.lang a[hreflang={other}]").get_attribute("href") == f"/{other}/{section}"
        )
    page.locator(f"nav.lang a[hreflang={other}]").click()
    page.wait_for_url(f"**/{other}/*")
    assert page.locator("html").get_attribute("lang") == other


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_low_vision_and_dark_are_a_visitors_choice(desk: Any, language: str) -> None:
    visitor = desk("", language)
    page = visitor.open(f"/{language}/news")
    page.locator(".topbar .drop > summary").first.click()
    page.locator("label:has(input[name=vi][value=wb])").click()
    page.locator("label:has(input[name=size][value='200'])").click()
    visitor.post(page, ".prefs button.btn")
    html = page.locator("html")
    assert (html.get_attribute("data-vi"), html.get_attribute("data-size")) == ("wb", "200")
    visitor.go(page, f"/{language}/about")
    assert html.get_attribute("data-vi") == "wb"
    page.locator(".topbar .drop > summary").first.click()
    page.locator("label:has(input[name=vi][value=''])").click()
    page.locator("label:has(input[name=theme][value=dark])").click()
    visitor.post(page, ".prefs button.btn")
    assert (html.get_attribute("data-vi"), html.get_attribute("data-theme")) == (None, "dark")
    red, green, blue = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    )
    assert max(red, green, blue) < 80


def write(editor: Any, page: Any, titles: dict[str, str]) -> None:
    """Write a draft of news with the languages given."""
    editor.go(page, f"{EDIT}/new?section=news")
    for code, title in titles.items():
        page.locator(f"#f-title-{code}").fill(title)
        page.locator(f"#f-summary-{code}").fill(f"{title}: {title}")
        page.locator(f"[name=b-0-{code}]").fill(f"{title}. {title}.")
    editor.post(page, f"form[action$='{EDIT}/new'] button.btn")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_news_in_both_languages_are_there_at_once(house: House, desk: Any, tell: Any, language: str) -> None:
    mark = secrets.token_hex(3)
    titles = {"kk": f"Академияда сайыс өтті {mark}", "ru": f"В академии прошло состязание {mark}"}
    editor = desk("editor", language)
    page = editor.page()
    write(editor, page, titles)
    with httpx.Client(base_url=house.url) as visitor:
        # The gateway keeps the public pages: they are asked for until it answers by itself.
        for code in titles:
            for path in (f"/{code}/", f"/{code}/news"):
                assert mark not in visitor.get(path).text
        editor.post(page, "form[action$='/publish'] button.btn")
        published = time.monotonic()
        assert page.locator(".notice.ok").count() == 1
        until(
            lambda: all(mark in visitor.get(f"/{code}/news").text for code in titles),
            "the news on the site",
            3,
        )
        tell(f"journey 6, {language}: news are on the site after {time.monotonic() - published:.2f} s")
        assert all(titles[code] in visitor.get(f"/{code}/").text for code in titles)
        assert titles[language] in visitor.get(f"/{language}/news.atom").text
    reader = desk("", language)
    view = reader.open(f"/{language}/news")
    view.get_by_role("link", name=titles[language]).first.click()
    view.wait_for_load_state()
    assert titles[language] in view.locator("h1").inner_text()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_25_news_in_one_language_alone_are_refused(house: House, desk: Any, language: str) -> None:
    mark = secrets.token_hex(3)
    editor = desk("editor", language)
    page = editor.page()
    write(editor, page, {language: f"Тек бір тілде · {mark}"})
    editor.expected.add(409)
    editor.post(page, "form[action$='/publish'] button.btn")
    assert len(page.locator("[role=alert]").first.inner_text()) > 20
    with httpx.Client(base_url=house.url) as visitor:
        assert all(mark not in visitor.get(f"/{code}/news").text for code in ("kk", "ru", "en"))
