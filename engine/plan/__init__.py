"""Operations compiled once and run as columns from the root down. Knows GraphQL and Strawberry, and no noun of ours."""
