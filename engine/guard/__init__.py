"""How fields are guarded: what decides before a resolver runs prints that it does. Knows no rule."""
