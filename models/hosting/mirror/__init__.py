"""Mirrors, what waits to be carried to or from them, and what was seen there."""
