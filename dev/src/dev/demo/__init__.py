"""The demo academy: generated, seeded, believable; no real persons. `python -m dev.demo` loads it through the services' own use cases."""
