"""Types and root fields: categories, sections, topics, posts; knows no alliance."""
