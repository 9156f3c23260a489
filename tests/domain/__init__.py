"""Twins of domain/."""
