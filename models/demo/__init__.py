"""Rows, queries and writes: what a demo is filled with."""
