"""Write the generated contracts: OpenAPI of every service and AsyncAPI of every feed; `python -m dev.openapi`."""

from chassis import asyncapi, openapi
from chassis.service import load
from dev.layout import ROOT

SERVICES = ("auth", "portal", "ejournal", "library", "website")
FOLDER = ROOT / "contracts" / "openapi"


def main() -> None:
    """Write all documents; the tests of contracts say when they drift."""
    for name in SERVICES:
        service, _create = load(name)
        print(openapi.export(service, FOLDER).relative_to(ROOT))
    asyncapi.write()


if __name__ == "__main__":
    main()
