"""What a client sees: types, inputs, root fields, directives. No SQL and no rules."""
