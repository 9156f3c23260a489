"""From calls to rows: categories, sections, topics, posts; knows no alliance."""
