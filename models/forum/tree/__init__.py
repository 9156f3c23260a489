"""The tree of sections: its categories, its kept shape, its changes; knows no topic."""
