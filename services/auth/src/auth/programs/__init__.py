"""Programs of other departments: who answers for them, what they may ask for, how they prove who they are."""
