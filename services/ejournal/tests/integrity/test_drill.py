"""The drill in short: every kind of tampering is named, by the same modules and once by the single file without anything of ours."""

import json
import subprocess
import sys

import pytest

from chassis.files import Store
from dev.drill.kinds import KINDS
from dev.drill.scene import Scene, dumped, play
from ejournal.integrity import onefile
from ejournal.integrity.rules_verify import export_faults


@pytest.fixture
def scene(engine, tmp_path) -> Scene:
    return play(engine, Store(str(tmp_path / "files")))


def test_every_kind_of_tampering_is_named(scene: Scene) -> None:
    kept = [scene.kept()]
    with scene.undone() as session:
        untouched = scene.export(session)
    assert export_faults(untouched, kept=kept) == []
    said = {}
    for kind in KINDS:
        with scene.undone() as session:
            kind.act(session, scene)
            said[kind.name] = export_faults(scene.export(session), kept=kept)
    assert [kind.name for kind in KINDS if not any(kind.words in fault for fault in said[kind.name])] == []
    with scene.undone() as session:
        assert scene.export(session)["journals"] == untouched["journals"]


def test_the_single_file_says_the_same_without_us(scene: Scene, tmp_path) -> None:
    (tmp_path / "verify_journal.py").write_text(onefile.source(), encoding="utf-8")
    (tmp_path / "library.json").write_text(dumped(scene.kept()), encoding="utf-8")
    with scene.undone() as session:
        whole = scene.export(session)
        KINDS[0].act(session, scene)
        changed = scene.export(session)
    key = whole["roots"][0]["key_id"]
    for name, document in (("whole", whole), ("changed", changed)):
        (tmp_path / f"{name}.json").write_text(dumped(document), encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "verify_journal.py", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    good = run("whole.json", "--roots", "library.json", "--key", key)
    assert (good.returncode, good.stdout.strip().rpartition(": ")[2]) == (0, "0 faults")
    bad = run("whole.json", "changed.json", "--roots", "library.json")
    assert bad.returncode == 1
    assert (
        f"changed.json: journal {scene.journal}: {export_faults(changed)[0].partition(': ')[2]}" in bad.stdout
    )
    assert run("whole.json", "--key", "0" * 16).returncode == 1
    assert run("broken.json").returncode == 2
    assert run("whole.json", "--roots", "whole.json").returncode == 2


def test_names_that_clash_would_not_be_put_together(monkeypatch) -> None:
    monkeypatch.setattr(onefile, "MODULES", (*onefile.MODULES, onefile.rules))
    onefile.source.cache_clear()
    with pytest.raises(onefile.Clash):
        onefile.source()


def test_an_export_says_when_it_was_made_and_holds_only_its_journal(scene: Scene) -> None:
    with scene.undone() as session:
        document = json.loads(dumped(scene.export(session)))
    assert [journal["id"] for journal in document["journals"]] == [str(scene.journal)]
    [statement] = document["journals"][0]["statements"]
    assert set(statement["papers"]) == {"kk", "ru"}
    assert {row["subject"] for row in document["audit"]["rows"]} == {
        f"journal:{scene.journal}",
        f"statement:{statement['id']}",
    }
    assert [proof["root"] for proof in document["journals"][0]["proofs"]] == [1, 2, 3, 4, 5]
