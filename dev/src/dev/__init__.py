"""What developers need: the supervisor, the demo academy, benchmarks and the house rules."""
