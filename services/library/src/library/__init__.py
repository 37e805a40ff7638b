"""The library: records, copies, readers, lending (Order No. 21, clauses 4.6, 16-18)."""
