"""From calls to rows: hostings, keys and encrypted mirrors."""
