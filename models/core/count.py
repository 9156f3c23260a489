"""Counts that stop: nothing that is counted row by row costs more than so many rows, however many there are."""

MOST_COUNTED = 1_001
"""What a count stops at: it stands for "more than 1,000"."""


def capped(rows: str) -> str:
    """An expression that counts what `rows`, a FROM with its conditions, gives; at most 1,001."""
    return f"(SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT {MOST_COUNTED}) AS counted)"
