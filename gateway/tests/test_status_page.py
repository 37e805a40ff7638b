"""The prober and its pages: what was seen is kept by the minute, survives a restart, and is read with every service down."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.status import page, rules
from gateway.status.__main__ import clock, main
from gateway.status.history import Announcements, History
from gateway.status.prober import Prober
from gateway.status.rules import Account, Span, Window
from gateway.testing import House

PARTS = {name: f"http://{name}.test/health" for name in page.words()["en"]["parts"]}
START = 29_900_000
WORDS = {"kk": "Деректер қорын жаңарту", "ru": "Обновление базы данных <b>"}


class World:
    """A clock that is moved by hand, and services that are up or not."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seconds, self.down = folder, START * 60.0, set[str]()
        self.begin()

    def begin(self) -> None:
        """Start the prober, or start it again."""
        self.prober = Prober(PARTS, self.folder, self.folder / "build", lambda: self.seconds, self.ask)

    def ask(self, url: str) -> bool:
        return not any(url == PARTS[name] for name in self.down)

    def minutes(self, count: int) -> None:
        """Let time pass, with a probe every fifteen seconds."""
        for _ in range(4 * count):
            self.prober.step()
            self.seconds += 15

    def account(self, part: str) -> Account:
        month = rules.month_of(START)
        return rules.account(part, History(self.folder / "history").spans(month), self.windows)

    @property
    def windows(self) -> list[Window]:
        return Announcements(self.folder).windows()

    def text(self, language: str = "ru") -> str:
        return (self.folder / f"status.{language}.html").read_text("utf-8")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_what_was_seen_is_kept_by_the_minute_and_survives_a_restart_clause_14(world: World) -> None:
    world.minutes(10)
    world.down = {"library"}
    world.minutes(5)
    world.begin()  # the minute that had begun is lost with the prober, as a kill would lose it
    world.down = set()
    world.minutes(4)
    lost = world.account("library")
    assert (lost.planned, lost.unplanned) == (0, 4)
    assert lost.measured == world.account("portal").measured == 17
    assert world.account("portal").unplanned == 0


def test_announced_work_excuses_what_it_covers_and_no_more_clause_14(world: World) -> None:
    kept = Announcements(world.folder)
    kept.announce(Window("w-1", START + 5, START + 8, START, WORDS, ("portal",)), "officer")
    world.minutes(5)
    world.down = {"portal"}
    world.minutes(5)
    assert "идут плановые работы" not in world.text()
    world.down = set()
    world.minutes(2)
    assert world.account("portal") == Account(11, 3, 2)
    assert kept.windows()[0].reason == WORDS


def test_the_page_tells_the_state_the_work_ahead_and_the_figures(world: World) -> None:
    assert not (world.folder / "status.kk.html").exists()
    Announcements(world.folder).announce(Window("w-1", START + 60, START + 90, START, WORDS), "officer")
    world.minutes(3)
    assert "Все сервисы работают" in world.text()
    assert "Обновление базы данных &lt;b&gt;" in world.text()
    assert "Деректер қорын жаңарту" in world.text("kk")
    assert page.moment(START + 60) in world.text()
    assert "все сервисы" in world.text()
    world.down = set(PARTS)
    world.minutes(2)
    for language in ("kk", "ru", "en"):
        text = world.text(language)
        assert page.words()[language]["headlines"]["none"] in text
        assert text.count('class="tag err"') == len(PARTS)


def test_work_under_way_is_told_apart_from_an_outage(world: World) -> None:
    Announcements(world.folder).announce(
        Window("w-1", START + 2, START + 20, START, WORDS, ("library",)), "officer"
    )
    world.minutes(3)
    world.down = {"library"}
    world.minutes(1)
    assert "Идут объявленные работы" in world.text()
    world.down = {"library", "portal"}
    world.minutes(1)
    assert "Некоторые сервисы не отвечают" in world.text()


def test_a_house_that_starts_is_not_out_of_service(world: World) -> None:
    world.down = set(PARTS)
    world.minutes(1)
    world.down = set()
    world.minutes(2)
    assert world.account("auth").unplanned == 0
    assert world.account("auth").measured > 0


def test_a_torn_line_or_a_full_disk_ends_no_prober(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.minutes(3)
    file = world.folder / "history" / f"{rules.month_of(START)}.tsv"
    file.write_text(file.read_text("utf-8") + "auth\tup\t12\nnonsense\n")
    (world.folder / "windows.jsonl").write_text('{"act": "announ')
    world.begin()
    world.minutes(2)
    assert world.account("auth").measured >= 3
    file.with_suffix(".part").mkdir()
    world.minutes(2)
    assert "kept in memory" in capsys.readouterr().err
    file.with_suffix(".part").rmdir()
    world.minutes(1)
    assert world.account("auth").measured >= 6


def test_old_months_are_forgotten(tmp_path: Path) -> None:
    history = History(tmp_path)
    for month in range(16):
        history.note(START + month * 31 * 24 * 60, {"auth": True})
    assert len(history.months()) == 13
    assert len(list(tmp_path.glob("*.tsv"))) == 13


@pytest.fixture
def announce(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Give a function that announces as an officer does, and answers the exit code and what was said."""
    monkeypatch.setenv("STATUS_DIR", str(tmp_path))
    monkeypatch.setenv("BY", "officer")

    def announcing(command: str = "announce", **values: str) -> tuple[int, str]:
        for name in ("FROM", "TO", "REASON_KK", "REASON_RU", "PARTS", "WITHDRAW"):
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        code = main([command])
        said = capsys.readouterr()
        return code, said.out + said.err

    return announcing


def test_an_officer_announces_lists_and_withdraws(announce, tmp_path: Path) -> None:
    ahead = int(clock() // 60) + 24 * 60
    day = {"FROM": _typed(ahead), "TO": _typed(ahead + 60)}
    code, said = announce(**day, REASON_KK="Жаңарту", REASON_RU="Обновление", PARTS="library")
    assert (code, said.split()[0]) == (0, "announced")
    number = said.split()[1].rstrip(":")
    assert number in announce("list")[1]
    kept = Announcements(tmp_path).windows()
    assert [(one.id, one.starts, one.parts) for one in kept] == [(number, ahead, ("library",))]
    assert announce(WITHDRAW=number)[0] == 0
    assert number not in announce("list")[1]
    assert announce(WITHDRAW=number)[0] == 2, "once"
    assert '"by": "officer"' in (tmp_path / "windows.jsonl").read_text("utf-8")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"FROM": "tomorrow"}, "FROM=tomorrow"),
        ({"FROM": "2020-01-01 10:00", "TO": "2020-01-01 11:00"}, "past"),
        ({"FROM": "2020-01-01 10:00", "TO": "2020-01-01 11:00"}, "REASON_RU"),
    ],
)
def test_an_announcement_that_cannot_stand_is_refused_with_every_reason(
    announce, tmp_path, values, words
) -> None:
    code, said = announce(REASON_KK="Жаңарту", **values)
    assert (code, words in said) == (2, True)
    assert not (tmp_path / "windows.jsonl").exists()


def _typed(minute: int) -> str:
    return re.sub(r"(\d\d)\.(\d\d)\.(\d{4}) (.*)", r"\3-\2-\1 \4", page.moment(minute))


def test_the_gateway_hands_the_page_out_with_every_service_down_clause_14(house: House) -> None:
    folder = house.folder / "status"
    facts = page.Facts(
        START,
        dict.fromkeys(PARTS, False),
        [],
        {"2026-11": [Span("auth", False, START, START + 1)]},
        list(PARTS),
    )
    try:
        page.write(folder, folder / "build", facts)
        for stub in house.services.values():
            stub.stop()
        for language, words in page.words().items():
            answer = house.ask(f"/status?lang={language}")
            assert answer.status_code == 200
            assert words["headlines"]["none"] in answer.text
            assert answer.headers["cache-control"] == "no-store"
            assert "data-theme" not in answer.text
            dark = house.ask(f"/status?lang={language}", cookies="prefs=theme=dark&size=150")
            assert f'<html data-theme="dark" data-size="150" lang="{language}">' in dark.text
        os.utime(folder / "status.ru.html", (1, 1))
        assert "не отвечает" in house.ask("/status?lang=ru").text, (
            "the prober is gone: the gateway looks for itself"
        )
        assert page.words()["ru"]["availability"] not in house.ask("/status?lang=ru").text
    finally:
        for path in folder.glob("status.*.html"):
            path.unlink()
        for stub in house.services.values():
            stub.start()


def test_the_prober_needs_nothing_that_the_gateways_image_does_not_hold() -> None:
    asked = "import sys, gateway.status.__main__; print({'chassis', 'sqlalchemy', 'flask', 'httpx'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_prober_without_addresses_says_so_and_ends() -> None:
    environment = {**os.environ, "UPSTREAMS": "canteen=x:1"}
    done = subprocess.run(
        [sys.executable, "-m", "gateway.status"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "canteen" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
