"""Censuses: rows read off posts, and the posts that the service writes for them."""
