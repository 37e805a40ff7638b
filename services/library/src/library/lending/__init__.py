"""Lending: issue and return at the desk (clause 17.7)."""
