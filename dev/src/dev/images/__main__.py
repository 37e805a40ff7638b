"""`python -m dev.images [--twice] [name…]`: build the images, or those named; with `--twice` prove that a second build is the same."""

import argparse
import subprocess
import sys

from dev import console
from dev.images.build import FOLDER, Builder, Built, report
from dev.images.engine import Engine
from dev.images.plan import extras, images
from dev.layout import Refusal

DOCKER = FOLDER.with_name("docker")


def build(engine: Engine, names: list[str], *, anew: bool = False) -> list[Built]:
    """Build the named images, or all that every house needs.

    Raises:
        Refusal: an unknown name, or a build that failed.
    """
    usual = [image.name for image in images()]
    known = {image.name: image for image in (*images(), *extras())}
    if unknown := [name for name in names if name not in known]:
        raise Refusal(f"{', '.join(unknown)}: no such image. There are: {', '.join(known)}.")
    subprocess.run([sys.executable, "-m", "design.build"], stdout=sys.stderr, check=True)
    builder = Builder(engine, anew=anew)
    results = []
    for name in names or usual:
        results.append(builder.build(known[name]))
        report(results[-1:])
    return results


def main(arguments: list[str]) -> int:
    """Build; 0 when all is there, and with `--twice` equal."""
    parser = argparse.ArgumentParser(prog="python -m dev.images", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--twice", action="store_true")
    given = parser.parse_args(arguments)
    engine = Engine(DOCKER)
    ours = False
    try:
        ours = engine.start()
        first = build(engine, given.names)
        if not given.twice:
            return 0
        second = build(engine, given.names, anew=True)
        same = [one.digest == other.digest for one, other in zip(first, second, strict=True)]
        console.announce(f"{sum(same)} of {len(same)} digests are equal in two builds")
        return 0 if all(same) else 1
    except Refusal as refusal:
        console.say(str(refusal))
        return 1
    finally:
        if ours:
            engine.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
