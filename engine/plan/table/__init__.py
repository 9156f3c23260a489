"""Lists of objects completed as tables: columns of values, with nothing to await. Knows no noun of ours."""
