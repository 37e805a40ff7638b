"""What the prober keeps on disk: the history by month, and the announcements. Plain text, read by people as well."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gateway.status import rules
from gateway.status.rules import Span, Window

MONTHS_KEPT = 13


class History:
    """Spans of minutes, one file a month; a file is written whole and put in place at once, so that a kill tears none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._months: dict[str, list[Span]] = {}

    def months(self) -> list[str]:
        """List the months there is something of, the latest first."""
        return sorted({*self._months, *(path.stem for path in self._folder.glob("*-*.tsv"))}, reverse=True)

    def spans(self, month: str) -> list[Span]:
        """Give the spans of a month; a line that cannot be read is passed over."""
        if month not in self._months:
            self._months[month] = list(_read(self._folder / f"{month}.tsv"))
        return self._months[month]

    def note(self, minute: int, states: Mapping[str, bool]) -> None:
        """Add a minute, and forget months that are too old.

        Raises:
            OSError: it could not be written; it is kept in memory and written with the next one.
        """
        month = rules.month_of(minute)
        self._months[month] = rules.extend(self.spans(month), minute, states)
        _write(
            self._folder / f"{month}.tsv",
            "".join(
                f"{one.part}\t{'up' if one.up else 'down'}\t{one.since}\t{one.until}\n"
                for one in self._months[month]
            ),
        )
        for old in self.months()[MONTHS_KEPT:]:
            self._months.pop(old, None)
            (self._folder / f"{old}.tsv").unlink(missing_ok=True)


def _read(path: Path) -> Iterable[Span]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split("\t")
        if len(fields) == 4 and fields[1] in {"up", "down"} and fields[2].isdigit() and fields[3].isdigit():
            yield Span(fields[0], fields[1] == "up", int(fields[2]), int(fields[3]))


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


class Announcements:
    """The acts of officers, one JSON object a line, only ever added: what was announced, withdrawn, when and by whom."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "windows.jsonl"

    def windows(self) -> list[Window]:
        """Give every window ever announced, in the order of the announcements; lines that cannot be read are passed over."""
        found: dict[str, dict[str, Any]] = {}
        lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
        for line in lines:
            try:
                act = json.loads(line)
                if act["act"] == "announced":
                    found[act["id"]] = act
                elif act["act"] == "withdrawn" and act["id"] in found:
                    found[act["id"]].setdefault("withdrawn", int(act["at"]))
            except (ValueError, KeyError, TypeError):
                continue
        return [
            Window(
                one["id"],
                int(one["starts"]),
                int(one["ends"]),
                int(one["at"]),
                one["reason"],
                tuple(one["parts"]),
                one.get("withdrawn"),
            )
            for one in found.values()
        ]

    def announce(self, window: Window, by: str) -> None:
        """Add an announcement."""
        self._add(
            act="announced",
            id=window.id,
            at=window.announced,
            by=by,
            starts=window.starts,
            ends=window.ends,
            parts=list(window.parts),
            reason=dict(window.reason),
        )

    def withdraw(self, id: str, at: int, by: str) -> bool:
        """Take an announcement back; from then on it excuses nothing.

        Returns:
            Whether there was one to take back.
        """
        there = any(one.id == id and one.withdrawn is None and one.ends > at for one in self.windows())
        if there:
            self._add(act="withdrawn", id=id, at=at, by=by)
        return there

    def _add(self, **act: Any) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(act, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
