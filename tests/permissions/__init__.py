"""Twins of permissions."""
