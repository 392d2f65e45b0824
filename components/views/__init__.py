"""What is drawn: one view a file."""
