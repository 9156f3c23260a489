"""Pure rules: accounts, sessions, roles, characters."""
