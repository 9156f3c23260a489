"""The subscription to posts: where it begins, and its way through the log of events."""
