"""Types and root fields: hostings, keys and encrypted mirrors."""
