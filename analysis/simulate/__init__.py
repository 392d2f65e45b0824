"""A survey whose truth is known."""
