"""Pure rules: orders and convoys."""
