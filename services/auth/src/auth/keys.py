"""Rotate the signing keys by hand: `python -m auth.keys rotate --now [--distrust]`.

Reads the settings of auth from the environment. Without `--distrust` the announced key takes over and nobody notices; with it
the present keys are gone at once, for when somebody may have them: old tokens are refused, sign-ins stand.
"""

import argparse
import os
import sys

from auth.sessions import tokens
from auth.sessions.emergency import rotate_now
from auth.settings import AuthSettings
from chassis.db import make_engine, unit_of_work
from chassis.settings import SettingsError


def main(arguments: list[str]) -> int:
    """Run the command; answer its exit code."""
    parser = argparse.ArgumentParser(prog="python -m auth.keys")
    parser.add_argument("act", choices=["rotate"])
    parser.add_argument("--now", action="store_true", required=True, help="whatever their age")
    parser.add_argument("--distrust", action="store_true", help="the present keys are void at once")
    asked = parser.parse_args(arguments)
    try:
        settings = AuthSettings.load("auth", os.environ)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    ring = tokens.key_ring(settings)
    engine = make_engine(settings.database_url)
    with unit_of_work(engine) as session:
        rotate_now(session, ring=ring, distrust=asked.distrust, actor="installation")
    engine.dispose()
    sys.stdout.write(f"signing now: {ring.states()[0][0]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
