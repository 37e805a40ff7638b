"""What clients say of their writes: asked, and answered or not. Journals are files that are flushed to disk line by line.

A client writes `{"ask": key, "kind": …, "effects": […], "during": …}` before it sends a request, and `{"answer": key, "status": …,
"effects": […]}` once it was answered. What was asked and never answered may have been done or not; what was answered with success must stand.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]
REFUSED = 400


@dataclass(frozen=True)
class Claim:
    """One write of a client.

    Attributes:
        kind: `cell`, `issue`, `return` or `person`.
        effect: names what must stand: a cell with its version and value, a barcode, a personal number.
        answered: whether the client was told that it is done.
        during: what was going on when it was asked.
    """

    kind: str
    effect: tuple[Any, ...]
    answered: bool
    during: str = ""


class Journal:
    """A client's journal; every line is on disk before the next thing happens."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")

    def ask(self, key: str, kind: str, effects: Sequence[Sequence[Any]], during: str = "") -> None:
        """Write down what will be asked, and what is going on."""
        told = {"kind": kind, "effects": [list(one) for one in effects], "during": during}
        self._write({"ask": key, **told})

    def answer(self, key: str, status: int, effects: Sequence[Sequence[Any]]) -> None:
        """Write down what was answered; refusals have no effects."""
        self._write({"answer": key, "status": status, "effects": [list(one) for one in effects]})

    def _write(self, line: Json) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read(folder: Path) -> list[Claim]:
    """Read the claims of all journals of a folder; a line cut short by a crash was never acted on."""
    return [claim for path in sorted(folder.glob("*.jsonl")) for claim in _claims(path)]


def _claims(path: Path) -> Iterator[Claim]:
    asked: dict[str, Json] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if "ask" in told:
            asked[told["ask"]] = told
            continue
        if told["status"] < REFUSED:
            yield from _made(asked.pop(told["answer"]), told["effects"], answered=True)
        else:
            del asked[told["answer"]]
    for ask in asked.values():
        yield from _made(ask, ask["effects"], answered=False)


def _made(ask: Json, effects: Sequence[Sequence[Any]], *, answered: bool) -> Iterator[Claim]:
    return (Claim(ask["kind"], tuple(effect), answered, ask["during"]) for effect in effects)
