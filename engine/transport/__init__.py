"""How operations and answers travel: HTTP, sockets, event streams. Decides nothing about their content."""
