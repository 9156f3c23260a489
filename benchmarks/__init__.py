"""Measurements beside hand-written floors. Nothing here is imported by the service."""
