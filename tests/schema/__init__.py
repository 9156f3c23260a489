"""Twins of schema."""
