"""What a browser gets: pages, their scripts and words, and GraphiQL. They speak GraphQL like any client, or nothing."""
