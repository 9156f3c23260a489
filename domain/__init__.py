"""Pure rules and formats of the game and the forum. No clock, randomness, keys or database: they are passed in."""
