"""Rows, queries and writes: what every other area stands on."""
