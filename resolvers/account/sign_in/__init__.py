"""From calls to rows: signing in, what limits it, and what comes of a sign-in."""
