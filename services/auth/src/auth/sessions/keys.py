"""The signing keys: always two in the JWKS, the one that signs and the one that will, so that a rotation surprises nobody.

They live in `STATE_DIR/keys` (0700), one PEM each (0600), with `order.json` saying which is which. Processes notice a
rotation by the time stamp of that file.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from chassis import clock
from chassis.db import new_id
from chassis.identity import TOKEN_TYPE

BITS = 2048
ROTATE_EVERY = timedelta(days=90)
RETIRED_FOR = timedelta(hours=1)


class KeyRing:
    """The keys in one folder, shared by every process of auth."""

    def __init__(self, folder: Path, export: Path | None = None) -> None:
        self._folder = folder
        self._export = export
        self._read_at = 0
        self._keys: dict[str, RSAKey] = {}
        self._order: dict[str, Any] = {}

    def open(self) -> "KeyRing":
        """Make the keys at the first start, and write the JWKS for auth itself and for the gateway."""
        with self._alone():
            if not self._order_file.is_file():
                self._write({"current": self._make(), "next": self._make(), "retired": {}, "since": _now()})
        self._refresh()
        self._write_export()
        return self

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as an access token with the current key."""
        self._refresh()
        key = self._keys[self._order["current"]]
        return jwt.encode({"alg": "RS256", "typ": TOKEN_TYPE, "kid": key.kid}, dict(claims), key)

    def jwks(self) -> dict[str, Any]:
        """Give the public keys: current, next, and those retired within the hour."""
        self._refresh()
        return dict(KeySet(list(self._keys.values())).as_dict(private=False))

    def rotate(self, *, if_older_than: timedelta | None = None, distrust: bool = False) -> bool:
        """Let the next key sign, make a new next one, and forget what was retired long ago.

        Args:
            if_older_than: rotate only when the current key has signed for longer than this.
            distrust: somebody may have the private keys: all of them go at once, the announced one too, and what they
                signed is refused from now on.

        Returns:
            Whether the keys were rotated.
        """
        with self._alone():
            self._refresh()
            order, moment = self._order, _now()
            if if_older_than and moment - order["since"] < if_older_than.total_seconds():
                return False
            held = {**order["retired"], order["current"]: moment, order["next"]: moment}
            kept = {} if distrust else _kept(held, but=order["next"], moment=moment)
            current = self._make() if distrust else order["next"]
            self._write({"current": current, "next": self._make(), "retired": kept, "since": moment})
            for kid in held.keys() - kept.keys() - {current}:
                self._pem(kid).unlink(missing_ok=True)
        self._refresh()
        self._write_export()
        return True

    def states(self) -> list[tuple[str, str, float]]:
        """List the keys: id, what it is for (current, next, retired), and since when, in epoch seconds."""
        self._refresh()
        order = self._order
        retired = [(kid, "retired", at) for kid, at in order["retired"].items()]
        return [
            (order["current"], "current", order["since"]),
            (order["next"], "next", order["since"]),
            *retired,
        ]

    @property
    def public_file(self) -> Path:
        """The JWKS for auth itself; a gateway on this machine gets its own copy."""
        return self._folder / "jwks.json"

    @property
    def _order_file(self) -> Path:
        return self._folder / "order.json"

    def _pem(self, kid: str) -> Path:
        return self._folder / f"{kid}.pem"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> str:
        kid = new_id().hex
        key = RSAKey.generate_key(BITS, {"kid": kid})
        _write_private(self._pem(kid), key.as_pem(private=True))
        return kid

    def _write(self, order: Mapping[str, Any]) -> None:
        _write_private(self._order_file, json.dumps(order).encode())

    def _refresh(self) -> None:
        stamp = self._order_file.stat().st_mtime_ns
        if stamp == self._read_at:
            return
        order = json.loads(self._order_file.read_text(encoding="utf-8"))
        kids = [order["current"], order["next"], *order["retired"]]
        self._keys = {
            kid: RSAKey.import_key(self._pem(kid).read_bytes(), {"use": "sig", "alg": "RS256", "kid": kid})
            for kid in kids
        }
        self._order, self._read_at = order, stamp

    def _write_export(self) -> None:
        for place in filter(None, (self.public_file, self._export)):
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh = place.with_suffix(f".{os.getpid()}.new")
            fresh.write_text(json.dumps(self.jwks()), encoding="utf-8")
            fresh.replace(place)


def _kept(held: Mapping[str, float], *, but: str, moment: float) -> dict[str, float]:
    return {kid: at for kid, at in held.items() if kid != but and moment - at < RETIRED_FOR.total_seconds()}


def _now() -> float:
    return clock.now().timestamp()


def _write_private(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    fresh.replace(path)


@cache
def ring(folder: Path, export: Path | None) -> KeyRing:
    """Give the opened ring of a folder, one per process."""
    return KeyRing(folder, export).open()
