"""Twins of jobs."""
