"""Who may do and see what: the viewer and pure predicates over it. Reads nothing by itself."""
