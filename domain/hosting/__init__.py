"""Pure rules: hostings, keys and encrypted mirrors."""
