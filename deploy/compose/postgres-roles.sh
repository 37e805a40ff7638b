#!/bin/sh
# One role and one database of its own for each service (SERVICES); runs once, when the server is set up.
set -eu
for service in ${SERVICES:-auth portal ejournal library website}; do
  password="/run/secrets/$service-password"
  [ -s "$password" ] || { echo "postgres cannot start: the secret $password is missing or empty" >&2; exit 1; }
  psql -X -q -v ON_ERROR_STOP=1 -d postgres -v "name=$service" -v "password=$(cat "$password")" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name" template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C' locale_provider builtin builtin_locale 'C.UTF-8';
revoke all on database :"name" from public;
SQL
done
