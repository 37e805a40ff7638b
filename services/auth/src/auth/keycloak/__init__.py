"""Keycloak as the source of identity: its realm, the accounts pushed to it, signing in through it, and the door when it is dead."""
