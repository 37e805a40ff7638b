"""Trials of a whole house: many people at once (`make concurrency`), and the checker's verdict."""
