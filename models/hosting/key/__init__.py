"""Alliances' keys: kept in the vault, exported, restored, exchanged. Opens no text."""
