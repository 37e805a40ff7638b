"""The AsyncAPI documents are what the contracts say."""

from __future__ import annotations

import json
import shutil

import pytest

from chassis import asyncapi
from chassis.contracts import ROOT


def test_the_documents_have_not_drifted():
    assert asyncapi.drift() == [], "run `python -m chassis.asyncapi`"


def test_a_changed_contract_is_noticed(tmp_path):
    root = tmp_path / "contracts"
    shutil.copytree(ROOT, root)
    assert asyncapi.drift(root) == []
    path = root / "events/auth/people/auth.unit.recorded.v1.schema.json"
    schema = json.loads(path.read_text())
    path.write_text(json.dumps(schema | {"title": "Another"}))
    assert [file.name for file in asyncapi.drift(root)] == ["auth.json"]
    (root / "asyncapi/strange.json").write_text("{}")
    asyncapi.write(root)
    assert asyncapi.drift(root) == []


def test_every_reference_leads_somewhere():
    for value in asyncapi.documents().values():
        for reference in _references(value):
            place = value
            for part in reference.removeprefix("#/").split("/"):
                place = place[part]


def test_a_broken_command_line_check_names_the_files(monkeypatch, tmp_path):
    monkeypatch.setattr(asyncapi, "drift", lambda: [tmp_path / "auth.json"])
    with pytest.raises(SystemExit, match=r"auth\.json"):
        asyncapi.main(["--check"])


def _references(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "$ref" else _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
