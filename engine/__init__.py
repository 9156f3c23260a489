"""How any GraphQL operation is served: transport, execution, what an operation carries. Names no noun of ours."""
