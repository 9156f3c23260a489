"""Pure rules: categories, sections, topics, posts; knows no alliance."""
