"""From a GraphQL call to rows: who asks, what was selected, which named query answers. Never imports schema."""
