"""How a document is checked, priced and run: limits, documents, columns, errors, scalars."""
