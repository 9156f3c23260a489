"""What one operation carries and may do: context, guards, selection, pages, nodes, throttles, messages."""
