"""The audit for people: search, read in words, take away, check (clauses 8, 9 and 13 of Order No. 21)."""
