"""Codes that are handed out once and kept as digests: for passwords, and to register by."""
