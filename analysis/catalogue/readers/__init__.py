"""Readers: one a family of files, each returning the table as it was found."""
