"""What is on the screen on paper: figures as vectors, and the report of a star."""
