"""Whether nginx answers, asked by the container's health check."""

import os
import sys
import urllib.request

port = os.environ.get("CONTROL", "").rpartition(":")[2]
try:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_gw/health", timeout=4) as answer:
        sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(f"not ready: {error}")
