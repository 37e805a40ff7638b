"""Interim attestation: examination, final mark, letters, GPA and rank (clauses 4.7, 11 of Order No. 21)."""
