"""Rows, queries and writes: categories, sections, topics, posts; knows no alliance."""
