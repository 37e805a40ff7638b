"""The academy's own rules of accounts and access, set in the browser."""
