"""Search: the reader's catalogue, open to everybody (clause 17.4)."""
