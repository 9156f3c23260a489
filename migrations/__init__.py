"""Schema history for SQLite and PostgreSQL, applied by aerich; a merged migration is never edited."""
