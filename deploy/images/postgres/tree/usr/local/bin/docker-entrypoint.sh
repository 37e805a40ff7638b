#!/bin/sh
# Sets a new data folder up, runs the scripts of /docker-entrypoint-initdb.d once, then becomes the server.
set -eu

refuse() {
  echo "postgres cannot start: $*" >&2
  exit 1
}

if [ "${1:-}" != postgres ]; then
  exec "$@"
fi
shift

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user="${POSTGRES_USER:-postgres}"
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    [ -r "$POSTGRES_PASSWORD_FILE" ] || refuse "POSTGRES_PASSWORD_FILE: $POSTGRES_PASSWORD_FILE cannot be read"
    POSTGRES_PASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")"
  fi
  [ -n "${POSTGRES_PASSWORD:-}" ] || refuse "POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE is missing"
  # Set up beside its place and moved there when whole: what ended in the middle begins anew, nobody was told of it.
  new="$PGDATA.new"
  rm -rf "$new"
  mkdir -p "$(dirname "$PGDATA")"
  handed="$(mktemp)"
  printf '%s' "$POSTGRES_PASSWORD" > "$handed"
  # shellcheck disable=SC2086 # several arguments, as in the official image
  initdb -D "$new" -U "$user" -A scram-sha-256 --pwfile "$handed" --encoding=UTF8 --no-instructions ${POSTGRES_INITDB_ARGS:-}
  rm "$handed"
  printf 'host all all all scram-sha-256\n' >> "$new/pg_hba.conf"
  pg_ctl -D "$new" -w -s -o "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" start
  export PGHOST=/var/run/postgresql PGUSER="$user" PGPASSWORD="$POSTGRES_PASSWORD"
  if [ "${POSTGRES_DB:-postgres}" != postgres ]; then
    psql -X -q -v ON_ERROR_STOP=1 -d postgres -v "name=$POSTGRES_DB" <<'SQL'
create database :"name";
SQL
  fi
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) echo "running $file"; sh "$file" || refuse "$file failed" ;;
      *.sql) echo "running $file"; psql -X -q -v ON_ERROR_STOP=1 -d "${POSTGRES_DB:-postgres}" -f "$file" || refuse "$file failed" ;;
    esac
  done
  pg_ctl -D "$new" -w -s -m fast stop
  unset PGHOST PGUSER PGPASSWORD POSTGRES_PASSWORD
  mv "$new" "$PGDATA"
fi

exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "$@"
