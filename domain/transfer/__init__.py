"""Pure rules: backups and the game forum's dumps."""
