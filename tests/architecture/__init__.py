"""The shape of the house, read off its code: layers, areas, circles, tables and files."""
