"""Counts that refuse what comes too often, in memory or shared between processes. Knows no noun of ours."""
