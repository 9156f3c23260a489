"""The ends of connections below what is sent on them, and how a process is told to stop. Reads no request."""
