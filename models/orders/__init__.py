"""Rows, queries and writes: orders and convoys."""
