"""The gateway as a program of its own: every wrong setting is named at once, keys are taken over and bad ones are not."""

import re
from pathlib import Path

import pytest

from gateway import __main__ as program
from gateway import nginx
from gateway.routes import load

pytestmark = pytest.mark.unit

GOOD = {
    "PUBLIC_URL": "https://academy.example/",
    "JWKS_URL": "http://auth:8000/auth/.well-known/jwks.json",
    "UPSTREAMS": ",".join(f"{one.name}={one.name}:8000" for one in load().services),
}


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(program.Wrong) as caught:
        program.settings({"UPSTREAMS": "auth=auth:8000", "PUBLIC_URL": "academy.example", "WORKERS": "many"})
    assert str(caught.value).splitlines() == [
        "gateway cannot start, its settings are wrong:",
        "  JWKS_URL is missing",
        "  PUBLIC_URL must begin with http:// or https://",
        "  UPSTREAMS has no address for portal, ejournal, library, website",
        "  WORKERS must be a whole number",
    ]


@pytest.mark.parametrize(("resolver", "resolved"), [("", False), ("127.0.0.11", True)])
def test_names_are_looked_up_again_only_where_a_name_server_is_given(
    tmp_path: Path, resolver: str, resolved: bool
) -> None:
    made = program.settings({**GOOD, "RESOLVER": resolver, "STATE_DIR": str(tmp_path)})
    text = nginx.render(made)
    assert made.public_url == "https://academy.example"
    assert ("server auth:8000 max_fails=0 resolve;" in text) == resolved
    assert (f"resolver {resolver} " in text) == resolved


@pytest.mark.parametrize(("workers", "each"), [("1", 300), ("2", 150), ("16", 18), ("400", 1)])
def test_the_workers_share_the_connections_a_service_keeps(tmp_path: Path, workers: str, each: int) -> None:
    made = program.settings({**GOOD, "WORKERS": workers, "STATE_DIR": str(tmp_path)})
    kept = re.findall(r"keepalive (\d+);", nginx.render(made))
    assert kept == [str(each)] * len(made.upstreams)


def test_addresses_may_be_written_as_services_are_told_of_their_peers() -> None:
    made = program.settings({**GOOD, "UPSTREAMS": GOOD["UPSTREAMS"].replace("=auth:", "=http://10.0.0.1:")})
    assert made.upstreams["auth"] == "10.0.0.1:8000"


@pytest.mark.parametrize("bad", ["", "<html>", "[]", '{"keys": []}', '{"keys": [1]}'])
def test_what_is_no_key_set_leaves_the_last_keys_in_force(tmp_path: Path, bad: str) -> None:
    kept, offered = tmp_path / "jwks.json", tmp_path / "offered"
    good = nginx.nobodys_keys()
    offered.write_text(good)
    assert program.fetch_keys(offered.as_uri(), kept)
    assert not program.fetch_keys(offered.as_uri(), kept)
    offered.write_text(bad)
    assert not program.fetch_keys(offered.as_uri(), kept)
    assert not program.fetch_keys((tmp_path / "gone").as_uri(), kept)
    assert kept.read_text() == good
