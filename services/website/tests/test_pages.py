"""The site through the front door: clause_19 (eleven sections), clause_23 (symbols), clause_25 (languages), who may edit."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from chassis.db import unit_of_work
from website.content.model import Item
from website.content.rules import SECTIONS

EVERYWHERE = [("institution", None)]
EDITOR = {"website.item.write": EVERYWHERE, "website.item.publish": EVERYWHERE}
LANGUAGES = ("kk", "ru", "en")
Client = Callable[..., Any]
KK, RU = "Ашық сабақ апталығы", "Неделя открытых занятий"


def text(answer: Any) -> str:
    found: str = answer.get_data(as_text=True)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_clause_19_every_section_is_there_from_the_first_start(
    anonymous: Any, section: str, language: str
) -> None:
    answer = anonymous.get(f"/{language}/{section}")
    assert answer.status_code == 200
    page = text(answer)
    assert f'<html lang="{language}"' in page
    for other in LANGUAGES:
        assert f'hreflang="{other}" href="http://localhost:8000/{other}/{section}"' in page
    assert f'hreflang="x-default" href="http://localhost:8000/kk/{section}"' in page


@pytest.mark.parametrize("section", SECTIONS)
def test_clause_19_every_section_has_content_in_kazakh_and_russian(
    anonymous: Any, demo: None, engine: Engine, section: str
) -> None:
    with unit_of_work(engine) as session:
        items = session.scalars(select(Item).where(Item.section == section)).all()
        assert items
        assert all({"kk", "ru"} <= set(item.languages) for item in items)
    assert "толтырылуда" not in text(anonymous.get(f"/kk/{section}"))
    assert "наполняется" not in text(anonymous.get(f"/ru/{section}"))


@pytest.mark.parametrize(
    "path", ["/kk/", "/ru/news", "/en/statistics", "/kk/search?q=ант", "/ru/no-such-page"]
)
def test_clause_23_flag_and_emblem_stand_on_every_page(anonymous: Any, path: str) -> None:
    page = text(anonymous.get(path))
    assert re.search(r'class="flag (symbol|slot)"', page)
    assert re.search(r'class="emblem (symbol|slot)"', page)


def test_clause_3_the_site_leads_to_portal_and_library(anonymous: Any) -> None:
    page = text(anonymous.get("/kk/"))
    assert 'href="/portal/"' in page
    assert 'href="/library/"' in page


@pytest.mark.parametrize(
    ("headers", "cookie", "target"),
    [
        ({}, "", "/kk/"),
        ({"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}, "", "/ru/"),
        ({"Accept-Language": "en-GB,en"}, "", "/en/"),
        ({"Accept-Language": "fr"}, "", "/kk/"),
        ({"Accept-Language": "ru"}, "lang=kk", "/kk/"),
    ],
)
def test_clause_25_the_root_leads_to_a_language(
    anonymous: Any, headers: dict[str, str], cookie: str, target: str
) -> None:
    if cookie:
        anonymous.flask.set_cookie("prefs", cookie)
    answer = anonymous.get("/", headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (302, target)


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Мұндай бет жоқ"), ("ru", "Такой страницы нет"), ("en", "There is no such page")],
)
def test_clause_25_what_is_not_there_is_said_in_the_language_of_the_address(
    anonymous: Any, language: str, words: str
) -> None:
    answer = anonymous.get(f"/{language}/nothing/here")
    assert answer.status_code == 404
    assert words in text(answer)


def test_home_takes_four_questions_and_shows_everything(anonymous: Any, demo: None, app: Any) -> None:
    anonymous.get("/kk/")
    asked: list[str] = []
    engine = app.extensions["chassis"].engine

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    page = text(anonymous.get("/kk/"))
    event.remove(engine, "before_cursor_execute", note)
    assert len([line for line in asked if line.lstrip().startswith("SELECT")]) <= 4
    assert page.count("<article><time") == 3
    assert "күн бұрын жарияланды" in page
    assert '<svg class="chart"' in page
    assert 'aria-current="step"' in page


def test_pages_know_nobody_and_may_be_kept(client: Client, anonymous: Any, demo: None) -> None:
    signed_in = client(EDITOR)
    mine, anybody = signed_in.get("/ru/news"), anonymous.get("/ru/news")
    assert mine.data == anybody.data
    assert anybody.headers["Cache-Control"] == "public, no-cache"
    again = anonymous.get("/ru/news", headers={"If-None-Match": anybody.headers["ETag"]})
    assert again.status_code == 304
    assert "Set-Cookie" not in anybody.headers


def news(engine: Engine, demo: None = None) -> Item:
    with unit_of_work(engine) as session:
        return session.scalars(select(Item).where(Item.section == "news").order_by(Item.number)).first()  # type: ignore[return-value]


def test_clause_21_an_item_has_one_address_and_old_ones_lead_there(
    anonymous: Any, demo: None, engine: Engine
) -> None:
    number = news(engine).number
    moved = anonymous.get(f"/kk/news/{number}-old-title")
    assert moved.status_code == 301
    page = anonymous.get(moved.headers["Location"])
    assert page.status_code == 200
    assert "Цифрлық криминалистика" in text(page)
    assert re.search(rf'hreflang="ru" href="http://localhost:8000/ru/news/{number}-otkrylas', text(page))
    assert anonymous.get(f"/kk/blog/{number}-x").status_code == 404


def test_feeds_map_and_robots(anonymous: Any, demo: None) -> None:
    atom = anonymous.get("/ru/news.atom")
    assert atom.mimetype == "application/atom+xml"
    assert text(atom).count("<entry") == 9
    site = text(anonymous.get("/sitemap.xml"))
    assert site.count("<loc>") > 100
    assert 'hreflang="x-default"' in site
    assert "Disallow: /website/" in text(anonymous.get("/robots.txt"))


def test_clause_22_figures_may_be_taken_away(anonymous: Any, demo: None, engine: Engine) -> None:
    page = text(anonymous.get("/ru/statistics"))
    address = re.search(r'href="(/ru/statistics/\d+\.csv)"', page)
    assert address
    assert "Принято;Выпущено" in text(anonymous.get(address[1]))


def test_clause_19_order_21_stands_in_the_register(anonymous: Any, demo: None) -> None:
    page = text(anonymous.get("/ru/education_acts"))
    assert "№ 21" in page
    assert "13.01.2016" in page


def test_clause_24_each_link_names_its_basis(anonymous: Any, demo: None) -> None:
    page = text(anonymous.get("/ru/links"))
    assert "договор о сотрудничестве от 12 марта 2024 года" in page
    assert "пункт 16 приказа № 21" in page


@pytest.mark.parametrize("prefs", ["theme=dark", "vi=bw&size=200", "vi=blue&images=off"])
def test_low_vision_and_dark_come_from_the_server(anonymous: Any, prefs: str) -> None:
    anonymous.flask.set_cookie("prefs", prefs)
    page = text(anonymous.get("/kk/"))
    name, value = prefs.split("&", maxsplit=1)[0].split("=")
    assert f'data-{name}="{value}"' in page


def test_search_finds_words(anonymous: Any, demo: None) -> None:
    assert "присягу" in text(anonymous.get("/ru/search?q=ПРИСЯГУ курсанты"))
    assert "Найдено 0 страниц" in text(anonymous.get("/ru/search?q=%25"))


def test_the_editor_writes_publishes_and_it_is_there(client: Client, anonymous: Any) -> None:
    editor = client(EDITOR)
    typed = {"title-kk": KK, "title-ru": RU, "b-0-kk": "Мәтін", "b-0-ru": "Текст"}
    saved = editor.submit("/website/edit/new?section=news", typed, action="/website/edit/new")
    assert saved.status_code == 303
    page = saved.headers["Location"]
    assert KK not in text(anonymous.get("/kk/news"))
    published = editor.submit(page, {}, action=f"{page}/publish")
    assert published.status_code == 303
    assert KK in text(anonymous.get("/kk/news"))
    assert RU in text(anonymous.get("/ru/"))
    assert KK in text(editor.get("/website/edit/"))
    editor.submit(page, {}, action=f"{page}/unpublish")
    assert KK not in text(anonymous.get("/kk/news"))


@pytest.mark.parametrize(
    ("language", "words"), [("kk", "ет заголовка на русском"), ("ru", "ет заголовка на казахском")]
)
def test_clause_25_one_language_is_refused_in_words(
    client: Client, anonymous: Any, language: str, words: str
) -> None:
    editor = client(EDITOR)
    editor.flask.set_cookie("prefs", "lang=ru")
    typed = {f"title-{language}": KK}
    page = editor.submit("/website/edit/new?section=news", typed, action="/website/edit/new").headers[
        "Location"
    ]
    refused = editor.submit(page, {}, action=f"{page}/publish")
    assert refused.status_code == 409
    assert words in text(refused)
    assert KK not in text(anonymous.get(f"/{language}/news"))


def test_clause_20_the_form_shows_the_last_lawful_date_and_asks_for_the_reason(client: Client) -> None:
    editor = client(EDITOR)
    typed = {"title-kk": KK, "title-ru": RU, "starts_on": "01.12.2026", "international": "1"}
    new = "/website/edit/new?section=schedule"
    page = editor.submit(new, typed, action="/website/edit/new").headers["Location"]
    assert "2026 ж. 1 маусым" in text(editor.get(page)).replace("\u00a0", " ")
    refused = editor.submit(page, {}, action=f"{page}/publish")
    assert refused.status_code == 409
    assert "20-тармақ" in text(refused)
    reason = {"late_reason": "Шақыру кеш келді"}
    assert editor.submit(page, reason, action=f"{page}/publish").status_code == 303
    assert "Шақыру кеш келді" in text(editor.get(page))
    assert "кешіктіріліп жарияланды" in text(editor.get("/kk/schedule"))


def test_two_editors_are_told(client: Client) -> None:
    first, second = client(EDITOR), client(EDITOR)
    typed = {"title-kk": KK, "title-ru": RU}
    page = first.submit("/website/edit/new?section=news", typed, action="/website/edit/new").headers[
        "Location"
    ]
    stale = text(second.get(page))
    version = re.search(r'name="version" value="(\d+)"', stale)
    assert version
    assert first.submit(page, {"title-kk": "Бірінші"}, action=page).status_code == 303
    lost = second.submit(page, {"title-kk": "Екінші", "version": version[1]}, action=page)
    assert lost.status_code == 409
    assert "Екінші" in text(lost)
    assert "Бірінші" in text(first.get(page))


def test_wrong_dates_are_said_beside_the_field(client: Client) -> None:
    editor = client(EDITOR)
    typed = {"title-kk": KK, "starts_on": "31.02.2027", "ends_on": "abc"}
    refused = editor.submit("/website/edit/new?section=schedule", typed, action="/website/edit/new")
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in text(refused)
    assert KK in text(refused)


@pytest.mark.parametrize("path", ["/website/edit/", "/website/edit/new?section=news"])
def test_clause_8_the_editor_is_closed(anonymous: Any, client: Client, path: str) -> None:
    assert anonymous.get(path).status_code == 303
    assert client().get(path).status_code == 403


def test_clause_9_an_editor_of_one_section_stays_there(client: Client, demo: None, engine: Engine) -> None:
    blogger = client({"website.item.write": [("website_section", "blog")]})
    page = text(blogger.get("/website/edit/"))
    assert "Практикаға жақын білім" in page
    assert "Цифрлық криминалистика" not in page
    foreign = news(engine)
    assert blogger.get(f"/website/edit/{foreign.id}").status_code == 404
    assert blogger.get("/website/edit/new?section=news").status_code == 403
    body = {"section": "news", "kind": "news", "title": {"kk": KK, "ru": RU}}
    assert blogger.post("/website/api/v1/items", json=body).status_code == 403
    assert blogger.post(f"/website/api/v1/items/{foreign.id}/publish", json={"version": 1}).status_code == 403


def test_an_item_over_the_api(client: Client, anonymous: Any) -> None:
    editor = client(EDITOR)
    body = {"section": "news", "kind": "news", "title": {"kk": KK}}
    made = editor.post("/website/api/v1/items", json=body)
    assert made.status_code == 201
    item = made.get_json()
    address = f"/website/api/v1/items/{item['id']}"
    refused = editor.post(f"{address}/publish", json={"version": item["version"]})
    assert refused.status_code == 409
    assert refused.get_json()["reasons"] == ["no_russian"]
    saved = editor.put(address, json={"version": item["version"], "title": {"kk": KK, "ru": RU}}).get_json()
    published = editor.post(f"{address}/publish", json={"version": saved["version"]})
    assert published.get_json()["state"] == "published"
    assert RU in text(anonymous.get("/ru/news"))
    listed = editor.get("/website/api/v1/items?section=news&state=published").get_json()
    assert [row["id"] for row in listed["items"]] == [item["id"]]
    wrong = editor.post("/website/api/v1/items", json=body | {"kind": "event"})
    assert wrong.status_code == 422
