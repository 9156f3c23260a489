"""Types and root fields: orders and convoys."""
