"""Current and midterm control: what a cell may hold, and what is computed from cells (clause 11 of Order No. 21)."""
