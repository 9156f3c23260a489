"""From calls to rows: alliances, their members and censuses."""
