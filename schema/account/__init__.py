"""Types and root fields: accounts, sessions, roles, characters."""
