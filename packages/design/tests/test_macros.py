"""The macros: what a page that uses them sends to the browser."""

from types import SimpleNamespace

import pytest

from chassis import i18n
from design import offline

USE = '{% import "design/macros.html" as ui %}'


def show(text: str, language: str = "kk", **values: object) -> str:
    with i18n.speaking(offline.catalogue()[language]):
        return offline.environment(language).from_string(USE + text).render(values)


def test_the_guard_asks_the_environment_for_token_and_key() -> None:
    text = show("{{ ui.form_guard() }}")
    assert 'name="_csrf" value="token"' in text
    assert 'name="_key" value="key"' in text


def test_a_wrong_field_is_tied_to_its_message_and_keeps_what_was_typed() -> None:
    form = SimpleNamespace(errors={"mark": ["Тым үлкен"]}, values={"mark": '101"><script>'})
    text = show('{{ ui.field("mark", "Баға", form, hint="0–100") }}', form=form)
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="f-mark-hint f-mark-err"' in text
    assert 'id="f-mark-err"' in text
    assert "<script>" not in text
    assert "101" in text


def test_a_password_is_never_sent_back() -> None:
    form = SimpleNamespace(errors={}, values={"password": "secret"})
    assert "secret" not in show('{{ ui.field("password", "Құпиясөз", form, "password") }}', form=form)


def test_the_summary_links_each_error_to_its_field_and_says_the_form_s_own_plainly() -> None:
    form = SimpleNamespace(errors={"mark": ["a"], "_schema": ["b"]}, values={})
    text = show('{{ ui.error_summary(form, {"mark": "Баға"}) }}', form=form)
    assert '<a href="#f-mark">Баға: a</a>' in text
    assert "<li>b</li>" in text
    assert show("{{ ui.error_summary(form) }}", form=SimpleNamespace(errors={}, values={})).strip() == ""


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [(1, 1, []), (1, 3, ["1", "2", "3"]), (5, 12, ["1", "4", "5", "6", "12"]), (12, 12, ["1", "11", "12"])],
)
def test_pagination_shows_the_ends_and_the_neighbours(page: int, pages: int, shown: list[str]) -> None:
    text = show("{{ ui.pagination(page, pages, url) }}", page=page, pages=pages, url=lambda n: f"?page={n}")
    found = [n for n in map(str, range(1, 20)) if f"</span>{n}<" in text]
    assert found == shown


def test_a_tag_has_a_sign_beside_its_colour() -> None:
    assert "<svg" in show('{{ ui.tag("мерзімі өткен", "err") }}')


def test_the_preferences_form_remembers_and_posts_plainly() -> None:
    prefs = {**offline.PREFERENCES, "vi": "wb", "size": "150", "images": "off"}
    text = offline.render("design/base_site.html", "ru", prefs, prefix="/website")
    assert '<html lang="ru" data-vi="wb" data-size="150" data-images="off">' in text
    assert 'method="post" action="/website/preferences"' in text
    for field, value in (("vi", "wb"), ("size", "150"), ("images", "off"), ("spacing", ""), ("theme", "")):
        assert f'name="{field}" value="{value}" checked' in text
    assert text.count(" checked") == 5
    assert "_csrf" not in text, "it stands on cached pages"


def test_hreflang_is_absolute_and_has_a_default() -> None:
    alternates = {code: f"https://academy.example/{code}/news" for code in i18n.LANGUAGES}
    text = offline.render("design/base_site.html", "kk", alternates=alternates)
    for code in i18n.LANGUAGES:
        assert f'hreflang="{code}" href="https://academy.example/{code}/news"' in text
    assert 'hreflang="x-default" href="https://academy.example/kk/news"' in text


def test_the_error_page_says_the_words_of_the_problem() -> None:
    problem = SimpleNamespace(status=409, title="Ұяшық өзгерген", detail="Омаров Б. 85 қойды", errors=[])
    text = offline.render("design/error.html", "kk", problem=problem, request_id="r-1")
    assert "<h1>Ұяшық өзгерген</h1>" in text
    assert "Омаров Б. 85 қойды" in text
    assert "r-1" in text
