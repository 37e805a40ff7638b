"""Trials of a whole house: many people at once (`make concurrency`), faults under load (`make faults`), and the checker's verdict."""
