"""Logins and passwords (clause 10 of Order No. 21)."""
