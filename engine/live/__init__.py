"""How events reach those who subscribed: one reader a process, bounded queues, streams."""
