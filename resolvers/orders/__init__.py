"""From calls to rows: orders and convoys."""
