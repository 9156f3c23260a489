"""Twins of models."""
