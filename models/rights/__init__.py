"""Rows, queries and writes: resource rights and harvests; knows no order."""
