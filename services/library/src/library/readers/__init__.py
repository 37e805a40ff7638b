"""Readers: the user card index, fed from accounts and groups (clause 17.6)."""
