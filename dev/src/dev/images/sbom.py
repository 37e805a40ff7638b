"""What is inside an image, as CycloneDX 1.6: Debian's packages of the base and the locked wheels."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from dev.images.archive import stamp

Json = dict[str, Any]


def bill(name: str, *, version: str, debian: str, wheels: Mapping[str, str], created: int) -> str:
    """Write the bill of materials of an image; equal content gives an equal text.

    Args:
        name: of the image.
        version: of the image.
        debian: what `dpkg-query -W` prints: name, version and architecture, a line each; empty for a base without dpkg.
        wheels: file name → SHA-256.
        created: the moment of the commit.
    """
    lines = [line.split("\t") for line in debian.splitlines() if line.count("\t") == 2]
    components = [_package(*line) for line in sorted(lines)]
    components += [_wheel(file, digest) for file, digest in sorted(wheels.items())]
    text = json.dumps(components, sort_keys=True)
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, f'{name}@{version} {text}')}",
        "version": 1,
        "metadata": {
            "timestamp": stamp(created),
            "component": {
                "type": "container",
                "name": f"shanyraq/{name}",
                "version": version,
                "bom-ref": name,
            },
        },
        "components": components,
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def write(folder: Path, text: str) -> None:
    """Put the bill where the image takes it from."""
    place = folder / "tree"
    place.mkdir(exist_ok=True)
    (place / "sbom.cdx.json").write_text(text, encoding="utf-8")


def _package(name: str, version: str, architecture: str) -> Json:
    purl = f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}?arch={architecture}"
    return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}


def _wheel(file: str, digest: str) -> Json:
    name, version = file.split("-")[:2]
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version.replace('+', '%2B')}"
    hashes = [{"alg": "SHA-256", "content": digest}]
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": purl,
        "bom-ref": purl,
        "hashes": hashes,
    }
