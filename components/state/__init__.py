"""Headless state of one session."""
