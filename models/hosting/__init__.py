"""Rows, queries and writes: hostings, keys and encrypted mirrors."""
