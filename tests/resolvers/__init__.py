"""Twins of resolvers."""
