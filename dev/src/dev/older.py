"""`make older REV=<revision> SERVICE=ejournal`: the tests of an older revision, on the schema of today.

A rolling upgrade brings the schema of the new release under the code of the old one. Here that code and its tests come from git, and the
migrations of today take the place of its own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev import console
from dev.layout import ROOT, Refusal
from gateway.routes import load

OWN_MIGRATIONS = "packages/chassis/src/chassis/migrations"


def _git(*arguments: str) -> None:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"git {arguments[0]}: {done.stderr.strip()}")


@contextmanager
def worktree(revision: str) -> Iterator[Path]:
    """Have the tree of an older revision beside this one.

    Raises:
        Refusal: there is no such revision.
    """
    # A neighbour of this tree: what tests find beside it (files of other systems), they find there too.
    with tempfile.TemporaryDirectory(prefix=".older-", dir=ROOT.parent) as name:
        place = Path(name)
        _git("worktree", "add", "--detach", str(place), revision)
        try:
            yield place
        finally:
            _git("worktree", "remove", "--force", str(place))


def put_under(place: Path, service: str) -> int:
    """Put the migrations of today in the place of those of an older tree.

    Returns:
        How many revisions it did not know.
    """
    new = 0
    for folder in (OWN_MIGRATIONS, f"services/{service}/migrations"):
        ours, theirs = ROOT / folder / "versions", place / folder / "versions"
        new += len({one.name for one in ours.glob("*.py")} - {one.name for one in theirs.glob("*.py")})
        shutil.rmtree(theirs)
        shutil.copytree(ours, theirs, ignore=shutil.ignore_patterns("__pycache__"))
    return new


def run(place: Path, service: str, arguments: Sequence[str]) -> int:
    """Run the tests of a service in an older tree, with the libraries of today.

    Returns:
        pytest's exit code.
    """
    paths = [str(one) for one in sorted(place.glob("*/*/src")) + sorted(place.glob("*/src"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    subprocess.run(
        [sys.executable, "-m", "design.build"], cwd=place, env=environment, stdout=sys.stderr, check=True
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"services/{service}/tests"]
    return subprocess.run([*command, *arguments], cwd=place, env=environment, check=False).returncode


def main(arguments: Sequence[str]) -> int:
    """Run the command; what follows is handed on to pytest."""
    revision, service = os.environ.get("REV", ""), os.environ.get("SERVICE", "")
    names = [one.name for one in load().services]
    try:
        if not revision or service not in names:
            raise Refusal(f"REV= and SERVICE= are needed; the services are {', '.join(names)}.")
        with worktree(revision) as place:
            console.say(f"{service} of {revision} on a schema {put_under(place, service)} revisions younger")
            return run(place, service, arguments)
    except Refusal as refusal:
        console.say(str(refusal))
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
