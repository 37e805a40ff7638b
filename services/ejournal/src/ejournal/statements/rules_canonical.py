"""The bytes that are signed and sealed: one way to write a thing, so that everybody hashes the same.

UTF-8 JSON, keys sorted, no spaces; exact numbers are text, dates ISO (a subset of RFC 8785: no floats occur).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(data: Mapping[str, Any]) -> bytes:
    """Write data in the one canonical form."""
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(content: bytes) -> str:
    """Give the SHA-256 of bytes, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()
