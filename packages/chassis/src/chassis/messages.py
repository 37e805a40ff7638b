"""Gather the strings of packages into their translations, and tell what is not translated.

`python -m chassis.messages update|check <package folder>…`; the folders of `chassis` and `design` are the shared words: what stands
there need not stand in a service. Files carry no dates and no line numbers, so that a change shows only what changed.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.plurals import get_plural
from babel.messages.pofile import normalize, read_po
from jinja2 import Environment, nodes

LANGUAGES = ("kk", "ru")
SHARED = ("chassis", "design")
SINGULAR = {"_", "_l", "gettext", "lazy_gettext", "noted"}
TEMPLATES = {".html", ".svg", ".xml", ".txt"}
PLACES = re.compile(r"%\((\w+)\)|\{(\w+)\}")

Id = str | tuple[str, str]


@dataclass
class Entry:
    """One message of a translation."""

    said: tuple[str, ...] = ()
    fuzzy: bool = False


Texts = dict[Id, Entry]


def extract(folder: Path) -> dict[Id, set[str]]:
    """Find the messages of a package and the files they stand in."""
    found: dict[Id, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".py":
            keys = _in_python(path)
        elif path.suffix in TEMPLATES and "templates" in path.parts:
            keys = _in_template(path)
        else:
            continue
        for key in keys:
            found.setdefault(key, set()).add(path.relative_to(folder).as_posix())
    return found


def _in_python(path: Path) -> Iterator[Id]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            texts = [
                arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
            yield from _key(name, texts)


def _in_template(path: Path) -> Iterator[Id]:
    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for node in tree.find_all(nodes.Call):
        if isinstance(node.node, nodes.Name):
            texts = [
                arg.value for arg in node.args if isinstance(arg, nodes.Const) and isinstance(arg.value, str)
            ]
            yield from _key(node.node.name, texts)


def _key(name: str, texts: list[str]) -> Iterator[Id]:
    if name in SINGULAR and texts:
        yield texts[0]
    elif name == "ngettext" and len(texts) > 1:
        yield texts[0], texts[1]


def read(folder: Path, language: str) -> Texts:
    """Read a translation."""
    path = folder / "translations" / language / "messages.po"
    if not path.is_file():
        return {}
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=language, abort_invalid=True)
    found: Texts = {}
    for message in catalogue:
        if message.id:
            key: Id = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
            said = (
                (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)
            )
            found[key] = Entry(said, message.fuzzy)
    return found


def write(folder: Path, language: str, texts: Texts, places: Mapping[Id, set[str]]) -> None:
    """Write a translation, sorted by message."""
    path = folder / "translations" / language / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    plural = get_plural(language)
    head = (
        "Content-Type: text/plain; charset=UTF-8",
        f"Language: {language}",
        f"Plural-Forms: {plural.plural_forms}",
    )
    lines = ['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in head)]
    for key in sorted(texts, key=lambda key: key if isinstance(key, str) else key[0]):
        lines += ["", f"#: {' '.join(sorted(places.get(key, ())))}".rstrip()]
        lines += ["#, fuzzy"] if texts[key].fuzzy else []
        lines += _entry(key, texts[key].said, plural.num_plurals)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _entry(key: Id, said: tuple[str, ...], forms: int) -> Iterator[str]:
    if isinstance(key, str):
        yield f"msgid {normalize(key)}"
        yield f"msgstr {normalize(said[0] if said else '')}"
        return
    yield f"msgid {normalize(key[0])}"
    yield f"msgid_plural {normalize(key[1])}"
    for place in range(forms):
        yield f"msgstr[{place}] {normalize(said[place] if place < len(said) else '')}"


def needed(folder: Path, shared: Texts) -> dict[Id, set[str]]:
    """List the messages a package must translate itself."""
    found = extract(folder)
    return {key: places for key, places in found.items() if folder.name in SHARED or key not in shared}


def shared_words(folders: list[Path], language: str) -> Texts:
    """Read the words all services share."""
    return {
        key: entry
        for folder in folders
        if folder.name in SHARED
        for key, entry in read(folder, language).items()
    }


def update(folders: list[Path]) -> None:
    """Bring the translations of packages to what their code says; what nobody says any more goes."""
    for language in LANGUAGES:
        shared = shared_words(folders, language)
        for folder in folders:
            known, places = read(folder, language), needed(folder, shared)
            own = {key: entry for key, entry in known.items() if key in shared and folder.name not in SHARED}
            used = extract(folder)
            texts = {key: known.get(key, Entry()) for key in places}
            texts |= {key: entry for key, entry in own.items() if key in used}
            if texts:
                write(folder, language, texts, used)


def faults(folders: list[Path]) -> list[str]:
    """List what is missing, fuzzy, no longer said, said twice over, or has other places than its message."""
    found = []
    for language in LANGUAGES:
        shared = shared_words(folders, language)
        for folder in folders:
            known, places, used = read(folder, language), needed(folder, shared), extract(folder)
            where = f"{folder.name}/{language}"
            found += [f"{where}: missing: {_first(key)}" for key in places if not _is_said(known.get(key))]
            found += [f"{where}: fuzzy: {_first(key)}" for key, entry in known.items() if entry.fuzzy]
            found += [f"{where}: no longer said: {_first(key)}" for key in known if key not in used]
            found += [
                f"{where}: said twice: {_first(key)}"
                for key, entry in known.items()
                if any(map(_is_doubled, entry.said))
            ]
            found += [
                f"{where}: other places: {_first(key)}"
                for key, entry in known.items()
                if _differs(key, entry)
            ]
    return found


def _first(key: Id) -> str:
    return key if isinstance(key, str) else key[0]


def _is_said(entry: Entry | None) -> bool:
    return entry is not None and bool(entry.said) and all(entry.said)


def _is_doubled(text: str) -> bool:
    """Tell whether a sentence stands twice, as a merge of two branches leaves it."""
    half = len(text) // 2
    return half > 8 and text[:half] == text[half:]


def _differs(key: Id, entry: Entry) -> bool:
    if isinstance(key, str):
        return any(text and _places(text) != _places(key) for text in entry.said)
    allowed = _places(key[0]) | _places(key[1])
    return any(not _places(text) <= allowed for text in entry.said)


def _places(text: str) -> set[tuple[str, str]]:
    return set(PLACES.findall(text))


def main(arguments: list[str] | None = None) -> None:
    """Run a command; `check` ends with 1 when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m chassis.messages", description=__doc__)
    parser.add_argument("command", choices=("update", "check"))
    parser.add_argument("folders", nargs="+", type=Path)
    given = parser.parse_args(arguments)
    folders = [folder for folder in given.folders if (folder / "__init__.py").is_file()]
    if given.command == "update":
        update(folders)
    elif found := faults(folders):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
