"""What does a made-up district look like? It is written to files, and never touches the database."""
