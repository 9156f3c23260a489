"""How many rows a prune takes at once. What goes, and when, is said where the tables are.

Tested in tests/jobs/test_retention.py.
"""

BATCH = 1_000
"""Rows of one prune's write: few enough that others hardly wait for it, which on SQLite is everybody."""
