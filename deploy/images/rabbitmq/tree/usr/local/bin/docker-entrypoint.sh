#!/bin/sh
# Checks that the definitions are there, then becomes the node. Name, log and folders are fixed: one node, one container.
set -eu

if [ "${1:-}" != rabbitmq-server ]; then
  exec "$@"
fi
if [ -n "${RABBITMQ_DEFINITIONS_FILE:-}" ] && [ ! -r "$RABBITMQ_DEFINITIONS_FILE" ]; then
  echo "rabbitmq cannot start: RABBITMQ_DEFINITIONS_FILE: $RABBITMQ_DEFINITIONS_FILE cannot be read" >&2
  exit 1
fi
{
  cat /etc/shanyraq/rabbitmq.conf
  [ -z "${RABBITMQ_DEFINITIONS_FILE:-}" ] || echo "load_definitions = $RABBITMQ_DEFINITIONS_FILE"
  cat /etc/rabbitmq/conf.d/*.conf 2>/dev/null || true
} > "$HOME/rabbitmq.conf"
echo '[].' > "$HOME/enabled_plugins"
export RABBITMQ_NODENAME="rabbit@localhost" RABBITMQ_CONFIG_FILE="$HOME/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$HOME/enabled_plugins"
export RABBITMQ_MNESIA_BASE="$HOME/mnesia" RABBITMQ_LOG_BASE="$HOME/log" RABBITMQ_LOGS=- RABBITMQ_PID_FILE="$HOME/pid"
export RABBITMQ_CONF_ENV_FILE="$HOME/none" ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
mkdir -p "$HOME/mnesia" "$HOME/log"
exec /usr/lib/rabbitmq/bin/rabbitmq-server
