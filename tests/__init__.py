"""The suite: mirrors the source folders, plus the tests of the whole (architecture, schema, access)."""
