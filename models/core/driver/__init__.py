"""The two drivers of the databases with bounds on their waits, and what their errors mean. Names no table."""
