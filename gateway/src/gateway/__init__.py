"""The gateway: one nginx in front of five services."""
