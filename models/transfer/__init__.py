"""Rows, queries and writes: backups and the game forum's dumps."""
