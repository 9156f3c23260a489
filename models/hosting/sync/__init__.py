"""Carrying changes between an alliance's sections and their mirrors, both ways."""
