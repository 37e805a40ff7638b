"""Tampering with the database of the journal, as its owner can, and what the offline verifier says to it: `make drill`."""
