"""Verdicts, evidence and export."""
