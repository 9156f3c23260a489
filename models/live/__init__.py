"""Rows, queries and writes: the log of events and who hears of it."""
