"""Permissions, roles and grants (clause 9 of Order No. 21)."""
