"""Sign-in and access: who everybody is, what each may do, and the tokens that say so."""
