"""Types and root fields: the log of events and who hears of it."""
