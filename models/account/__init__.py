"""Rows, queries and writes: accounts, sessions, roles, characters."""
