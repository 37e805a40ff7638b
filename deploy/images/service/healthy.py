"""Whether this container can work: the service's own readiness, asked by the container's health check."""

import os
import sys
import urllib.request

port = os.environ.get("LISTEN", "").rpartition(":")[2]
address = f"http://127.0.0.1:{port}{os.environ['SHANYRAQ_PREFIX']}/health/ready"
try:
    with urllib.request.urlopen(address, timeout=4) as answer:
        sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(f"not ready: {error}")
