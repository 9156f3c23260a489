"""From calls to rows: accounts, sessions, roles, characters."""
