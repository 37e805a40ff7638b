"""Do every kind of tampering on a scratch database and print what the offline verifier, run as a file of its own, says."""

import subprocess
import sys
import tempfile
from pathlib import Path

from chassis.db import make_engine
from chassis.files import Store
from chassis.migrate import folder, migrate
from chassis.postgres import Cluster
from dev import console, ports
from dev.drill.kinds import KINDS, Kind
from dev.drill.scene import Scene, dumped, play
from ejournal.integrity import onefile

WIDTH = 36


def verify(place: Path, scene: Scene, kind: Kind | None) -> tuple[int, str]:
    """Export what stands after a tampering and run the verifier beside it, with the roots a witness kept."""
    with scene.undone() as session:
        if kind:
            kind.act(session, scene)
        (place / "export.json").write_text(dumped(scene.export(session)), encoding="utf-8")
    command = [sys.executable, "-I", "verify_journal.py", "export.json", "--roots", "library.json"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def main() -> int:
    """Run the drill.

    Returns:
        0 when the untouched journal passes and every tampering is named in its words.
    """
    missed = 0
    with tempfile.TemporaryDirectory(prefix="shanyraq-drill-") as name:
        place = Path(name)
        (place / "files").mkdir()
        with Cluster(place / "postgres", ports.any_free()) as cluster:
            url = cluster.create_role_and_database("ejournal", "drill")
            migrate(url, migrations=folder("ejournal"))
            engine = make_engine(url)
            scene = play(engine, Store(str(place / "files")))
            (place / "verify_journal.py").write_text(onefile.source(), encoding="utf-8")
            (place / "library.json").write_text(dumped(scene.kept()), encoding="utf-8")
            for kind in (None, *KINDS):
                code, said = verify(place, scene, kind)
                named = code == 0 if kind is None else code == 1 and kind.words in said
                missed += not named
                _tell(kind, said, named=named)
            engine.dispose()
    console.say(f"{len(KINDS)} kinds of tampering, {missed} not named")
    return 1 if missed else 0


def _tell(kind: Kind | None, said: str, *, named: bool) -> None:
    lines = [line.removeprefix("export.json: ") for line in said.splitlines()]
    told = next((line for line in lines if kind and kind.words in line), lines[-1] if lines else "")
    title = kind.name if kind else "nothing"
    sys.stdout.write(f"{'named' if named else 'MISSED':7}{title:{WIDTH}}{told}\n")


if __name__ == "__main__":
    sys.exit(main())
