#!/bin/sh
# A command of the service: web, worker, serve (both in one container), migrate or seal.
exec python3 -m chassis "$SHANYRAQ_SERVICE" "$@"
