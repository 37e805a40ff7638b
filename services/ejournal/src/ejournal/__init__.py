"""The electronic journal (clauses 4.7, 6.3, 11-13 of Order No. 21)."""
