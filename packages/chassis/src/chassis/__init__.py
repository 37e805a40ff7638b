"""What every service of Shanyraq stands on; `docs/chassis.md` is its contract."""
