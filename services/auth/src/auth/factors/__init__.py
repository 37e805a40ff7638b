"""The second factor: one-time codes of an authenticator, and the recovery codes for a lost one."""
