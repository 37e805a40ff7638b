"""Measure the goals of speed and size on a running house: `make bench`, or `python -m dev.bench [--strict]`.

The main figure is CPU milliseconds per request over all components (processes of the service, gateway, PostgreSQL), because clocks
are noisy on shared machines; throughput and percentiles stand beside it. What is a ratio is measured interleaved (A B A B, medians).
L, the physical limit, is pgbench with the statements our own use case sends, on the same PostgreSQL. Benchmarks are no tests.
"""
