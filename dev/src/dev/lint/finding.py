"""The one thing every rule yields."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Finding:
    """A place where a house rule is broken.

    Attributes:
        path: the file, relative to the root of the repository.
        line: 1-based line number.
        rule: short name of the rule, stable, used in messages and tests.
        message: what is wrong and what to do instead.
    """

    path: Path
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        """Render the finding the way editors link to places."""
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"
