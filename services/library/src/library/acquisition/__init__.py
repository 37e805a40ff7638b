"""Acquisition: copies and the inventory book (clause 17.2)."""
