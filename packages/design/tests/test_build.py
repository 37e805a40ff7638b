"""The build: sizes, fingerprints, idempotence, the flag or its slot, the gateway's pages."""

import gzip
import io
import json
import re
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from design import assets, build, bundle, errorpages, flag, font, offline

KB = 1024
ONE_TO_TWO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2000 1000"/>'


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_sizes(built: Path) -> None:
    assert packed(built / "kit.css") <= 12 * KB
    assert packed(built / "kit.js") <= 10 * KB
    assert (built / "onest.woff2").stat().st_size <= 26 * KB


def test_first_visit_weighs_at_most_80_kb(built: Path) -> None:
    texts = sum(packed(built / name) for name in ("kit.css", "kit.js", "icon.svg", "errors/404.html"))
    symbols = packed(built / "kz.svg") if (built / "kz.svg").exists() else 0
    assert texts + symbols + (built / "onest.woff2").stat().st_size <= 60 * KB


def test_the_font_has_every_letter_of_three_languages_and_one_weight_axis(built: Path) -> None:
    made = TTFont(io.BytesIO((built / "onest.woff2").read_bytes()))
    missing = {
        letter
        for letter in font.KAZAKH + font.RUSSIAN + font.LATIN + "₸№«»—"
        if ord(letter) not in made.getBestCmap()
    }
    assert missing == set()
    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in made["fvar"].axes] == [
        ("wght", 400, 700)
    ]


def test_building_again_changes_nothing(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flag, "fetch", lambda: ONE_TO_TWO)
    build.build(tmp_path, lambda _text: None)
    first = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    stamp = (tmp_path / "onest.woff2").stat().st_mtime_ns
    build.build(tmp_path, lambda _text: None)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == first
    assert (tmp_path / "onest.woff2").stat().st_mtime_ns == stamp, "the font was made twice"
    assets.manifest.cache_clear()


def test_the_address_of_a_file_changes_with_its_bytes(built: Path) -> None:
    prints = json.loads((built / "manifest.json").read_text())
    assert assets.design_asset("design/kit.css") == f"/static/design/kit.css?v={prints['kit.css']}"
    assert prints["kit.css"] == build.fingerprint((built / "kit.css").read_bytes())
    assert f"onest.woff2?v={prints['onest.woff2']}" in (built / "kit.css").read_text()
    assert assets.design_asset("design/nothing.css") == ""


def test_without_npm_the_operator_is_told_and_the_rest_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flag.shutil, "which", lambda _name: None)
    said: list[str] = []
    build.build(tmp_path, said.append)
    assert "npm is not installed" in said[0]
    assert (tmp_path / "kit.css").exists()
    assert not (tmp_path / "kz.svg").exists()
    assets.manifest.cache_clear()


def test_a_network_failure_is_told_and_not_thrown(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise subprocess.CalledProcessError(1, "npm")

    monkeypatch.setattr(flag.shutil, "which", lambda _name: "npm")
    monkeypatch.setattr(flag.subprocess, "run", refuse)
    with pytest.raises(flag.NoFlagError, match="could not fetch"):
        flag.fetch()


@pytest.mark.parametrize(
    ("svg", "good"),
    [
        (ONE_TO_TWO, True),
        (b'<svg width="900" height="450">', True),
        (b'<svg viewBox="0 0 900 600">', False),
        (b"<html>not a picture</html>", False),
    ],
)
def test_a_flag_is_twice_as_wide_as_high(svg: bytes, good: bool) -> None:
    assert flag.is_one_to_two(svg) is good


def test_the_slot_of_a_missing_symbol_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Order No. 21, clause_23: a symbol is the official file or an empty place, never a drawing of ours."""
    made = offline.environment("ru", tuple(sorted(offline.PREFERENCES.items())))
    monkeypatch.setitem(made.globals, "asset", lambda _path: "")
    text = offline.render("design/base_site.html", "ru")
    assert "Место Государственного Флага: официальный файл ещё не загружен" in text
    assert "Место Государственного Герба: официальный файл ещё не загружен" in text
    assert "<img" not in text


@pytest.mark.parametrize("name", errorpages.PAGES)
def test_error_pages_speak_three_languages_and_need_nothing_but_the_style_sheet(
    built: Path, name: str
) -> None:
    text = (built / "errors" / f"{name}.html").read_text(encoding="utf-8")
    for language in ("kk", "ru", "en"):
        said = errorpages.text_of(errorpages.PAGES[name], language)
        assert f'<section lang="{language}"' in text
        assert said["title"] in text
    assert not re.search(r"<script|\sstyle=|\son\w+=|<img", text)
    assert "/static/design/kit.css?v=" in text


def test_scripts_keep_their_words_when_joined() -> None:
    assert "fetch(url" in bundle.js()
    assert "/*" not in bundle.css()
