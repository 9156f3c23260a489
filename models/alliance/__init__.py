"""Rows, queries and writes: alliances, their members and censuses."""
