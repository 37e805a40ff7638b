"""Sign-ins and tokens."""
