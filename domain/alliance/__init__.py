"""Pure rules: alliances, their members and censuses."""
