"""The portal: one authorised, personal access to the academy's study resources (clauses 4.2, 6, 7 of Order No. 21)."""
