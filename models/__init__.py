"""Rows, their named queries and their writes, each write in one transaction. No GraphQL and no token here."""
