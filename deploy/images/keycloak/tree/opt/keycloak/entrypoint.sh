#!/bin/sh
# Reads the passwords that were given as files, then becomes the server.
set -eu
for name in KC_DB_PASSWORD KC_BOOTSTRAP_ADMIN_PASSWORD; do
  eval "file=\${${name}_FILE:-}"
  [ -n "$file" ] || continue
  [ -s "$file" ] || { echo "keycloak cannot start: ${name}_FILE: $file is missing or empty" >&2; exit 1; }
  export "$name=$(cat "$file")"
  unset "${name}_FILE"
done
exec /opt/keycloak/bin/kc.sh "$@"
