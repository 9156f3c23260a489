"""Types and root fields: alliances, their members and censuses."""
