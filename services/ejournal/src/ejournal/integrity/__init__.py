"""Marks that can be proven: a stream of entries per journal that is only added to, and what is signed and checked about it."""
