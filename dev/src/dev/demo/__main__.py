"""Entry point: `python -m dev.demo`."""

from dev.demo.load import load

load()
