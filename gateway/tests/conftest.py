"""One gateway for the whole run; every test gets it with all stubs up."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chassis.testing import tokens
from gateway import nginx
from gateway.routes import load
from gateway.testing import House, Stub


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def _house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("gateway")
    routes = load()
    names = [service.name for service in routes.services]
    services = {name: Stub(name) for name in names}
    for stub in services.values():
        stub.start()
    port, control = free_port(), free_port()
    source = folder / "source"
    for name in names:
        static = source / "services" / name / "src" / name / "static"
        static.mkdir(parents=True)
        (static / "a.css").write_text("a { margin: 0 }\n" * 100)
    (source / "packages" / "design" / "build").mkdir(parents=True)
    (source / "packages" / "design" / "build" / "kit.js").write_text("1;\n")
    (folder / "nginx").mkdir()
    tokens.write_jwks(folder / "nginx" / "jwks.json")
    url = f"http://localhost:{port}"
    settings = nginx.Settings(
        listen=f"127.0.0.1:{port}",
        control=f"127.0.0.1:{control}",
        public_url=url,
        upstreams={name: f"127.0.0.1:{stub.port}" for name, stub in services.items()},
        folder=folder / "nginx",
        source=source,
        routes=replace(routes, public={**routes.public, "fresh_seconds": 2}),
        workers=1,
    )
    house = House(url, f"http://127.0.0.1:{control}", folder / "nginx", services, settings)
    house.start()
    yield house
    house.stop()
    for stub in services.values():
        stub.stop()


@pytest.fixture
def house(_house: House) -> House:
    """The running gateway, every stub up and telling what it received, auth renewing the session `SID`."""
    for stub in _house.services.values():
        stub.reset()
    _house.services["auth"].answer = _house.renew
    _house.sessions = {_house.sid}
    return _house
